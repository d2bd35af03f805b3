import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { employeeInput } from './payroll.ts';
import { recordKey } from './payroll-text.ts';
import { pageLimit } from './query-number.ts';
import { textLine, textProse } from './text.ts';

/** All staff and portal paths of this file start with /api/customers/:customer/environments/:environment. */

const moment = z.string().describe('An instant, ISO 8601 in UTC');

/** The version of the payloads that these event types describe. */
export const webhookVersion = '2026-11-01';

/** What an endpoint can subscribe to; an endpoint without a list of its own gets all of them. */
export const webhookEventTypes = [
  'employee.created',
  'employee.updated',
  'employee.update_scheduled',
  'employment.created',
  'employment.started',
  'employment.updated',
  'employment.update_scheduled',
  'employment.termination_scheduled',
  'employment.terminated',
  'employment.termination_cancelled',
  'employment.rehired',
  'pay_rate.scheduled',
  'pay_rate.effective',
  'pay_rate.cancelled',
  'bank_account.change_held',
  'bank_account.change_withdrawn',
  'bank_account.scheduled',
  'bank_account.changed',
  'tax_details.scheduled',
  'tax_details.changed',
  'kiwisaver.scheduled',
  'kiwisaver.changed',
  'super.changed',
  'address.changed',
  'contact.changed',
] as const;
export const webhookEventType = z.enum(webhookEventTypes);
export type WebhookEventType = z.output<typeof webhookEventType>;

/** enabled: messages go out · paused: they wait and catch up in order when it is enabled. */
export const endpointStatuses = ['enabled', 'paused'] as const;
export type EndpointStatus = (typeof endpointStatuses)[number];
/** Why an endpoint stands still. `gone`: it answered 410. `failing`: five days of nothing but failure. */
export const pauseCauses = ['person', 'gone', 'failing'] as const;

/** What came of one message of the verification: the HTTP status the endpoint answered, or why there was none. */
const probe = z.object({
  expected: z.string().describe('2xx or 4xx'),
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  durationMs: z.number(),
  passed: z.boolean(),
});
/** POST /endpoints/:endpoint/verify sends one valid, one forged and one stale message and reports what was answered. */
export const verification = z.object({
  at: moment,
  passed: z.boolean(),
  fingerprint: z.string(),
  valid: probe,
  forged: probe,
  stale: probe,
  advice: z.array(z.string()).describe('What to mend, in sentences; empty when it passed'),
});
export type Verification = z.output<typeof verification>;

export const endpointView = z.object({
  id: shownId('whe'),
  label: z.string(),
  url: z.string(),
  eventTypes: z.array(webhookEventType).describe('Empty: all of them'),
  includeValues: z.boolean().describe('Old and new values of classes P0 and P1; never of P2 to P4'),
  skipOwnChanges: z.boolean().describe('Leaves out what came in from the customer by API, file or webhook'),
  status: z.enum(endpointStatuses),
  pauseCause: z.enum(pauseCauses).nullable(),
  /** waiting: its one-time link was not used yet, nothing can be signed · active · rolling: two are live. */
  secret: z.enum(['waiting', 'active', 'rolling']),
  secretHint: z.string().nullable().describe('The first characters of the present secret'),
  fingerprint: z.string(),
  verification: verification.nullable(),
  firstDeliveredAt: moment.nullable(),
  lastDeliveredAt: moment.nullable(),
  failingSince: moment.nullable(),
  waiting: z.number().int().describe('Messages not delivered yet'),
  lagSeconds: z.number().nullable().describe('Age of the oldest message that is not delivered'),
  createdAt: moment,
  createdBy: z.string(),
});
export type EndpointView = z.output<typeof endpointView>;
/** GET /endpoints (at most 100 in an environment) */
export const endpointList = z.object({ items: z.array(endpointView), next: z.null() });

const label = textLine(80);
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2000)
  .regex(/^\S+$/, 'must hold no white space');
const eventTypes = z.array(webhookEventType).max(webhookEventTypes.length);
const contactEmail = z
  .email()
  .optional()
  .describe('Mails the one-time link to this contact of the customer instead of showing it to you');

/** POST /endpoints. The secret is made when the button behind the one-time link is pressed. */
export const createEndpointBody = z.strictObject({
  label,
  url,
  eventTypes: eventTypes.default([]),
  includeValues: z.boolean().default(false),
  skipOwnChanges: z.boolean().default(false),
  sendLinkTo: contactEmail,
});
/** PATCH /endpoints/:endpoint */
export const changeEndpointBody = z.strictObject({
  label: label.optional(),
  url: url.optional(),
  eventTypes: eventTypes.optional(),
  includeValues: z.boolean().optional(),
  skipOwnChanges: z.boolean().optional(),
});
/** A one-time link to a secret; `url` is null when it went to a contact by mail. */
export const secretLink = z.object({
  url: z.string().nullable(),
  expiresAt: moment,
  mailedTo: z.string().nullable(),
});
export const createdEndpoint = z.object({ endpoint: endpointView, secretLink });
export type CreatedEndpoint = z.output<typeof createdEndpoint>;
/** POST /endpoints/:endpoint/roll-secret and /receivers/:receiver/roll-secret: both secrets work for the overlap. */
export const rollSecretBody = z.strictObject({
  overlapHours: z.number().int().min(0).max(168).default(24),
  sendLinkTo: contactEmail,
});
/** POST /endpoints/:endpoint/pause; /resume has no body. */
export const pauseEndpointBody = z.strictObject({ reason: textProse(300, 3) });

/** waiting: due, or for a predecessor of the same employment · failed: given up, can be resent. */
export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export const deliveryRow = z.object({
  id: shownId('dlv'),
  messageId: shownId('msg').describe('The header webhook-id: stable from the event, for duplicates'),
  endpoint: z.object({ id: shownId('whe'), label: z.string() }),
  sequence: z.number().int().describe('1, 2, 3 … without a hole within the endpoint'),
  eventType: z.string(),
  eventSequence: z.number().int().nullable(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  nextAt: moment.nullable(),
  createdAt: moment,
  deliveredAt: moment.nullable(),
});
export type DeliveryRow = z.output<typeof deliveryRow>;
/** GET /deliveries?endpoint=&state=&cursor=&limit= , newest first */
export const deliveryList = z.object({ items: z.array(deliveryRow), next: z.string().nullable() });
export type DeliveryList = z.output<typeof deliveryList>;
export const deliveryQuery = z.object({
  endpoint: idOf('whe').optional(),
  state: z.enum(deliveryStates).optional(),
  cursor: idOf('dlv').optional(),
  limit: pageLimit(50),
});

export const attemptView = z.object({
  number: z.number().int(),
  at: moment,
  durationMs: z.number(),
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  response: z.string().nullable().describe('The first 16 KiB of the answer'),
});
export type AttemptView = z.output<typeof attemptView>;
/** GET /deliveries/:delivery; POST /deliveries/:delivery/resend sends it again, whatever its state. */
export const deliveryView = deliveryRow.extend({
  request: z.object({ url: z.string(), body: z.string() }),
  attemptLog: z.array(attemptView),
});

/** The body of a message, as Standard Webhooks frames it. */
export const webhookPayload = z.object({
  id: shownId('evt'),
  type: z.string(),
  version: z.string(),
  customer: z.string(),
  environment: z.enum(['sandbox', 'production']),
  sequence: z.number().int().describe('The same as in GET /v1/events'),
  occurredAt: moment,
  subject: z.object({
    employeeId: z.string().optional(),
    personId: z.string().optional(),
    companyCode: z.string().optional(),
    employeeNumber: z.string().optional(),
    version: z.number().int().optional().describe('The sequence of the employment'),
  }),
  effectiveFrom: z.string().nullable(),
  change: z.object({
    kind: z.string(),
    fields: z.array(z.string()),
    classes: z.array(z.string()),
    values: z.record(z.string(), z.object({ old: z.unknown(), new: z.unknown() })),
  }),
  source: z.object({
    channel: z.string(),
    actor: z.string(),
    own: z.boolean().describe("The customer's own change coming back"),
  }),
  delivery: z.object({ sequence: z.number().int().describe('1, 2, 3 … within the endpoint') }),
  links: z.object({ self: z.string().nullable() }),
});
export type WebhookPayload = z.output<typeof webhookPayload>;

export const receiverView = z.object({
  id: shownId('whr'),
  label: z.string(),
  url: z.string().describe('Where to post; unguessable'),
  status: z.enum(['enabled', 'disabled']),
  secret: z.enum(['waiting', 'active', 'rolling']),
  secretHint: z.string().nullable(),
  messageTypes: z.array(z.string()),
  fingerprint: z.string(),
  seen: z.object({
    firstAcceptedAt: moment.nullable(),
    forgedRefusedAt: moment.nullable(),
    replayRefusedAt: moment
      .nullable()
      .describe('When an accepted message came again, too old, and was refused'),
    duplicateIgnoredAt: moment.nullable().describe('When a message had come twice and was applied once'),
  }),
  lastMessageAt: moment.nullable(),
  waiting: z.number().int(),
  dead: z.number().int(),
  /** The latest messages that were refused, with the likely cause. */
  refusals: z.array(z.object({ at: moment, cause: z.string(), advice: z.string() })),
  createdAt: moment,
  createdBy: z.string(),
});
export type ReceiverView = z.output<typeof receiverView>;
/** GET /receivers (at most 100 in an environment) */
export const receiverList = z.object({ items: z.array(receiverView), next: z.null() });
/** POST /receivers */
export const createReceiverBody = z.strictObject({ label, sendLinkTo: contactEmail });
export const createdReceiver = z.object({ receiver: receiverView, secretLink });
export type CreatedReceiver = z.output<typeof createdReceiver>;
/** PATCH /receivers/:receiver */
export const changeReceiverBody = z.strictObject({
  label: label.optional(),
  status: z.enum(['enabled', 'disabled']).optional(),
});

/** What may be posted to a receiver: an Employee document by business key; newer effective-dated facts win. */
export const inboundMessage = z.strictObject({
  type: z.literal('employee.upsert'),
  /** When it became so in the sending system; an older message never overwrites a newer one. */
  timestamp: z.iso.datetime({ offset: true }),
  data: z.strictObject({
    companyCode: recordKey(12).toUpperCase(),
    employeeNumber: recordKey(20),
    employee: employeeInput,
  }),
});
export type InboundMessage = z.output<typeof inboundMessage>;

/** received: stored, not applied yet · waiting: its employee does not exist yet · applied · stale: a newer one was applied before · dead: needs somebody. */
export const inboundStates = ['received', 'waiting', 'applied', 'stale', 'dead'] as const;
export type InboundState = (typeof inboundStates)[number];
export const inboundRow = z.object({
  id: shownId('msg'),
  receiver: z.object({ id: shownId('whr'), label: z.string() }),
  messageId: z.string().describe("The sender's own webhook-id"),
  state: z.enum(inboundStates),
  cause: z.string().nullable().describe('A stable code for dead and stale ones'),
  detail: z.string().nullable(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  companyCode: z.string().nullable(),
  employeeNumber: z.string().nullable(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  copies: z.number().int().describe('How often the same message came'),
  conflicts: z.number().int().describe('How often the same id came with another body; those were refused'),
  receivedAt: moment,
  appliedAt: moment.nullable(),
});
export type InboundRow = z.output<typeof inboundRow>;
/** GET /inbound?receiver=&state=&cursor=&limit= , newest first; POST /inbound/:message/replay applies a dead one again. */
export const inboundList = z.object({ items: z.array(inboundRow), next: z.string().nullable() });
export type InboundList = z.output<typeof inboundList>;
export const inboundQuery = z.object({
  receiver: idOf('whr').optional(),
  state: z.enum(inboundStates).optional(),
  cursor: idOf('msg').optional(),
  limit: pageLimit(50),
});
/** The answer to a message that was taken in: POST /in/:receiver, 202. */
export const receipt = z.object({ receipt: shownId('msg'), id: z.string(), receivedAt: moment });

/** POST /signature-doctor: which likely mistake made a signature wrong. Name the endpoint or the receiver. */
export const doctorBody = z.strictObject({
  endpoint: idOf('whe').optional(),
  receiver: idOf('whr').optional(),
  headers: z.strictObject({
    'webhook-id': z.string().max(300),
    'webhook-timestamp': z.string().max(100),
    'webhook-signature': z.string().max(2000),
  }),
  body: z.string().max(262_144).describe('Exactly the bytes that were signed or received, as text'),
});
export const diagnosis = z.object({
  valid: z.boolean(),
  causes: z.array(z.object({ cause: z.string(), advice: z.string() })),
});
export type Diagnosis = z.output<typeof diagnosis>;

const base = z.object({ customer: z.string(), environment: z.string() });
export const webhookParams = {
  environment: base,
  endpoint: base.extend({ endpoint: idOf('whe') }),
  delivery: base.extend({ delivery: idOf('dlv') }),
  receiver: base.extend({ receiver: idOf('whr') }),
  inbound: base.extend({ message: idOf('msg') }),
};
