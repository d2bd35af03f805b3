import { getCustomer } from '#modules/customers/index.ts';
import { type EmpImporter, openEmpImport, selectCompanies, unlikelyCodes } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import type { StoredObject } from '#platform/objects.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { placeAnswers, writeAcknowledgement } from './answers.ts';
import { archiveTransfer } from './archive-transfer.ts';
import { checkEnvelope, checkRows, type Envelope, noteFinding, type RowsChecked } from './check-transfer.ts';
import { compareFiles } from './compare-files.ts';
import { findControl } from './control-file.ts';
import { type Exchange, getExchange, saveOrderMark } from './exchange-store.ts';
import { type FileFaultCode, fileFaults } from './file-faults.ts';
import { answerName, compileNaming, stampOf } from './file-name.ts';
import { type HomeFile, removeFile } from './file-store.ts';
import { FindingLog, listedFindings } from './finding-log.ts';
import { judge, nextOrderMark } from './judge-transfer.ts';
import {
  findDuplicate,
  findingsOfLastApplied,
  getTransfer,
  type Held,
  lastAppliedSequence,
  lockTransfer,
  noteStep,
  replaceFindings,
  saveTransfer,
  type Transfer,
  type TransferChange,
} from './transfer-store.ts';

const actor = systemActor('file-exchange');
/** SQLSTATEs of values that cannot be stored and of constraints: trying again would end alike. */
const isFaultOfData = /^2[23][0-9A-Z]{3}$/;
const open = new Set(['received', 'checking', 'applying']);

interface Subject {
  transfer: Transfer;
  exchange: Exchange;
  customerCode: string;
  control: HomeFile | undefined;
  duplicateOf: string | undefined;
  orderMark: string | null;
  /** The held transfer whose place this one took. */
  superseded: Transfer | undefined;
  zones: Map<string, string>;
}

interface Reference {
  id: string;
  customerId: string;
  environmentId: string;
}

/**
 * Carries a transfer from received to its end, or to held. Killed at any moment it is run again from the file's start:
 * each step is noted once, and the import applies each of its parts once. One at a time in an environment.
 */
export async function processTransfer(platform: Platform, reference: Reference): Promise<void> {
  await onSubject(platform, reference, async (subject, log) => {
    const isDuplicate = subject.duplicateOf !== undefined && subject.transfer.state !== 'applying';
    if (isDuplicate && subject.transfer.dryRun) log.fault('would-be-duplicate');
    else if (isDuplicate && subject.duplicateOf !== undefined) {
      await conclude(platform, subject, log, { state: 'duplicate', duplicateOf: subject.duplicateOf });
      return;
    }
    const envelope = await checkEnvelope(
      platform,
      subject.transfer,
      subject.exchange,
      subject.customerCode,
      subject.control,
      log,
    );
    if (envelope === undefined) await conclude(platform, subject, log, { state: 'rejected', ...counts(log) });
    else await importRows(platform, subject, envelope, log);
  });
}

/** Holds a transfer that fails time and again, so that a person sees it and the next files of its exchange know why they wait. */
export async function holdUnprocessed(platform: Platform, reference: Reference): Promise<void> {
  await onSubject(platform, reference, async (subject, log) => {
    log.fault('not-processed');
    const { message } = fileFaults['not-processed'];
    const held = { code: 'not-processed', message, before: null, after: null, figures: [] };
    await conclude(platform, subject, log, { state: 'held', ...counts(log), held });
  });
}

/** Works on a transfer that is still open, with a log of findings that leaves nothing behind. */
async function onSubject(
  platform: Platform,
  reference: Reference,
  work: (subject: Subject, log: FindingLog) => Promise<void>,
): Promise<void> {
  const subject = await load(platform, reference);
  if (subject === undefined) return;
  const log = new FindingLog(platform.objects, reference);
  try {
    await work(subject, log);
  } finally {
    await log.abandon();
  }
}

async function load(
  platform: Platform,
  { id, customerId, environmentId }: Reference,
): Promise<Subject | undefined> {
  return transact(platform, { customerId, environmentId }, actor, async (work) => {
    const { sql } = work;
    const found = await lockTransfer(sql, environmentId, id);
    if (found === undefined || !open.has(found.state)) return undefined;
    const exchange = await getExchange(sql, environmentId, found.exchangeId);
    const customer = await getCustomer(sql, customerId);
    if (exchange === undefined || customer === undefined) throw new Error('a transfer without its exchange');
    const named = compileNaming(exchange.namingInForce)(found.fileName);
    const known = named === undefined ? {} : { mode: named.mode, fileSequence: named.sequence };
    const transfer =
      found.state === 'received' ? await saveTransfer(sql, found, { ...known, state: 'checking' }) : found;
    const control = await findControl(sql, transfer);
    const duplicateOf = named === undefined ? undefined : await findDuplicate(sql, transfer, named);
    const dayAhead = stampOf(work.now.add({ hours: 24 }));
    if (duplicateOf === undefined) await noteStep(sql, transfer, 'deduplicated', work.now);
    const companies = await selectCompanies(sql, environmentId);
    return {
      transfer,
      exchange,
      customerCode: customer.code,
      control,
      duplicateOf,
      orderMark: exchange.orderMark ?? (await lastAppliedSequence(sql, transfer, dayAhead)),
      superseded:
        transfer.supersedes === null ? undefined : await getTransfer(sql, environmentId, transfer.supersedes),
      zones: new Map(companies.map((company) => [company.code, company.timeZone])),
    };
  });
}

async function importRows(
  platform: Platform,
  subject: Subject,
  envelope: Envelope,
  log: FindingLog,
): Promise<void> {
  const { transfer, exchange } = subject;
  const importer = await openEmpImport(platform, {
    importId: transfer.id,
    customerId: transfer.customerId,
    environmentId: transfer.environmentId,
    mode: envelope.mode,
    actor,
    source: { channel: 'file', transferId: showId('trf', transfer.id) },
  });
  try {
    const checked = await checkRows(platform, transfer, exchange, envelope, importer, subject.zones, log);
    const difference =
      subject.superseded === undefined
        ? null
        : await compareFiles(platform.objects, exchange.dialect.delimiter, subject.superseded, transfer);
    if (subject.superseded !== undefined) log.fault('supersedes-held');
    const known = {
      mode: envelope.mode,
      fileSequence: envelope.sequence,
      rowCount: checked.rows,
      vouchedBy: envelope.vouchedBy,
      difference,
    };
    if (!checked.isReadable) {
      await conclude(platform, subject, log, {
        state: 'rejected',
        ...known,
        ...counts(log),
        accepted: 0,
        rejected: checked.rows,
      });
      return;
    }
    const { maxErrorPercent } = exchange.acceptance;
    if (checked.rows > 0 && (checked.rejected / checked.rows) * 100 > maxErrorPercent) {
      log.fault('too-many-errors', {
        message: `${checked.rejected} of ${checked.rows} rows have errors; the exchange accepts ${maxErrorPercent} %. No row was loaded`,
      });
      await conclude(platform, subject, log, {
        state: 'rejected',
        ...known,
        ...counts(log),
        accepted: 0,
        rejected: checked.rejected,
      });
      return;
    }
    // A run that died while it applied was judged before; one that a person let go on is judged for all else.
    const isJudged = transfer.state === 'applying' && transfer.held === null;
    const held = isJudged ? undefined : await judgeRows(platform, subject, envelope, importer, checked);
    for (const { code, message } of held?.figures ?? []) log.fault(code as FileFaultCode, { message });
    const judged = {
      ...known,
      ...counts(log),
      accepted: checked.accepted,
      rejected: checked.rejected,
      held: held ?? null,
    };
    if (transfer.dryRun) {
      for (const finding of await importer.preview(listedFindings)) noteFinding(log, finding);
      await log.flush();
      await conclude(platform, subject, log, { state: 'validated', ...judged, ...counts(log) });
    } else if (held === undefined) await apply(platform, subject, importer, checked, judged, log);
    else await conclude(platform, subject, log, { state: 'held', ...judged });
  } finally {
    await importer.close();
  }
}

/** Asks what the rows would change and whether a person has to look at that first. */
async function judgeRows(
  platform: Platform,
  { transfer, exchange, orderMark }: Subject,
  envelope: Envelope,
  importer: EmpImporter,
  checked: RowsChecked,
): Promise<Held | undefined> {
  const { acceptance } = exchange;
  const effects = await importer.effects({
    change: acceptance.maxPayChangePercent / 100,
    factor: acceptance.maxPayFactor,
  });
  // A FULL file says again what was approved with the one before.
  const before =
    checked.unlikely.length === 0 || envelope.mode !== 'FULL'
      ? new Set<string>()
      : await transact(platform, transfer, actor, (work) =>
          findingsOfLastApplied(work.sql, transfer, 'FULL', [...unlikelyCodes]),
        );
  return judge({
    checked,
    effects,
    envelope,
    acceptance,
    orderMark,
    unlikely: checked.unlikely.filter((one) => !before.has(one)).length,
    approved: new Set(transfer.approvedCauses),
  });
}

async function apply(
  platform: Platform,
  subject: Subject,
  importer: EmpImporter,
  checked: RowsChecked,
  judged: TransferChange,
  log: FindingLog,
): Promise<void> {
  const { transfer } = subject;
  await transact(platform, transfer, actor, async (work) => {
    const applying = await saveTransfer(work.sql, transfer, { ...judged, state: 'applying' });
    await noteChecks(work, applying);
  });
  const effects = await importer.apply().catch((error: unknown) => {
    const code = String((error as { code?: unknown }).code);
    if (isFaultOfData.test(code)) return code;
    throw error;
  });
  if (typeof effects === 'string') {
    const held = {
      code: 'not-storable',
      message: fileFaults['not-storable'].message,
      before: null,
      after: null,
      figures: [],
    };
    platform.log.error(
      { transfer: showId('trf', transfer.id), sqlstate: effects },
      'rows could not be stored',
    );
    log.fault('not-storable');
    await conclude(platform, subject, log, { state: 'held', ...judged, ...counts(log), held });
    return;
  }
  for (const finding of [...importer.leftOut, ...(await importer.compare(listedFindings))])
    noteFinding(log, finding);
  await log.flush();
  const leftOut = new Set(importer.leftOut.map((one) => one.line)).size;
  await conclude(platform, subject, log, {
    ...judged,
    ...counts(log),
    accepted: (judged.accepted ?? 0) - leftOut,
    rejected: (judged.rejected ?? 0) + leftOut,
    state: 'applied',
    effects: { ...effects, missing: checked.check?.missing ?? 0 },
  });
}

/** Ends a transfer, or its run when it is held: state, findings, event, answers and archive in one transaction. */
async function conclude(
  platform: Platform,
  subject: Subject,
  log: FindingLog,
  change: TransferChange,
): Promise<void> {
  const { transfer } = subject;
  const finishedAt = change.state === 'held' ? null : platform.clock.now();
  const errors = await log.finish();
  const outcome: Transfer = { ...transfer, ...change, finishedAt };
  const errorFile = errors === undefined ? null : answerName(transfer.fileName, '.err.csv');
  const acknowledgement = await writeAcknowledgement(platform.objects, outcome, errorFile, log.notes);
  await transact(platform, transfer, actor, (work) =>
    recordOutcome(work, subject, { ...change, finishedAt }, log, acknowledgement, errors),
  );
}

async function recordOutcome(
  work: Work,
  subject: Subject,
  change: TransferChange,
  log: FindingLog,
  acknowledgement: StoredObject,
  errors: StoredObject | undefined,
): Promise<void> {
  const { sql, now } = work;
  const current = await lockTransfer(sql, subject.transfer.environmentId, subject.transfer.id);
  if (current === undefined || !open.has(current.state)) return;
  const transfer = await saveTransfer(sql, current, change);
  await replaceFindings(sql, transfer, log.kept);
  const isHeld = transfer.state === 'held';
  await noteChecks(work, transfer);
  if (!isHeld)
    await noteStep(sql, transfer, 'outcome', now, { state: transfer.state, effects: transfer.effects });
  await placeAnswers(work, transfer, acknowledgement, errors);
  if (transfer.state === 'applied' && transfer.fileSequence !== null)
    await saveOrderMark(
      sql,
      subject.exchange,
      nextOrderMark(subject.orderMark, {
        sequence: transfer.fileSequence,
        wasApproved: transfer.approvedCauses.includes('out-of-order'),
        receivedStamp: stampOf(transfer.receivedAt),
      }),
    );
  if (!isHeld) {
    await noteStep(sql, transfer, 'acknowledged', now, { errorFile: errors !== undefined });
    await archiveTransfer(work, transfer);
    if (subject.control !== undefined) await removeFile(sql, transfer.environmentId, subject.control.id, now);
  }
  announce(work, transfer, subject.exchange);
}

/** Notes what reading the file went through; nothing for a file that was refused before. */
async function noteChecks(work: Work, transfer: Transfer): Promise<void> {
  const { rowCount, accepted, rejected, warnings, held } = transfer;
  if (rowCount === null) return;
  await noteStep(work.sql, transfer, 'structure', work.now);
  await noteStep(work.sql, transfer, 'rows', work.now, { rows: rowCount, accepted, rejected, warnings });
  await noteStep(work.sql, transfer, 'policy', work.now, held === null ? {} : { held: held.code });
}

const eventTypes = {
  applied: 'transfer.applied',
  rejected: 'transfer.rejected',
  duplicate: 'transfer.duplicate',
  held: 'transfer.held',
} as const;

function announce(work: Work, transfer: Transfer, exchange: Exchange): void {
  const transferId = showId('trf', transfer.id);
  const exchangeId = showId('exc', transfer.exchangeId);
  const type = transfer.dryRun ? 'transfer.checked' : eventTypes[transfer.state as keyof typeof eventTypes];
  work.emit(transfer.environmentId, {
    type,
    subject: { transferId, exchangeId },
    data: {
      transferId,
      exchangeId,
      state: transfer.state,
      format: exchange.format,
      mode: transfer.mode,
      sha256: transfer.sha256,
      rows: transfer.rowCount ?? 0,
      accepted: transfer.accepted ?? 0,
      rejected: transfer.rejected ?? 0,
      codes: Object.entries(transfer.codes)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 20)
        .map(([code]) => code),
      duplicateOf: transfer.duplicateOf === null ? null : showId('trf', transfer.duplicateOf),
      fingerprint: transfer.fingerprint,
    },
    source: { channel: 'file' },
  });
}

function counts(log: FindingLog): TransferChange {
  return { warnings: log.warnings, codes: { ...log.codes }, findingsTotal: log.total };
}
