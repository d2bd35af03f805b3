import type { Tx } from '#platform/database.ts';
import type { SealedSecrets } from './endpoint.ts';

/** What has a secret: an endpoint, which we sign for, or a receiver, which we verify for. */
export type SecretOwner = 'endpoint' | 'receiver';
const tables = { endpoint: 'webhooks.endpoints', receiver: 'webhooks.receivers' } as const;

/** The sealed secrets of one endpoint or receiver, locked for a change; undefined when there is none. */
export async function lockSecrets(
  sql: Tx,
  owner: SecretOwner,
  environmentId: string,
  id: string,
): Promise<(SealedSecrets & { label: string }) | undefined> {
  const [row] = await sql<(SealedSecrets & { label: string })[]>`
    select secret, previous_secret as "previousSecret", previous_until as "previousUntil", label
    from ${sql(tables[owner])}
    where environment_id = ${environmentId} and id = ${id} for update`;
  return row;
}

export async function setSecrets(
  sql: Tx,
  owner: SecretOwner,
  environmentId: string,
  id: string,
  secrets: SealedSecrets & { secretHint: string },
): Promise<void> {
  await sql`
    update ${sql(tables[owner])}
    set secret = ${secrets.secret}, secret_hint = ${secrets.secretHint}, previous_secret = ${secrets.previousSecret},
        previous_until = ${secrets.previousUntil?.toString() ?? null}
    where environment_id = ${environmentId} and id = ${id}`;
}
