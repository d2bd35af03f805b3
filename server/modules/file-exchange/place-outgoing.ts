import type { StoredObject } from '#platform/objects.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { getExchange } from './exchange-store.ts';
import { placeFile } from './file-store.ts';
import { isFileName } from './home-path.ts';
import { problems } from './problems.ts';

/**
 * Puts a file where the customer of the scope's environment collects it: under /out/<exchange>/ or, without an exchange,
 * /out/extracts/. Replaces one of the same name. When it was read whole, `file.collected` follows with `reference`.
 */
export async function placeOutgoing(
  work: Work,
  input: {
    exchangeId?: string | undefined;
    name: string;
    stored: StoredObject;
    reference?: string | undefined;
  },
): Promise<{ fileId: string; path: string }> {
  const { customerId, environmentId } = work.scope;
  if (customerId === undefined || environmentId === undefined)
    throw new Error('placing a file needs an environment');
  if (!isFileName(input.name)) throw problems['invalid-file-name']();
  let folder = '/out/extracts';
  if (input.exchangeId !== undefined) {
    const exchange = await getExchange(work.sql, environmentId, input.exchangeId);
    if (exchange === undefined) throw notFound('exchange');
    folder = `/out/${exchange.code}`;
  }
  const fileId = await placeFile(work.sql, {
    customerId,
    environmentId,
    folder,
    name: input.name,
    kind: 'placed',
    objectKey: input.stored.key,
    sizeBytes: input.stored.sizeBytes,
    sha256: input.stored.sha256,
    exchangeId: input.exchangeId ?? null,
    reference: input.reference ?? null,
    modifiedAt: work.now,
  });
  return { fileId, path: `${folder}/${input.name}` };
}
