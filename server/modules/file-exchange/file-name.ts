import { isFileName, kindOfName } from './home-path.ts';

/** What the name of a file says. */
export interface FileName {
  mode: 'FULL' | 'DELTA';
  /** Day, time and number, which sort in the order the files were made. */
  sequence: string;
  /** When the file was made, by its name, in UTC; null when there is no such day or time. */
  at: Temporal.Instant | null;
}

/** Raised for a naming pattern that no arriving name could be checked against; the message says what to mend. */
export class NamingFault extends Error {}

const parts: Record<string, string> = {
  'FULL|DELTA': '(?<mode>FULL|DELTA)',
  YYYYMMDD: String.raw`(?<day>\d{8})`,
  HHMMSS: String.raw`(?<time>\d{6})`,
};

/**
 * Compiles a naming pattern, such as `KOWHAI_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv`, into what reads a name by
 * it; undefined is a name of another form. Besides these parts (N: so many digits or more, up to 6) every character
 * stands for itself. Throws NamingFault.
 */
export function compileNaming(naming: string): (name: string) => FileName | undefined {
  const seen = new Set<string>();
  const pieces = naming.split(/\{([^{}]*)\}/).map((piece, i) => {
    if (i % 2 === 0) return literal(piece);
    const digits = /^N{1,6}$/.test(piece) ? `(?<number>\\d{${piece.length},6})` : undefined;
    const part = digits ?? parts[piece];
    if (part === undefined)
      throw new NamingFault(`{${piece}} is none of {FULL|DELTA}, {YYYYMMDD}, {HHMMSS}, {NNN}`);
    const kind = digits === undefined ? piece : 'NNN';
    if (seen.has(kind)) throw new NamingFault(`{${kind}} stands in it twice`);
    seen.add(kind);
    return part;
  });
  for (const needed of ['FULL|DELTA', 'YYYYMMDD'])
    if (!seen.has(needed)) throw new NamingFault(`{${needed}} is missing from it`);
  const sample = naming.replace('{FULL|DELTA}', 'FULL').replaceAll(/[{}]/g, '');
  if (!isFileName(sample) || kindOfName(sample) !== 'data')
    throw new NamingFault('A name like this is none of a data file');
  const pattern = new RegExp(`^${pieces.join('')}$`);
  return (name) => {
    const found = pattern.exec(name)?.groups;
    if (found === undefined) return undefined;
    const { mode, day, time = '000000', number = '' } = found;
    const sequence = `${day}T${time}Z_${number.padStart(6, '0')}`;
    return { mode: mode as FileName['mode'], sequence, at: instantOf(`${day}${time}`) };
  };
}

/** Reads YYYYMMDDHHMMSS as a time in UTC; null when the calendar or the clock has no such time. */
function instantOf(stamp: string): Temporal.Instant | null {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((from, i) =>
    Number(stamp.slice(from, i === 0 ? 4 : from + 2)),
  );
  try {
    return Temporal.PlainDateTime.from(
      { year, month, day, hour, minute, second } as { year: number; month: number; day: number },
      { overflow: 'reject' },
    )
      .toZonedDateTime('UTC')
      .toInstant();
  } catch {
    return null;
  }
}

/** An instant as the beginning of a sequence, to compare with one. */
export function stampOf(at: Temporal.Instant): string {
  return at.round({ smallestUnit: 'second', roundingMode: 'ceil' }).toString().replaceAll(/[-:]/g, '');
}

function literal(text: string): string {
  if (/[{}/]/.test(text)) throw new NamingFault('A brace is not closed, or a slash stands in it');
  return text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
}

const standard = /^([A-Z][A-Z0-9]{1,19})_[A-Z]{3}_(FULL|DELTA)_\d{8}T\d{6}Z_\d{3,6}\.csv$/;

/** The customer's code that a name of the standard form begins with; undefined when the name has another form. */
export function customerOfName(name: string): string | undefined {
  return standard.exec(name)?.[1];
}

/** The name of an answer to a file: the file's own without .csv, and an ending. */
export function answerName(fileName: string, ending: string): string {
  return `${fileName.replace(/\.csv$/i, '').slice(0, 230)}${ending}`;
}
