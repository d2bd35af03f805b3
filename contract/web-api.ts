import { z } from 'zod';
import { shownId } from './ids.ts';

/** The version of the Web API that these schemas describe, sent as Fairlead-Version. */
export const webApiVersion = '2026-11-01';

/** The operations of the Web API, as their ids in the OpenAPI description and in evidence. */
export const webApiOperations = [
  'getEnvironment',
  'putEmployee',
  'getEmployee',
  'listEmployees',
  'listEvents',
] as const;
export type WebApiOperation = (typeof webApiOperations)[number];
export const webApiOperationNames: Record<WebApiOperation, string> = {
  getEnvironment: 'Read the environment',
  putEmployee: 'Create or update an employee',
  getEmployee: 'Read one employee',
  listEmployees: 'List employees',
  listEvents: 'Read the event feed',
};

/** GET /v1/environment: whose key this is and what it may do. */
export const environmentDocument = z.object({
  environment: z.object({ id: shownId('env'), kind: z.enum(['sandbox', 'production']) }),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
  key: z.object({ id: shownId('key'), label: z.string(), scopes: z.array(z.string()) }),
  version: z.string(),
  serverTime: z.string().describe('An instant, ISO 8601 in UTC'),
});
export type EnvironmentDocument = z.output<typeof environmentDocument>;

/** One fact of the environment's log: what changed, not the values of classes P2 to P4. */
export const eventDocument = z.object({
  id: shownId('evt'),
  sequence: z.number().int().describe('1, 2, 3 … without a hole within the environment'),
  type: z.string().describe('Such as employee.created'),
  subject: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.unknown()),
  effectiveFrom: z.string().nullable(),
  channel: z.string().nullable().describe('Where the change came in: api, file, webhook, console'),
  recordedAt: z.string().describe('An instant, ISO 8601 in UTC'),
});
export type EventDocument = z.output<typeof eventDocument>;

/** GET /v1/events?after=&limit=: ask again with after = next; an empty page means up to date. */
export const eventPage = z.object({
  items: z.array(eventDocument),
  next: z.number().int().describe('Give this as `after` to go on'),
  head: z.number().int().describe('The newest sequence of the environment'),
});
export type EventPage = z.output<typeof eventPage>;
export const eventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  type: z.string().max(80).optional().describe('Only this type; sequences then have holes'),
});

/** RFC 9457 problem details, the body of every answer from 400 on. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
