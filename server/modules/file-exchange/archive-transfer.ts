import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { archiveFile, findFile } from './file-store.ts';
import { noteStep, type Transfer } from './transfer-store.ts';

/** Moves a finished transfer's file to /archive/, with the end of its id when there is one of that name. */
export async function archiveTransfer(work: Work, transfer: Transfer): Promise<void> {
  const taken = await findFile(work.sql, transfer.environmentId, '/archive', transfer.fileName);
  const suffix = showId('trf', transfer.id).slice(-8);
  const name = taken === undefined ? transfer.fileName : `${transfer.fileName.slice(0, 200)}.${suffix}`;
  await archiveFile(work.sql, transfer.environmentId, transfer.id, name);
  await noteStep(work.sql, transfer, 'archived', work.now);
}
