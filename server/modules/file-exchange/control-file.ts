import { z } from 'zod';
import { empColumns } from '#modules/payroll/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Objects } from '#platform/objects.ts';
import type { FileFaultCode } from './file-faults.ts';
import { answerName } from './file-name.ts';
import { findFile, folderOf, type HomeFile } from './file-store.ts';
import type { Transfer } from './transfer-store.ts';

const wholeNumber = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,40}$/)]);
const decimal = /^-?\d{1,24}(\.\d{1,6})?$/;
/** Columns of amounts, whose sum a control file may promise. */
export const summedColumns: readonly string[] = empColumns
  .filter((one) => one.kind === 'money' || /^(salary_annual|hourly_rate|bank_\d_value)$/.test(one.name))
  .map((one) => one.name);

const schema = z.strictObject({
  file: z.string().max(255).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .transform((text) => text.toLowerCase())
    .optional(),
  rows: z.number().int().nonnegative().optional(),
  mode: z.enum(['FULL', 'DELTA']).optional(),
  controlTotals: z
    .strictObject({
      hashEmployeeNumber: wholeNumber.transform(String).optional(),
      /** Of a column of amounts, as text, as a number could lose digits: the sum of its cells. */
      sums: z
        .strictObject(
          Object.fromEntries(summedColumns.map((name) => [name, z.string().regex(decimal).optional()])),
        )
        .optional(),
    })
    .optional(),
});

/** What a `….ctl.json` beside a file promises of it. */
export type ControlFile = z.output<typeof schema>;

const maxBytes = 65_536;

/** The control file that lies beside the file of a transfer; undefined when there is none. */
export async function findControl(
  sql: Tx,
  { environmentId, id, fileName }: Transfer,
): Promise<HomeFile | undefined> {
  const folder = await folderOf(sql, environmentId, id);
  return (
    (await findFile(sql, environmentId, folder, answerName(fileName, '.ctl.json'))) ??
    (await findFile(sql, environmentId, folder, `${fileName}.ctl.json`))
  );
}

/** Reads a control file; undefined when it is not the JSON it should be, of which `fault` is told. */
export async function readControlFile(
  objects: Objects,
  objectKey: string,
  fault: (code: FileFaultCode, message?: string) => void,
): Promise<ControlFile | undefined> {
  let content: unknown;
  try {
    const text = (await objects.readBuffer(objectKey, maxBytes)).toString('utf8');
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    fault('control-unreadable');
    return undefined;
  }
  const read = schema.safeParse(content);
  if (read.success) return read.data;
  for (const issue of read.error.issues.slice(0, 20)) {
    const place = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys.slice(0, 20)) fault('control-unknown-key', sayUnknown(place, key));
    else if (place.length === 0) fault('control-unreadable');
    else
      fault(
        'control-value',
        `The value of ${place.join('.')} in the control file is of another kind than its key takes`,
      );
  }
  return undefined;
}

const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': ['file', 'sha256', 'rows', 'mode', 'controlTotals'],
  controlTotals: ['hashEmployeeNumber', 'sums'],
  'controlTotals.sums': summedColumns,
};

function sayUnknown(place: string[], key: string): string {
  const known = knownKeys[place.join('.')] ?? [];
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const near = known.find((one) => plain(one).includes(plain(key)) || plain(key).includes(plain(one)));
  const shown = /^[\w .-]{1,60}$/.test(key) ? `"${[...place, key].join('.')}"` : 'a key that it names';
  return `The control file has ${shown}, which is not known, so nobody checks what it says${near === undefined ? '' : `: did you mean ${[...place, near].join('.')}?`}`;
}

/** Adds up what a control file promises totals of, over every row. Exact: no amount becomes a float. */
export class ControlTotals {
  readonly #promised: NonNullable<ControlFile['controlTotals']>;
  readonly #sums: Map<string, bigint>;
  #numbers = 0n;

  constructor(promised: NonNullable<ControlFile['controlTotals']>) {
    this.#promised = promised;
    this.#sums = new Map(Object.keys(promised.sums ?? {}).map((name) => [name, 0n]));
  }

  add(row: Readonly<Record<string, string | undefined>>): void {
    if (this.#promised.hashEmployeeNumber !== undefined)
      this.#numbers += employeeNumberTotal(row['employee_number'] ?? '');
    for (const [name, sum] of this.#sums) this.#sums.set(name, sum + (millionths(row[name] ?? '') ?? 0n));
  }

  /** The totals that are not as promised. */
  *wrong(): Generator<'hashEmployeeNumber' | { column: string }> {
    const { hashEmployeeNumber, sums } = this.#promised;
    if (hashEmployeeNumber !== undefined && BigInt(hashEmployeeNumber) !== this.#numbers)
      yield 'hashEmployeeNumber';
    for (const [name, sum] of this.#sums) if (millionths(sums?.[name] ?? '') !== sum) yield { column: name };
  }
}

/** Tells of each total that is not as promised; never the sum, which of one row is somebody's pay. */
export function checkTotals(
  totals: ControlTotals,
  positions: ReadonlyMap<string, number>,
  fault: (code: FileFaultCode, at: { column?: string; position?: number; message?: string }) => void,
): void {
  for (const wrong of totals.wrong()) {
    if (wrong === 'hashEmployeeNumber') {
      fault('control-total', {});
      continue;
    }
    const position = positions.get(wrong.column);
    fault('control-sum', {
      column: wrong.column,
      ...(position === undefined ? {} : { position }),
      message: `The sum of ${wrong.column} is not the one in the control file`,
    });
  }
}

/** A decimal as a whole number of millionths; undefined when it is none. */
function millionths(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return undefined;
  const [whole = '', rest = ''] = trimmed.replace('-', '').split('.');
  const value = BigInt(whole + rest.padEnd(6, '0'));
  return trimmed.startsWith('-') ? -value : value;
}

/** An employee number's part in the old bureau's hash total: its digits as one number. */
function employeeNumberTotal(employeeNumber: string): bigint {
  const digits = employeeNumber.replaceAll(/\D/g, '');
  return digits === '' ? 0n : BigInt(digits);
}
