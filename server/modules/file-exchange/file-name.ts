/** What the name of a standard file says. */
export interface StandardName {
  customer: string;
  type: string;
  mode: 'FULL' | 'DELTA';
  /** Time and number, which sort in the order the files were made. */
  sequence: string;
}

const pattern = /^([A-Z][A-Z0-9]{1,19})_([A-Z]{3})_(FULL|DELTA)_(\d{8}T\d{6}Z)_(\d{3,6})\.csv$/;

/** Reads {CUSTOMER}_{TYPE}_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv; undefined when the name is another. */
export function readStandardName(name: string): StandardName | undefined {
  const [, customer, type, mode, time, number] = pattern.exec(name) ?? [];
  if (customer === undefined || type === undefined || time === undefined || number === undefined)
    return undefined;
  return { customer, type, mode: mode as 'FULL' | 'DELTA', sequence: `${time}_${number.padStart(6, '0')}` };
}

/** The name of an answer to a file: the file's own without .csv, and an ending. */
export function answerName(fileName: string, ending: string): string {
  return `${fileName.replace(/\.csv$/i, '').slice(0, 230)}${ending}`;
}
