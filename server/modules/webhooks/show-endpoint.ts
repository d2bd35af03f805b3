import type { AttemptView, DeliveryRow, EndpointView } from '#contract/webhooks.ts';
import { showId } from '#platform/ids.ts';
import type { LoggedAttempt, LoggedDelivery } from './delivery-log-store.ts';
import { type Endpoint, secretState } from './endpoint.ts';

/** An endpoint as people see it: no secret, only its first characters. */
export function showEndpoint(endpoint: Endpoint, now: Temporal.Instant): EndpointView {
  return {
    id: showId('whe', endpoint.id),
    label: endpoint.label,
    url: endpoint.url,
    eventTypes: endpoint.eventTypes,
    includeValues: endpoint.includeValues,
    skipOwnChanges: endpoint.skipOwnChanges,
    status: endpoint.status,
    pauseCause: endpoint.pauseCause,
    secret: secretState(endpoint, now),
    secretHint: endpoint.secretHint,
    fingerprint: endpoint.fingerprint,
    verification: endpoint.verification,
    firstDeliveredAt: endpoint.firstDeliveredAt?.toString() ?? null,
    lastDeliveredAt: endpoint.lastDeliveredAt?.toString() ?? null,
    failingSince: endpoint.failingSince?.toString() ?? null,
    waiting: endpoint.waiting,
    lagSeconds:
      endpoint.oldestWaiting === null
        ? null
        : Math.max(0, Math.round(endpoint.oldestWaiting.until(now).total('seconds'))),
    createdAt: endpoint.createdAt.toString(),
    createdBy: endpoint.createdBy,
  };
}

/** A message as a line of the log. */
export function showDelivery(delivery: LoggedDelivery): DeliveryRow {
  return {
    id: showId('dlv', delivery.id),
    messageId: showId('msg', delivery.messageId),
    endpoint: { id: showId('whe', delivery.endpointId), label: delivery.endpointLabel },
    sequence: delivery.position,
    eventType: delivery.eventType,
    eventSequence: delivery.eventSequence,
    state: delivery.state,
    attempts: delivery.attempts,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    nextAt: delivery.state === 'waiting' ? delivery.nextAt.toString() : null,
    createdAt: delivery.createdAt.toString(),
    deliveredAt: delivery.deliveredAt?.toString() ?? null,
  };
}

export function showAttempt(attempt: LoggedAttempt): AttemptView {
  return {
    number: attempt.number,
    at: attempt.at.toString(),
    durationMs: Number(attempt.durationMs),
    status: attempt.status,
    error: attempt.error,
    response: attempt.response,
  };
}
