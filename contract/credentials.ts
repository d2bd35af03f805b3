import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine, textProse } from './text.ts';

const environment = z.enum(['sandbox', 'production']);
const moment = z.string().describe('An instant, ISO 8601 in UTC');
const personName = z.object({ id: shownId('per'), name: z.string() });
const contact = z.object({ name: z.string(), email: z.string() });

/** What an API key may do: resources, and classes of field that are masked without them. */
export const apiKeyScopes = [
  'environment:read',
  'employees:read',
  'employees:write',
  'events:read',
  'personal:read',
  'pay:read',
  'restricted:read',
] as const;
export const apiKeyScope = z.enum(apiKeyScopes);
export type ApiKeyScope = z.output<typeof apiKeyScope>;

/** How a scope is written on screens. */
export const apiKeyScopeNames: Record<ApiKeyScope, string> = {
  'environment:read': 'Read its own environment',
  'employees:read': 'Read employees',
  'employees:write': 'Create and update employees',
  'events:read': 'Read the event feed',
  'personal:read': 'See personal details (birth dates, addresses)',
  'pay:read': 'See pay, tax codes and KiwiSaver',
  'restricted:read': 'See IRD numbers and bank accounts in full',
};

/** What a key has when nothing else was asked for. Every key has environment:read. */
export const defaultApiKeyScopes: ApiKeyScope[] = [
  'environment:read',
  'employees:read',
  'employees:write',
  'events:read',
  'personal:read',
  'pay:read',
];

/** waiting: its link was not used yet · active · rolled: replaced, works until expiresAt · expired · revoked. */
export const apiKeyStatus = z.enum(['waiting', 'active', 'rolled', 'expired', 'revoked']);
export type ApiKeyStatus = z.output<typeof apiKeyStatus>;

/** An API key without its secret; `prefix` is the part that may be shown, null until the key was revealed. */
export const apiKey = z.object({
  id: shownId('key'),
  label: z.string(),
  environment,
  prefix: z.string().nullable(),
  scopes: z.array(apiKeyScope),
  allowedAddresses: z.array(z.string()),
  status: apiKeyStatus,
  contact,
  issuedAt: moment,
  issuedBy: z.string(),
  linkExpiresAt: moment.nullable(),
  revealedAt: moment.nullable(),
  lastUsedAt: moment.nullable(),
  expiresAt: moment.nullable(),
  revokedAt: moment.nullable(),
  revokeReason: z.string().nullable(),
  leakedAt: moment.nullable().describe('When it was last seen where no key belongs'),
  leakedIn: z.string().nullable().describe('Where: the call and the place in it'),
  holderLeft: z
    .boolean()
    .describe('Who was shown it has left since or lost a right: roll it to somebody else'),
  replacesKeyId: shownId('key').nullable(),
  integrationId: shownId('int').nullable(),
});
export type ApiKey = z.output<typeof apiKey>;
/** GET /api/customers/:customer/environments/:environment/api-keys: newest first; `next` is the next page's `before`. */
export const apiKeyList = z.object({ items: z.array(apiKey), next: shownId('key').nullable() });
export const apiKeyQuery = z.object({
  before: idOf('key').optional(),
  limit: pageLimit(200),
});

/** closed: who asked may hold API keys no longer. */
export const keyRequestStatus = z.enum(['open', 'issued', 'declined', 'closed']);
/** A customer's person asks for a key; the Integrations & Solutions Manager answers. */
export const keyRequest = z.object({
  id: shownId('krq'),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
  environment,
  contact,
  label: z.string(),
  purpose: z.string(),
  scopes: z.array(apiKeyScope),
  status: keyRequestStatus,
  requestedAt: moment,
  decidedAt: moment.nullable(),
  decidedBy: personName.nullable(),
  declineReason: z.string().nullable(),
  keyId: shownId('key').nullable(),
  integrationId: shownId('int').nullable(),
});
export type KeyRequest = z.output<typeof keyRequest>;
/** GET …/key-requests and GET /api/key-requests (staff, across customers): newest first. */
export const keyRequestList = z.object({ items: z.array(keyRequest), next: shownId('krq').nullable() });
export const keyRequestQuery = z.object({
  status: keyRequestStatus.optional(),
  before: idOf('krq').optional(),
  limit: pageLimit(100),
});

const environmentParams = z.object({ customer: z.string(), environment: z.string() });
export const credentialParams = environmentParams;
export const apiKeyParams = environmentParams.extend({ key: idOf('key') });
export const keyRequestParams = environmentParams.extend({ request: idOf('krq') });

const label = textLine(80);
const reason = textProse(300, 3);
const addressBlock = z
  .union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be an address or a block such as 203.0.113.0/24')
  .describe('An address or CIDR block the key may be used from');
const allowedAddresses = z.array(addressBlock).max(20);
const ofIntegration = idOf('int')
  .optional()
  .describe('The integration whose credentials it is: calls with it are evidence for that one alone');
const scopes = z.array(apiKeyScope).min(1).max(apiKeyScopes.length);

/** POST …/key-requests, by a project owner or developer in the portal; the link is mailed to the asker. */
export const requestApiKeyBody = z.strictObject({
  label: label.describe('Name of the system that will use the key'),
  purpose: textProse(500),
  scopes: scopes.default(defaultApiKeyScopes),
  integration: ofIntegration,
});
/** POST …/key-requests/:request/issue, by the Integrations & Solutions Manager. What is left out is as asked. */
export const issueApiKeyBody = z.strictObject({
  label: label.optional(),
  scopes: scopes.optional(),
  allowedAddresses: allowedAddresses.default([]),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  integration: ofIntegration,
});
/** POST …/key-requests/:request/decline */
export const declineKeyRequestBody = z.strictObject({ reason });
/** POST …/api-keys/:key/revoke: refused everywhere within a second. */
export const revokeApiKeyBody = z.strictObject({ reason });
/**
 * POST …/api-keys/:key/roll: a new key by link, to the same contact or to the one whom staff name, who must be named when
 * that one has left; the old key works on for the overlap after the reveal.
 */
export const rollApiKeyBody = z.strictObject({
  overlapHours: z.number().int().min(0).max(168).default(24),
  sendLinkTo: z.email().max(200).optional(),
});
export const issuedApiKey = z.object({ key: apiKey, mailedTo: z.string() });

/** A key or webhook secret that works and that was shown to somebody who has left since. */
const secretToRoll = z.object({
  id: shownId('lnk'),
  kind: z.enum(['api-key', 'webhook-secret']),
  title: z.string(),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
  environment: environment.nullable(),
  holder: z.string().describe('The address of who was shown it'),
  shownAt: moment,
  keyId: shownId('key').nullable(),
});
export type SecretToRoll = z.output<typeof secretToRoll>;
/** GET /api/secrets-to-roll: newest first; `next` is the next page's `before`. */
export const secretsToRoll = z.object({ items: z.array(secretToRoll), next: shownId('lnk').nullable() });
export const secretsToRollQuery = z.object({
  customer: idOf('cus').optional(),
  before: idOf('lnk').optional(),
  limit: pageLimit(50),
});

/** GET /api/links/:token: what a one-time link is; opening it uses nothing up. */
export const linkView = z.object({
  id: shownId('lnk'),
  kind: z.string().describe('api-key, webhook-secret, extract, …'),
  title: z.string(),
  customer: z.string(),
  environment: environment.nullable(),
  state: z.enum(['ready', 'used', 'expired', 'void']),
  expiresAt: moment,
  usedAt: moment.nullable(),
  canRollAgain: z
    .boolean()
    .describe('This browser pressed the button less than ten minutes ago and may press it again'),
});
export type LinkView = z.output<typeof linkView>;

/** POST /api/links/:token, the button: the secret, shown this once. */
export const linkReveal = z.object({
  kind: z.string(),
  title: z.string(),
  items: z
    .array(z.object({ label: z.string(), value: z.string() }))
    .describe('What to copy; values are secret'),
  download: z
    .object({ url: z.string(), name: z.string(), sizeBytes: z.number(), sha256: z.string() })
    .nullable(),
  note: z.string(),
  rollableUntil: moment.describe('Until then this browser may press again and get a new secret'),
});
export type LinkReveal = z.output<typeof linkReveal>;
export const linkParams = z.object({ token: z.string().min(20).max(100) });
