import type { z } from 'zod';
import type { changeEndpointBody } from '#contract/webhooks.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { hastenDeliveries } from './delivery-store.ts';
import { endpointFingerprint, refuseTarget } from './endpoint.ts';
import { listEndpoints, setEndpointStatus, updateEndpoint } from './endpoint-store.ts';
import { type LaneOf, pauseEndpoint } from './record-outcomes.ts';

/** Changes an endpoint; evidence seen under another address or choice of events becomes stale by its fingerprint. */
export async function changeEndpoint(
  work: Work,
  of: LaneOf,
  change: z.output<typeof changeEndpointBody>,
): Promise<void> {
  const { environmentId, endpointId: id } = of;
  const [endpoint] = await listEndpoints(work.sql, environmentId, { id, lock: true, bare: true });
  const environment = await getEnvironment(work.sql, environmentId);
  const customer = await getCustomer(work.sql, of.customerId);
  if (endpoint === undefined || environment === undefined || customer === undefined) throw notFound();
  const setup = {
    url: change.url ?? endpoint.url,
    eventTypes: change.eventTypes ?? endpoint.eventTypes,
    includeValues: change.includeValues ?? endpoint.includeValues,
    skipOwnChanges: change.skipOwnChanges ?? endpoint.skipOwnChanges,
  };
  refuseTarget(work.platform.config, setup.url, {
    customerCode: customer.code,
    environment: environment.kind,
  });
  const fingerprint = endpointFingerprint(setup);
  await updateEndpoint(work.sql, environmentId, id, {
    ...setup,
    label: change.label ?? endpoint.label,
    fingerprint,
  });
  const endpointId = showId('whe', id);
  if (fingerprint !== endpoint.fingerprint)
    work.emit(environmentId, {
      type: 'endpoint.changed',
      subject: { endpointId },
      data: { endpointId, fingerprint },
    });
  work.audit({ action: 'endpoint.change', subject: endpointId, detail: { fields: Object.keys(change) } });
}

/** Pauses an endpoint on a person's word; messages store up. */
export async function pauseEndpointByHand(work: Work, of: LaneOf, reason: string): Promise<void> {
  await refuseMissing(work, of);
  await pauseEndpoint(work, of, 'person');
  work.audit({ action: 'endpoint.pause', subject: showId('whe', of.endpointId), detail: { reason } });
}

/** Enables an endpoint again; what stored up goes out in order, at once. */
export async function resumeEndpoint(work: Work, of: LaneOf): Promise<void> {
  await refuseMissing(work, of);
  if (!(await setEndpointStatus(work.sql, of.environmentId, of.endpointId, null))) return;
  await hastenDeliveries(work.sql, of.environmentId, of.endpointId, work.now);
  const endpointId = showId('whe', of.endpointId);
  work.emit(of.environmentId, { type: 'endpoint.resumed', subject: { endpointId }, data: { endpointId } });
  work.audit({ action: 'endpoint.resume', subject: endpointId });
}

async function refuseMissing(work: Work, of: LaneOf): Promise<void> {
  const found = await listEndpoints(work.sql, of.environmentId, {
    id: of.endpointId,
    lock: true,
    bare: true,
  });
  if (found.length === 0) throw notFound();
}
