import type { z } from 'zod';
import type { createEndpointBody } from '#contract/webhooks.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { endpointFingerprint, refuseTarget } from './endpoint.ts';
import { countEndpoints, insertEndpoint } from './endpoint-store.ts';
import { type OfferedSecret, offerSecret } from './offer-secret.ts';
import { problems } from './problems.ts';

/** Adds an endpoint; messages go out once the secret behind its one-time link was made. */
export async function createEndpoint(
  work: Work,
  of: { customerId: string; environmentId: string },
  input: z.output<typeof createEndpointBody>,
): Promise<{ endpointId: string; secretLink: OfferedSecret }> {
  const { sql, actor, now } = work;
  const environment = await getEnvironment(sql, of.environmentId);
  const customer = await getCustomer(sql, of.customerId);
  if (environment === undefined || customer === undefined) throw notFound();
  refuseTarget(work.platform.config, input.url, {
    customerCode: customer.code,
    environment: environment.kind,
  });
  const most = work.platform.config.portal.endpoints;
  if ((await countEndpoints(sql, of.environmentId)) >= most)
    throw problems['too-many-endpoints']({ detail: `${most} endpoints are there.` });
  const { sendLinkTo, label, ...setup } = input;
  const id = uuidv7();
  const fingerprint = endpointFingerprint(setup);
  await insertEndpoint(sql, {
    ...of,
    ...setup,
    id,
    label,
    fingerprint,
    createdBy: actor.kind === 'person' ? actor.name : 'Fairlead',
    now,
  });
  const secretLink = await offerSecret(work, {
    ...of,
    owner: 'endpoint',
    id,
    label,
    overlapHours: 0,
    sendLinkTo,
  });
  const endpointId = showId('whe', id);
  work.emit(of.environmentId, {
    type: 'endpoint.created',
    subject: { endpointId },
    data: { endpointId, fingerprint },
  });
  work.audit({ action: 'endpoint.create', subject: endpointId, detail: { host: new URL(input.url).host } });
  return { endpointId: id, secretLink };
}
