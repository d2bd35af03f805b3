import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import type { Consumer } from '#platform/consume.ts';
import type { StoredEvent } from '#platform/events.ts';
import { parseId } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { insertDeliveries, takePositions } from './delivery-store.ts';
import type { Endpoint } from './endpoint.ts';
import { activateEndpoint, listEndpoints } from './endpoint-store.ts';
import { isDeliverable, isOwnChange, payloadOf } from './payload.ts';

/**
 * Puts each change of payroll records into the queue of every endpoint that asked for it, once: the queue and the
 * place in the log commit together. An endpoint gets what happened after its own creation; a paused one stores up.
 */
export const deliveryQueue: Consumer = {
  name: 'webhooks.deliveries',
  kinds: ['environment'],
  handle: async (work, events, stream) => {
    const { customerId, environmentId } = stream;
    if (customerId === null || environmentId === null) return;
    for (const event of events) {
      const id =
        event.type === 'endpoint.created' ? parseId('whe', event.subject['endpointId'] ?? '') : undefined;
      if (id !== undefined) await activateEndpoint(work.sql, environmentId, id, event.sequence);
    }
    const changes = events.filter(isDeliverable);
    if (changes.length === 0) return;
    const endpoints = await listEndpoints(work.sql, environmentId, { bare: true });
    if (endpoints.length === 0) return;
    const customer = await getCustomer(work.sql, customerId);
    const environment = await getEnvironment(work.sql, environmentId);
    if (customer === undefined || environment === undefined) return;
    for (const endpoint of endpoints) {
      const wanted = changes.filter((event) => wants(endpoint, event));
      await queue(work, endpoint, wanted, { customerCode: customer.code, environment: environment.kind });
    }
  },
};

function wants(endpoint: Endpoint, event: StoredEvent): boolean {
  if (endpoint.activeFrom === null || event.sequence <= endpoint.activeFrom) return false;
  if (endpoint.skipOwnChanges && isOwnChange(event)) return false;
  const types: string[] = endpoint.eventTypes;
  return types.length === 0 || types.includes(event.type);
}

async function queue(
  work: Work,
  endpoint: Endpoint,
  events: StoredEvent[],
  context: { customerCode: string; environment: 'sandbox' | 'production' },
): Promise<void> {
  if (events.length === 0) return;
  const { customerId, environmentId, id: endpointId, includeValues } = endpoint;
  const first = await takePositions(work.sql, environmentId, endpointId, events.length);
  const deliveries = events.map((event, index) => {
    const position = first + index;
    return {
      position,
      messageId: event.id,
      eventSequence: event.sequence,
      eventType: event.type,
      orderKey: event.subject['employeeId'] ?? null,
      body: JSON.stringify(payloadOf(event, { ...context, includeValues, position })),
    };
  });
  await insertDeliveries(work.sql, { customerId, environmentId, endpointId, now: work.now }, deliveries);
}
