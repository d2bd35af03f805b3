import { showId } from '#platform/ids.ts';
import { traced } from '#platform/telemetry.ts';
import type { AttemptOutcome, ClaimedDelivery } from './delivery-store.ts';
import { nextAttempt } from './retry-schedule.ts';
import type { Sender, SendResult } from './send-request.ts';
import { sign, signatureHeader } from './signature.ts';

/** Where a message goes and what signs it, as it stood when the message was claimed. */
export interface Target {
  url: string;
  secrets: string[];
  /** True in production: plain http only to listed private addresses. */
  secureOnly: boolean;
  /** Whose endpoint it is: which private addresses are listed goes by it. */
  customerCode: string;
}

/** The endpoint says that it is gone for good (410). */
export const goneStatus = 410;

/**
 * Sends one message under a signature made now and says what became of it. Signatures go by the machine's time, which
 * the endpoint shares, and schedules by the business clock.
 */
export async function attemptDelivery(
  sender: Sender,
  target: Target,
  delivery: ClaimedDelivery,
  clock: { now(): Temporal.Instant },
): Promise<AttemptOutcome> {
  const at = clock.now();
  const result = await sendSigned(sender, target, showId('msg', delivery.messageId), delivery.body);
  const delivered = isSuccess(result);
  const nextAt = delivered
    ? null
    : result.status === goneStatus
      ? at
      : (nextAttempt(delivery.attempts + 1, delivery.firstAttemptAt ?? at, clock.now(), result) ?? null);
  return {
    id: delivery.id,
    lease: delivery.lease,
    at,
    durationMs: result.durationMs,
    status: result.status,
    error: result.error ?? (delivered ? null : `http: answered ${result.status}`),
    response: result.response,
    state: delivered ? 'delivered' : nextAt === null ? 'failed' : 'waiting',
    nextAt,
  };
}

/** Whether the endpoint took the message: 2xx and nothing else. */
export function isSuccess(result: Pick<SendResult, 'status'>): boolean {
  return result.status !== null && result.status >= 200 && result.status < 300;
}

/** Posts a body with the three headers of Standard Webhooks; `forgedWith` and `timestamp` serve the verification. */
export async function sendSigned(
  sender: Sender,
  target: Target,
  messageId: string,
  body: string,
  options: { forgedWith?: string; timestamp?: number } = {},
): Promise<SendResult> {
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const signature =
    options.forgedWith === undefined
      ? signatureHeader(target.secrets, messageId, timestamp, body)
      : sign(options.forgedWith, messageId, timestamp, body);
  const headers = {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return traced('send webhook', { 'messaging.message.id': messageId }, () =>
    sender.post(target.url, { body, secureOnly: target.secureOnly, customer: target.customerCode, headers }),
  );
}
