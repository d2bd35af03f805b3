import { environmentsOf } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { newestOfTypes } from '#platform/events.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { applyEvent } from './apply-event.ts';
import { dossierOf, saveDossier } from './dossier.ts';
import { lockOpenIntegrations } from './integration-store.ts';
import { ownersOf } from './owners-of-evidence.ts';

/** Facts that happen once and stay true for whatever is begun later: credentials, logins, first calls, proved webhooks. */
const lasting = [
  'api_key.requested',
  'api_key.issued',
  'api_key.revealed',
  'api.first_call',
  'api.operation_seen',
  'endpoint.verified',
  'endpoint.first_delivered',
  'receiver.first_accepted',
  'receiver.forged_refused',
  'receiver.replay_refused',
  'receiver.duplicate_ignored',
  'sftp_key.registered',
  'format.acknowledged',
  'sftp.first_login',
];

/**
 * Shows an integration what its customer's sandbox had seen before it was opened, before its plan named it, or while it
 * was over: such facts are in the log once and do not come again.
 */
export async function catchUp(
  platform: Platform,
  { customerId, integrationId }: { customerId: string; integrationId: string },
): Promise<void> {
  const environments = await read(platform, { customerId }, (sql) => environmentsOf(sql, customerId));
  const sandbox = environments.find((one) => one.kind === 'sandbox');
  if (sandbox === undefined) return;
  const scope = { customerId, environmentId: sandbox.id };
  await transact(platform, scope, systemActor('integrations'), async (work) => {
    const open = (await lockOpenIntegrations(work.sql, customerId)).map(({ id, folded }) =>
      dossierOf(customerId, id, folded),
    );
    const late = open.find((one) => one.id === integrationId);
    if (late === undefined) return;
    for (const event of await newestOfTypes(work.sql, sandbox.id, lasting))
      if (ownersOf(event, open).includes(late)) await applyEvent(work, late, event, 'sandbox');
    await saveDossier(work, late);
  });
}
