import type { EmpCheck, EmpImporter, EmpLineFinding } from '#modules/payroll/index.ts';
import type { Platform } from '#platform/platform.ts';
import { type ControlFile, readControlFile } from './control-file.ts';
import type { Exchange } from './exchange-store.ts';
import { compileNaming, customerOfName } from './file-name.ts';
import type { HomeFile } from './file-store.ts';
import { type FindingLog, listedFindings } from './finding-log.ts';
import { readEmployeesFile } from './read-employees-file.ts';
import type { Transfer } from './transfer-store.ts';

/** What the name and the control file of a transfer say, before its bytes are read. */
export interface Envelope {
  mode: 'FULL' | 'DELTA';
  sequence: string;
  control: ControlFile | undefined;
  vouchedBy: Transfer['vouchedBy'];
}

/** Checks name and control file; undefined when the file is refused for them. */
export async function checkEnvelope(
  platform: Platform,
  transfer: Transfer,
  exchange: Exchange,
  customerCode: string,
  controlFile: HomeFile | undefined,
  log: FindingLog,
): Promise<Envelope | undefined> {
  const naming = exchange.namingInForce;
  const name = compileNaming(naming)(transfer.fileName);
  if (name?.at === null) log.fault('file-stamp');
  else if (name !== undefined) checkAhead(name.at, platform.clock.now(), log);
  if (transfer.sizeBytes === 0) log.fault('file-empty');
  if (name === undefined) {
    const named = customerOfName(transfer.fileName) ?? customerCode;
    if (named === customerCode) log.fault('file-name', { fix: `Name it ${naming}.` });
    else log.fault('file-customer');
    return undefined;
  }
  let control: ControlFile | undefined;
  if (controlFile !== undefined) {
    control = await readControlFile(platform.objects, controlFile.objectKey, (code, message) =>
      log.fault(code, message === undefined ? {} : { message }),
    );
    if (control !== undefined) {
      if (control.sha256 !== undefined && control.sha256 !== transfer.sha256) log.fault('control-sha256');
      if (control.file !== undefined && control.file !== transfer.fileName) log.fault('control-file');
      if (control.mode !== undefined && control.mode !== name.mode) log.fault('control-mode');
    }
  }
  const vouchedBy = voucherOf(transfer, control);
  const rule = exchange.acceptance.wholeFile;
  const isRenamed = transfer.arrival === 'rename';
  const isControlled = vouchedBy === 'sha256' || vouchedBy === 'rows';
  const isVouched =
    rule === 'any' || (rule !== 'control' && isRenamed) || (rule !== 'renamed' && isControlled);
  if (!isVouched) log.fault('not-vouched');
  return log.errors > 0 ? undefined : { mode: name.mode, sequence: name.sequence, control, vouchedBy };
}

/** What shows that no byte is missing: the first that is there. */
function voucherOf(transfer: Transfer, control: ControlFile | undefined): Transfer['vouchedBy'] {
  if (control?.sha256 !== undefined) return 'sha256';
  if (control?.rows !== undefined) return 'rows';
  return transfer.arrival === 'rename' ? 'rename' : null;
}

/** A time that has not come would keep every later file behind it. */
function checkAhead(at: Temporal.Instant, now: Temporal.Instant, log: FindingLog): void {
  if (Temporal.Instant.compare(at, now.add({ hours: 24 })) <= 0) return;
  const shown = (instant: Temporal.Instant) => instant.round('second').toString();
  log.fault('file-stamp-ahead', {
    message: `The name says ${shown(at)}, more than a day after ${shown(now)}, when it was checked`,
  });
}

/** What reading the whole file and asking the database gave. */
export interface RowsChecked {
  isReadable: boolean;
  rows: number;
  accepted: number;
  rejected: number;
  /** Of the rejected, those that count as missing, for nobody could say whose they are. */
  unstaged: number;
  /** Unlikely values of rows that may be applied, each as `key column code`. */
  unlikely: string[];
  check: EmpCheck | undefined;
}

/** Reads and checks every row. */
export async function checkRows(
  platform: Platform,
  transfer: Transfer,
  exchange: Exchange,
  envelope: Envelope,
  importer: EmpImporter,
  zones: Map<string, string>,
  log: FindingLog,
): Promise<RowsChecked> {
  const days = new Map<string, string>();
  const todayOf = (companyCode: string) => {
    let day = days.get(companyCode);
    if (day === undefined) {
      const zone = zones.get(companyCode.trim().toUpperCase()) ?? platform.config.vendor.timeZone;
      day = platform.clock.today(zone).toString();
      if (days.size < 1_000) days.set(companyCode, day);
    }
    return day;
  };
  const read = await readEmployeesFile(
    platform.objects,
    {
      objectKey: transfer.objectKey,
      mode: envelope.mode,
      delimiter: exchange.dialect.delimiter,
      maxRows: platform.config.files.maxRows,
      irdHighest: platform.config.payroll.irdHighest,
      refusesUnknownColumns: exchange.acceptance.unknownColumns === 'refuse',
      todayOf,
      control: envelope.control,
    },
    importer,
    log,
  );
  if (!read.isReadable) return { ...read, accepted: 0, rejected: read.rows, check: undefined };
  const check = await importer.check(listedFindings);
  for (const finding of check.findings) noteFinding(log, finding);
  for (const key of check.missingKeys) log.fault('not-in-full-file', { key });
  await log.flush();
  const rejected = read.refused + check.refusedRows;
  return { ...read, rejected, accepted: read.rows - rejected, check };
}

/** A finding about a row that only the database could make. */
export function noteFinding(log: FindingLog, finding: EmpLineFinding): void {
  const { line, key, field, code, severity, message, mend } = finding;
  log.addAt({ line, key, column: field, code, severity, message, fix: mend });
}
