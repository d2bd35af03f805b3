import { showId } from '#platform/ids.ts';
import type { StoredObject } from '#platform/objects.ts';
import type { Work } from '#platform/transact.ts';
import type { Login } from './account-store.ts';
import { exchangeFingerprint } from './exchange.ts';
import type { Exchange } from './exchange-store.ts';
import { type HomeFile, placeFile } from './file-store.ts';
import { type HomePath, isDryRun, kindOfName } from './home-path.ts';
import { checkProbe } from './probe.ts';
import { supersedeTransfer } from './supersede-transfer.ts';
import { insertTransfer, lockHeldOfName, noteStep } from './transfer-store.ts';

/** Takes in a file whose bytes are durable: its row, and for a data file the transfer and its event, in one transaction. */
export async function receiveFile(
  work: Work,
  input: {
    login: Login;
    exchange: Exchange;
    at: HomePath;
    stored: StoredObject;
    setModifiedAt: Temporal.Instant | null;
    arrival: 'upload' | 'rename';
  },
): Promise<HomeFile> {
  const { login, exchange, at, stored, arrival } = input;
  const { customerId, environmentId } = login;
  const kind = kindOfName(at.name);
  const dryRun = isDryRun(at.folder);
  let transferId: string | null = null;
  if (kind === 'data') {
    const fingerprint = exchangeFingerprint(exchange);
    const held = dryRun ? undefined : await lockHeldOfName(work.sql, environmentId, exchange.id, at.name);
    const superseded = held?.sha256 === stored.sha256 ? undefined : held;
    transferId = await insertTransfer(work.sql, {
      customerId,
      environmentId,
      exchangeId: exchange.id,
      accountId: login.accountId,
      fileName: at.name,
      objectKey: stored.key,
      sha256: stored.sha256,
      sizeBytes: stored.sizeBytes,
      dryRun,
      fingerprint,
      arrival,
      keyId: login.keyId,
      supersedes: superseded?.id ?? null,
      receivedAt: work.now,
    });
    if (superseded !== undefined) await supersedeTransfer(work, superseded, transferId);
    await noteStep(work.sql, { customerId, environmentId, id: transferId }, 'received', work.now, {
      sizeBytes: stored.sizeBytes,
      sha256: stored.sha256,
    });
    work.emit(environmentId, {
      type: 'transfer.received',
      subject: { transferId: showId('trf', transferId), exchangeId: showId('exc', exchange.id) },
      data: {
        transferId: showId('trf', transferId),
        exchangeId: showId('exc', exchange.id),
        sizeBytes: stored.sizeBytes,
        sha256: stored.sha256,
        dryRun,
        fingerprint,
      },
      source: { channel: 'sftp' },
    });
  }
  const file = {
    customerId,
    environmentId,
    folder: at.folder,
    name: at.name,
    kind,
    objectKey: stored.key,
    sizeBytes: stored.sizeBytes,
    sha256: stored.sha256,
    exchangeId: exchange.id,
    transferId,
    modifiedAt: work.now,
    setModifiedAt: input.setModifiedAt,
  };
  const id = await placeFile(work.sql, file);
  if (kind === 'probe' && !dryRun) await checkProbe(work, exchange, at.name, stored.sha256);
  return { ...file, id, reference: null, collectedAt: null };
}
