import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { placeAnswers, writeAcknowledgement } from './answers.ts';
import { archiveTransfer } from './archive-transfer.ts';
import { noteStep, saveTransfer, type Transfer } from './transfer-store.ts';

/** Ends a held transfer whose name a newer file has taken: it is answered and archived, and nobody can approve it any more. */
export async function supersedeTransfer(work: Work, held: Transfer, by: string): Promise<void> {
  const ended = await saveTransfer(work.sql, held, {
    state: 'superseded',
    supersededBy: by,
    finishedAt: work.now,
  });
  await noteStep(work.sql, ended, 'outcome', work.now, {
    state: 'superseded',
    reason: 'A newer file of this name took its place',
  });
  const acknowledgement = await writeAcknowledgement(work.platform.objects, ended, null);
  await placeAnswers(work, ended, acknowledgement, undefined);
  await noteStep(work.sql, ended, 'acknowledged', work.now);
  await archiveTransfer(work, ended);
  const subject = { transferId: showId('trf', ended.id), exchangeId: showId('exc', ended.exchangeId) };
  work.emit(ended.environmentId, {
    type: 'transfer.superseded',
    subject,
    data: {
      ...subject,
      supersededBy: showId('trf', by),
      sha256: ended.sha256,
      rows: ended.rowCount ?? 0,
      fingerprint: ended.fingerprint,
    },
    source: { channel: 'sftp' },
  });
}
