import { type WebhookPayload, webhookEventTypes, webhookVersion } from '#contract/webhooks.ts';
import { classOf } from '#modules/payroll/index.ts';
import type { StoredEvent } from '#platform/events.ts';
import { showId } from '#platform/ids.ts';
import type { Json } from '#platform/json.ts';

const deliverable = new Set<string>(webhookEventTypes);
/** Channels through which a customer's own systems change something. */
const ownChannels = new Set(['api', 'file', 'webhook']);
/** What may be named of where a change came from; never a person. */
const sourceParts = ['keyId', 'transferId', 'exchangeId', 'receiverId', 'messageId'];

/** Whether an event of the log is one that endpoints can get. */
export function isDeliverable(event: StoredEvent): boolean {
  return deliverable.has(event.type);
}

/** Whether an event is a change that the customer's own system made. */
export function isOwnChange(event: StoredEvent): boolean {
  return ownChannels.has(event.source['channel'] ?? '');
}

/** For whom and where a payload is made. */
export interface PayloadContext {
  customerCode: string;
  environment: 'sandbox' | 'production';
  includeValues: boolean;
  /** The message's number within its endpoint. */
  position: number;
}

/** The message that tells of an event. Values of classes P0 and P1 only, and only where they were asked for. */
export function payloadOf(event: StoredEvent, context: PayloadContext): WebhookPayload {
  const { subject } = event;
  const change = asObject(event.data['change']);
  const values = context.includeValues ? shownValues(asObject(change['values'])) : {};
  const { companyCode, employeeNumber } = subject;
  const version = event.data['version'];
  return {
    id: showId('evt', event.id),
    type: event.type,
    version: webhookVersion,
    customer: context.customerCode,
    environment: context.environment,
    sequence: event.sequence,
    occurredAt: event.recordedAt.toString(),
    subject: {
      ...pick(subject, ['employeeId', 'personId', 'companyCode', 'employeeNumber']),
      ...(typeof version === 'number' ? { version } : {}),
    },
    effectiveFrom: event.effectiveFrom,
    change: {
      kind: typeof change['kind'] === 'string' ? change['kind'] : 'update',
      fields: texts(change['fields']),
      classes: texts(change['classes']),
      values,
    },
    source: {
      channel: event.source['channel'] ?? 'console',
      actor: event.actor.kind,
      ...pick(event.source, sourceParts),
      own: isOwnChange(event),
    },
    delivery: { sequence: context.position },
    links: {
      self:
        companyCode === undefined || employeeNumber === undefined
          ? null
          : `/v1/employees/${encodeURIComponent(companyCode)}/${encodeURIComponent(employeeNumber)}`,
    },
  };
}

/** A message that tells of nothing, to try an endpoint with. */
export function testPayload(
  context: PayloadContext & { messageId: string; at: Temporal.Instant },
): WebhookPayload {
  return {
    id: showId('evt', context.messageId),
    type: 'webhook.test',
    version: webhookVersion,
    customer: context.customerCode,
    environment: context.environment,
    sequence: 0,
    occurredAt: context.at.toString(),
    subject: {},
    effectiveFrom: null,
    change: { kind: 'test', fields: [], classes: [], values: {} },
    source: { channel: 'console', actor: 'system', own: false },
    delivery: { sequence: context.position },
    links: { self: null },
  };
}

function shownValues(values: { [key: string]: Json | undefined }): WebhookPayload['change']['values'] {
  const shown: WebhookPayload['change']['values'] = {};
  for (const [field, value] of Object.entries(values)) {
    if (!['P0', 'P1'].includes(classOf(field))) continue;
    const both = asObject(value);
    shown[field] = { old: both['old'] ?? null, new: both['new'] ?? null };
  }
  return shown;
}

function asObject(value: Json | undefined): { [key: string]: Json | undefined } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function pick(from: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
