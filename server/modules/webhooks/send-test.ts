import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { listDeliveries } from './delivery-log-store.ts';
import { insertDeliveries, requeueDelivery, takePositions } from './delivery-store.ts';
import { listEndpoints } from './endpoint-store.ts';
import { testPayload } from './payload.ts';
import { problems } from './problems.ts';
import type { LaneOf } from './record-outcomes.ts';

/** Queues a message of the type webhook.test, sent and logged like any other. */
export async function sendTest(work: Work, of: LaneOf): Promise<void> {
  const { sql, now } = work;
  const [endpoint] = await listEndpoints(sql, of.environmentId, {
    id: of.endpointId,
    lock: true,
    bare: true,
  });
  const customer = await getCustomer(sql, of.customerId);
  const environment = await getEnvironment(sql, of.environmentId);
  if (endpoint === undefined || customer === undefined || environment === undefined) throw notFound();
  if (endpoint.secret === null) throw problems['secret-not-shown']();
  if (endpoint.status !== 'enabled') throw problems['endpoint-paused']();
  const position = await takePositions(sql, of.environmentId, of.endpointId, 1);
  const messageId = uuidv7();
  const payload = testPayload({
    customerCode: customer.code,
    environment: environment.kind,
    includeValues: false,
    position,
    messageId,
    at: now,
  });
  await insertDeliveries(sql, { ...of, now }, [
    {
      position,
      messageId,
      eventSequence: null,
      eventType: payload.type,
      orderKey: null,
      body: JSON.stringify(payload),
    },
  ]);
  work.audit({ action: 'endpoint.test', subject: showId('whe', of.endpointId) });
}

/** Sends one message again, the very same bytes under the same id, whatever became of it before. */
export async function resendDelivery(work: Work, environmentId: string, deliveryId: string): Promise<void> {
  const [found] = await listDeliveries(work.sql, environmentId, { id: deliveryId, limit: 1 });
  if (found === undefined) throw notFound();
  if (!(await requeueDelivery(work.sql, environmentId, deliveryId, work.now)))
    throw problems['delivery-in-flight']();
  work.audit({ action: 'delivery.resend', subject: showId('dlv', deliveryId) });
}
