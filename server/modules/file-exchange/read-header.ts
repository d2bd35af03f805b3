import { type Delimiter, delimiters } from '#contract/file-exchange.ts';
import { describeTextFault, findTextFault } from '#contract/text.ts';
import { empColumns } from '#modules/payroll/index.ts';
import { delimiterWords } from './csv-scanner.ts';
import type { FileFaultCode } from './file-faults.ts';

/** The columns of a file: all names in their places, those of the format, and how many unnamed ones at the end were left off. */
export interface Header {
  names: string[];
  known: { name: string; index: number }[];
  positions: Map<string, number>;
  unnamedAtEnd: number;
}

/** Notes a fault of the header at a place. */
export type HeaderFault = (
  code: FileFaultCode,
  at: { column?: string; position?: number; message?: string; severity?: 'error' | 'warning' },
) => void;

const columnNames: ReadonlySet<string> = new Set(empColumns.map((column) => column.name));
/** What looks like the name of a column and not like somebody's data. */
const showable = /^\p{L}[\p{L} _.\-/#()%]{0,50}\d{0,3}[\p{L} _.-]{0,20}$/u;

/** The delimiter that a first line `sep=;` names, as spreadsheet programs write it; undefined for any other line. */
export function separatorLine(fields: readonly string[], delimiter: Delimiter): string | undefined {
  const line = fields.join(delimiter).trim();
  return /^sep=(.)$/i.exec(line)?.[1];
}

/** Why columns are not separated as agreed. */
export function otherDelimiter(expected: Delimiter, found: string): string {
  return `Columns are separated by ${said(found)}; the exchange expects ${said(expected)}`;
}

const said = (delimiter: string) => `${delimiterWords[delimiter] ?? 'another character'}s`;

/** Reads the names of columns: exact ones, in any case and with spaces around; what is only near one of the format is a fault. */
export function readHeader(
  fields: readonly string[],
  file: { mode: 'FULL' | 'DELTA'; delimiter: Delimiter; refusesUnknownColumns: boolean },
  fault: HeaderFault,
): Header {
  const names = fields.map((field) => field.trim().toLowerCase());
  let unnamedAtEnd = 0;
  while (names.at(-1) === '') {
    names.pop();
    unnamedAtEnd += 1;
  }
  const header: Header = { names, known: [], positions: new Map(), unnamedAtEnd };
  const other = delimiters.find((one) => one !== file.delimiter && names[0]?.includes(one));
  if (names.length <= 1 && other !== undefined) {
    fault('header-delimiter', { message: otherDelimiter(file.delimiter, other) });
    return header;
  }
  if (!names.some((name) => columnNames.has(name) || nearest(name, columnNames) !== undefined)) {
    fault('header-missing', {});
    return header;
  }
  const absent = new Set([...columnNames].filter((name) => !names.includes(name)));
  for (const [index, name] of names.entries()) {
    const position = index + 1;
    if (name === '') fault('header-unnamed-column', { position });
    else if (header.positions.has(name))
      fault('header-duplicate-column', { position, ...(columnNames.has(name) ? { column: name } : {}) });
    else if (columnNames.has(name)) header.known.push({ name, index });
    else judgeUnknown(name, position, absent, file.refusesUnknownColumns, fault);
    header.positions.set(name, position);
  }
  for (const column of empColumns) {
    const isNeeded = column.required === 'always' || (column.required === 'full' && file.mode === 'FULL');
    if (isNeeded && absent.has(column.name)) fault('header-missing-column', { column: column.name });
  }
  return header;
}

/** A column that is not of the format: near one that is absent, or the same as one that is there, or of another kind. */
function judgeUnknown(
  name: string,
  position: number,
  absent: Set<string>,
  refuses: boolean,
  fault: HeaderFault,
): void {
  const near = nearest(name, absent);
  const hidden = findTextFault(name, 'line');
  const shown =
    hidden === undefined && showable.test(name) ? `Column ${position}, "${name}",` : `Column ${position}`;
  if (near !== undefined) {
    absent.delete(near);
    const why = hidden === undefined ? '' : `; its name ${describeTextFault(hidden)}`;
    fault('header-near-column', {
      column: near,
      position,
      message: `${shown} is not a column of the format: did you mean ${near}?${why}`,
    });
    return;
  }
  const twin = [...columnNames].find((one) => bare(one) === bare(name));
  if (twin !== undefined) {
    fault('header-duplicate-column', { column: twin, position });
    return;
  }
  const guess = [...absent].find((one) => holdsWords(one, name));
  fault('header-unknown-column', {
    position,
    ...(shown.includes('"') ? { column: name } : {}),
    message: `${shown} is not a column of the format${refuses ? ', and the exchange refuses such' : ' and was not read'}${guess === undefined ? '' : `: did you mean ${guess}?`}`,
    ...(refuses ? { severity: 'error' as const } : {}),
  });
}

const bare = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
const wordsOf = (name: string) =>
  name
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .sort();
const holdsWords = (column: string, name: string) => {
  const words = wordsOf(name);
  return words.length > 0 && words.every((word) => wordsOf(column).includes(word));
};

/** The column that a name was most likely meant to be: the same letters, the same words, or a slip or two away. */
function nearest(name: string, columns: Iterable<string>): string | undefined {
  const letters = bare(name);
  if (letters === '') return undefined;
  const most = letters.length <= 4 ? 0 : letters.length <= 7 ? 1 : 2;
  let best: { column: string; slips: number } | undefined;
  for (const column of columns) {
    const isSame = bare(column) === letters || wordsOf(column).join() === wordsOf(name).join();
    const slips = isSame ? 0 : slipsBetween(letters, bare(column), most);
    if (slips <= most && (best === undefined || slips < best.slips)) best = { column, slips };
  }
  return best?.column;
}

/** Letters added, left out, changed or swapped with the next; anything above `most` when there are more. */
function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isEqual = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isEqual ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      row.push(slips);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
