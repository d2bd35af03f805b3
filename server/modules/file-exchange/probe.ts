import { showId } from '#platform/ids.ts';
import { storeBytes } from '#platform/objects.ts';
import type { Work } from '#platform/transact.ts';
import { exchangeFingerprint, probeOf } from './exchange.ts';
import { type Exchange, markProbed } from './exchange-store.ts';
import { placeFile } from './file-store.ts';

/** Compares a probe that came in with the one the portal shows, and answers in /out/ack/. */
export async function checkProbe(
  work: Work,
  exchange: Exchange,
  name: string,
  sha256: string,
): Promise<void> {
  const expected = probeOf(exchange, 'in');
  const matches = name === expected.name && sha256 === expected.sha256;
  if (matches) await noteProbe(work, exchange, 'in', sha256);
  const answer = {
    file: name,
    status: matches ? 'accepted' : 'rejected',
    code: matches ? 'probe-matches' : 'probe-differs',
    receivedSha256: sha256,
    expectedFile: expected.name,
    expectedSha256: expected.sha256,
    fix: matches
      ? ''
      : 'Send the file exactly as the portal shows it: same name, same bytes, no conversion of line ends.',
  };
  const bytes = Buffer.from(`${JSON.stringify(answer, null, 2)}\n`);
  const { customerId, environmentId } = exchange;
  const owner = { class: 'answer', customerId, environmentId } as const;
  const stored = await storeBytes(work.platform.objects, owner, bytes);
  await placeFile(work.sql, {
    customerId: exchange.customerId,
    environmentId: exchange.environmentId,
    folder: '/out/ack',
    name: `${name}.ack.json`,
    kind: 'answer',
    objectKey: stored.key,
    sizeBytes: stored.sizeBytes,
    sha256: stored.sha256,
    exchangeId: exchange.id,
    modifiedAt: work.now,
  });
}

/** Puts the probe of the way out where the customer collects it. */
export async function placeProbe(work: Work, exchange: Exchange): Promise<void> {
  const probe = probeOf(exchange, 'out');
  const { customerId, environmentId } = exchange;
  const owner = { class: 'answer', customerId, environmentId } as const;
  const stored = await storeBytes(work.platform.objects, owner, Buffer.from(probe.content));
  await placeFile(work.sql, {
    customerId: exchange.customerId,
    environmentId: exchange.environmentId,
    folder: `/out/${exchange.code}`,
    name: probe.name,
    kind: 'probe',
    objectKey: stored.key,
    sizeBytes: stored.sizeBytes,
    sha256: stored.sha256,
    exchangeId: exchange.id,
    modifiedAt: work.now,
  });
}

/** Notes that a probe passed in a direction. */
export async function noteProbe(
  work: Work,
  exchange: Exchange,
  direction: 'in' | 'out',
  sha256: string,
): Promise<void> {
  await markProbed(work.sql, exchange, direction, work.now);
  const exchangeId = showId('exc', exchange.id);
  work.emit(exchange.environmentId, {
    type: 'exchange.probed',
    subject: { exchangeId },
    data: { exchangeId, direction, sha256, fingerprint: exchangeFingerprint(exchange) },
    source: { channel: 'sftp' },
  });
}
