import type { Delimiter, TransferDifference } from '#contract/file-exchange.ts';
import type { Objects } from '#platform/objects.ts';
import { CsvFault, CsvScanner } from './csv-scanner.ts';

const comparedBytes = 5_000_000;

interface Stored {
  objectKey: string;
  sizeBytes: number;
}

/**
 * How the rows of a newer file differ from an older one's, by company_code and employee_number and by the names of columns.
 * Null when one of them is larger than 5 MB or cannot be read. Tells no value.
 */
export async function compareFiles(
  objects: Objects,
  delimiter: Delimiter,
  older: Stored,
  newer: Stored,
): Promise<TransferDifference | null> {
  if (Math.max(older.sizeBytes, newer.sizeBytes) > comparedBytes) return null;
  const [before, after] = [await rowsOf(objects, delimiter, older), await rowsOf(objects, delimiter, newer)];
  if (before === undefined || after === undefined) return null;
  const columns = new Set<string>();
  for (const name of new Set([...before.names, ...after.names]))
    if (!before.names.includes(name) || !after.names.includes(name)) columns.add(name);
  let [added, changed, same] = [0, 0, 0];
  for (const [key, row] of after.rows) {
    const old = before.rows.get(key);
    if (old === undefined) {
      added += 1;
      continue;
    }
    const differing = after.names.filter((name) => (old.get(name) ?? '') !== (row.get(name) ?? ''));
    for (const name of differing) columns.add(name);
    if (differing.length > 0) changed += 1;
    else same += 1;
  }
  const removed = [...before.rows.keys()].filter((key) => !after.rows.has(key)).length;
  const known = [...columns].filter((name) => /^[a-z][a-z0-9_]{0,59}$/.test(name));
  return { added, removed, changed, same, columns: known.slice(0, 80) };
}

async function rowsOf(
  objects: Objects,
  delimiter: Delimiter,
  file: Stored,
): Promise<{ names: string[]; rows: Map<string, Map<string, string>> } | undefined> {
  const scanner = new CsvScanner(delimiter);
  try {
    const records = scanner.push(await objects.readBuffer(file.objectKey, comparedBytes));
    records.push(...scanner.end());
    const names = records.shift()?.fields.map((name) => name.trim().toLowerCase()) ?? [];
    const rows = new Map<string, Map<string, string>>();
    for (const { fields } of records) {
      const row = new Map(names.map((name, i) => [name, fields[i] ?? '']));
      rows.set(`${row.get('company_code')?.trim()}/${row.get('employee_number')?.trim()}`, row);
    }
    return { names, rows };
  } catch (error) {
    if (error instanceof CsvFault) return undefined;
    throw error;
  }
}
