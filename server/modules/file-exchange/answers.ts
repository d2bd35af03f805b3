import { showId } from '#platform/ids.ts';
import { type Objects, type StoredObject, storeBytes } from '#platform/objects.ts';
import type { Work } from '#platform/transact.ts';
import { answerName } from './file-name.ts';
import { placeFile } from './file-store.ts';
import type { Transfer } from './transfer-store.ts';

/** How an acknowledgement names the outcome. */
export type AckStatus = 'accepted' | 'acceptedWithErrors' | 'rejected' | 'duplicate' | 'held';

const nextSteps: Record<AckStatus, string> = {
  accepted: 'Nothing to do.',
  acceptedWithErrors: 'Mend the rows of the error file and send them in a DELTA file.',
  rejected: 'Nothing was loaded. Mend what the error file names and send the whole file again.',
  duplicate: 'Nothing to do: these bytes were received before.',
  held: 'Wait: a person must approve this file. Another acknowledgement follows.',
};

/** The outcome in the acknowledgement's own words. */
export function ackStatusOf(transfer: Transfer): AckStatus {
  if (transfer.state === 'held' || transfer.state === 'duplicate' || transfer.state === 'rejected')
    return transfer.state;
  return (transfer.rejected ?? 0) > 0 ? 'acceptedWithErrors' : 'accepted';
}

/** Writes the acknowledgement of a transfer: P0 facts and counts only. */
export async function writeAcknowledgement(
  objects: Objects,
  transfer: Transfer,
  errorFile: string | null,
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
    duplicateOf: transfer.duplicateOf === null ? null : showId('trf', transfer.duplicateOf),
    startedAt: transfer.receivedAt.toString(),
    finishedAt: transfer.finishedAt?.toString() ?? null,
    nextStep:
      status === 'rejected' && (transfer.accepted ?? 0) > 0
        ? `${transfer.accepted} rows were loaded before a value that cannot be stored. Send the mended file whole: nothing is applied twice.`
        : nextSteps[status],
  };
  const { customerId, environmentId } = transfer;
  const owner = { class: 'answer', customerId, environmentId } as const;
  return storeBytes(objects, owner, Buffer.from(`${JSON.stringify(acknowledgement, null, 2)}\n`));
}

/** Puts the acknowledgement and, with findings, the error file into /out/ack/, in the transaction of the outcome. */
export async function placeAnswers(
  work: Work,
  transfer: Transfer,
  acknowledgement: StoredObject,
  errors: StoredObject | undefined,
): Promise<void> {
  const answers = [
    { ending: '.ack.json', stored: acknowledgement },
    ...(errors === undefined ? [] : [{ ending: '.err.csv', stored: errors }]),
  ];
  for (const { ending, stored } of answers)
    await placeFile(work.sql, {
      customerId: transfer.customerId,
      environmentId: transfer.environmentId,
      folder: '/out/ack',
      name: answerName(transfer.fileName, ending),
      kind: 'answer',
      objectKey: stored.key,
      sizeBytes: stored.sizeBytes,
      sha256: stored.sha256,
      exchangeId: transfer.exchangeId,
      transferId: transfer.id,
      modifiedAt: work.now,
    });
}
