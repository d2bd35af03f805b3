import { showId } from '#platform/ids.ts';
import { type Objects, type StoredObject, storeBytes } from '#platform/objects.ts';
import type { Work } from '#platform/transact.ts';
import { answerName } from './file-name.ts';
import { findFile, lockName, placeFile, renameFile } from './file-store.ts';
import type { Transfer } from './transfer-store.ts';

/** How an acknowledgement names the outcome. */
export type AckStatus = 'accepted' | 'acceptedWithErrors' | 'rejected' | 'duplicate' | 'held' | 'superseded';

const nextSteps: Record<AckStatus, string> = {
  accepted: 'Nothing to do.',
  acceptedWithErrors: 'Fix the rows of the error file and send them in a DELTA file.',
  rejected: 'Nothing was loaded. Fix what the error file names and send the whole file again.',
  duplicate: 'Nothing to do: these bytes were received before.',
  held: 'Wait: a person must approve this file. Another acknowledgement follows.',
  superseded:
    'Nothing to do: a newer file of this name took its place while it was held. Nothing of it was loaded.',
};
const unvouched =
  'Nothing shows that the file is whole: a file that was cut off at a line end looks the same. Upload it as .part and rename it, or put a control file with sha256 before it.';

/** The outcome in the acknowledgement's own words. */
export function ackStatusOf(transfer: Transfer): AckStatus {
  const { state } = transfer;
  if (state === 'held' || state === 'duplicate' || state === 'rejected' || state === 'superseded')
    return state;
  return (transfer.rejected ?? 0) > 0 ? 'acceptedWithErrors' : 'accepted';
}

/** Writes the acknowledgement of a transfer: P0 facts and counts only. */
export async function writeAcknowledgement(
  objects: Objects,
  transfer: Transfer,
  errorFile: string | null,
  notes: readonly string[] = [],
): Promise<StoredObject> {
  const status = ackStatusOf(transfer);
  const acknowledgement = {
    transfer: showId('trf', transfer.id),
    file: transfer.fileName,
    sha256: transfer.sha256,
    sizeBytes: transfer.sizeBytes,
    status,
    dryRun: transfer.dryRun,
    format: 'EMP',
    version: '1',
    mode: transfer.mode,
    rows: {
      read: transfer.rowCount ?? 0,
      accepted: transfer.accepted ?? 0,
      rejected: transfer.rejected ?? 0,
      warnings: transfer.warnings ?? 0,
    },
    effects: transfer.effects,
    codes: transfer.codes,
    errorFile,
    held: transfer.held,
    duplicateOf: showTransferId(transfer.duplicateOf),
    supersedes: showTransferId(transfer.supersedes),
    supersededBy: showTransferId(transfer.supersededBy),
    vouchedBy: transfer.vouchedBy,
    // Where this answer goes when a later file of this name is answered.
    keptAs: keptName(transfer, '.ack.json'),
    startedAt: transfer.receivedAt.toString(),
    finishedAt: transfer.finishedAt?.toString() ?? null,
    nextStep: nextStepOf(transfer, status, notes),
  };
  const { customerId, environmentId } = transfer;
  const owner = { class: 'answer', customerId, environmentId } as const;
  return storeBytes(objects, owner, Buffer.from(`${JSON.stringify(acknowledgement, null, 2)}\n`));
}

const showTransferId = (id: string | null) => (id === null ? null : showId('trf', id));

/** What to do next, in words: never that there is nothing to do when something was left out. */
function nextStepOf(transfer: Transfer, status: AckStatus, notes: readonly string[]): string {
  const isTaken = status === 'accepted' || status === 'acceptedWithErrors';
  if (status === 'rejected' && (transfer.accepted ?? 0) > 0)
    return `${transfer.accepted} rows were loaded before a value that cannot be stored. Send the fixed file whole: nothing is applied twice.`;
  const steps: string[] = [];
  if (isTaken) steps.push(...notes.map((note) => `${note}.`));
  if (transfer.dryRun) steps.push('This was a test: nothing was loaded.');
  if (transfer.dryRun && transfer.held !== null)
    steps.push(`Sent for real, the file would wait for a person: ${transfer.held.message}.`);
  else if (transfer.dryRun && status === 'accepted')
    steps.push('Put the file into the folder of its exchange.');
  else if (status !== 'accepted' || (steps.length === 0 && transfer.vouchedBy !== null))
    steps.push(nextSteps[status]);
  if (isTaken && transfer.vouchedBy === null) steps.push(unvouched);
  return steps.join(' ');
}

/** The name that an answer keeps when a later file of the same name is answered. */
function keptName(transfer: Pick<Transfer, 'id' | 'fileName'>, ending: string): string {
  return answerName(transfer.fileName, `.${showId('trf', transfer.id).slice(-8)}${ending}`);
}

/**
 * Puts the acknowledgement and, with findings, the error file into /out/ack/, in the transaction of the outcome. The plain
 * name is the newest transfer's of that file name; what is there of another one keeps its place under a name of its own.
 */
export async function placeAnswers(
  work: Work,
  transfer: Transfer,
  acknowledgement: StoredObject,
  errors: StoredObject | undefined,
): Promise<void> {
  const { sql } = work;
  const { environmentId, fileName } = transfer;
  await lockName(sql, environmentId, { folder: '/out/ack', name: answerName(fileName, '.ack.json') });
  const live = await findFile(sql, environmentId, '/out/ack', answerName(fileName, '.ack.json'));
  const other = live?.transferId ?? transfer.id;
  const isNewest = other <= transfer.id;
  for (const { ending, stored } of [
    { ending: '.ack.json', stored: acknowledgement },
    { ending: '.err.csv', stored: errors },
  ]) {
    const plain = answerName(fileName, ending);
    const there = await findFile(sql, environmentId, '/out/ack', plain);
    if (there !== undefined && isNewest && there.transferId !== null && there.transferId !== transfer.id)
      await renameFile(sql, environmentId, there.id, keptName({ id: there.transferId, fileName }, ending));
    if (stored !== undefined)
      await placeFile(sql, {
        customerId: transfer.customerId,
        environmentId,
        folder: '/out/ack',
        name: isNewest ? plain : keptName(transfer, ending),
        kind: 'answer',
        objectKey: stored.key,
        sizeBytes: stored.sizeBytes,
        sha256: stored.sha256,
        exchangeId: transfer.exchangeId,
        transferId: transfer.id,
        modifiedAt: work.now,
      });
  }
}
