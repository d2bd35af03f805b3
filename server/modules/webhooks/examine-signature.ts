import type { z } from 'zod';
import type { Diagnosis, doctorBody } from '#contract/webhooks.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { diagnoseSignature } from './diagnose-signature.ts';
import { liveSecrets, type SealedSecrets } from './endpoint.ts';
import { listEndpoints } from './endpoint-store.ts';
import { problems } from './problems.ts';
import { listReceivers } from './receiver-store.ts';

/** Has the signature doctor look at a message under the secrets of an endpoint or a receiver. */
export async function examineSignature(
  platform: Platform,
  of: { customerId: string; environmentId: string },
  input: z.output<typeof doctorBody>,
): Promise<Diagnosis> {
  const { endpoint, receiver } = input;
  if ((endpoint === undefined) === (receiver === undefined))
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/endpoint', detail: 'name an endpoint or a receiver, one of them' }],
    });
  const [owner] = await read(platform, of, async (sql): Promise<SealedSecrets[]> => {
    if (endpoint !== undefined) return listEndpoints(sql, of.environmentId, { id: endpoint, bare: true });
    return receiver === undefined ? [] : listReceivers(sql, of.environmentId, receiver);
  });
  if (owner === undefined) throw notFound();
  const secrets = liveSecrets(platform.config, owner, platform.clock.now());
  if (secrets.length === 0) throw problems['secret-not-shown']();
  const all = liveSecrets(platform.config, owner, Temporal.Instant.fromEpochMilliseconds(0));
  return diagnoseSignature({
    secrets,
    retiredSecrets: all.filter((secret) => !secrets.includes(secret)),
    headers: {
      id: input.headers['webhook-id'],
      timestamp: input.headers['webhook-timestamp'],
      signature: input.headers['webhook-signature'],
    },
    body: Buffer.from(input.body),
    nowSeconds: Math.floor(Date.now() / 1000),
  });
}
