import { showId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import type { Login } from './account-store.ts';
import { getExchange } from './exchange-store.ts';
import { type HomeFile, markCollected } from './file-store.ts';
import { noteProbe } from './probe.ts';

/** Notes that the customer has read a file of /out whole: a fact for what was placed, proof of a direction for a probe. */
export async function collectFile(work: Work, login: Login, file: HomeFile): Promise<void> {
  if (!(await markCollected(work.sql, login.environmentId, file.id, work.now))) return;
  if (file.kind === 'probe' && file.exchangeId !== null) {
    const exchange = await getExchange(work.sql, login.environmentId, file.exchangeId);
    if (exchange !== undefined) await noteProbe(work, exchange, 'out', file.sha256);
  }
  if (file.kind !== 'placed') return;
  work.emit(login.environmentId, {
    type: 'file.collected',
    subject: { fileId: file.id, ...(file.reference === null ? {} : { reference: file.reference }) },
    data: {
      path: `${file.folder}/${file.name}`,
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      reference: file.reference,
      accountId: showId('sfa', login.accountId),
    },
    source: { channel: 'sftp' },
  });
}
