import type { FastifyRequest } from 'fastify';
import {
  apiKey,
  apiKeyList,
  apiKeyParams,
  apiKeyQuery,
  credentialParams,
  declineKeyRequestBody,
  issueApiKeyBody,
  issuedApiKey,
  keyRequest,
  keyRequestList,
  keyRequestParams,
  keyRequestQuery,
  requestApiKeyBody,
  revokeApiKeyBody,
  rollApiKeyBody,
  secretsToRoll,
  secretsToRollQuery,
} from '#contract/credentials.ts';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Access, Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { flushLastUsed } from './authenticate-key.ts';
import { mayHoldKeys } from './close-key-requests.ts';
import {
  hasKey,
  type KeyRequestAcross,
  listKeyRequests,
  listKeyRequestsAcross,
  listKeys,
  listSecretsToRoll,
  type StoredKeyRequest,
} from './credential-store.ts';
import { declineKeyRequest, openKeyRequest } from './decline-key-request.ts';
import { issueApiKey } from './issue-api-key.ts';
import { linkRoutes } from './link-routes.ts';
import { problems } from './problems.ts';
import { requestApiKey } from './request-api-key.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { rollApiKey } from './roll-api-key.ts';
import { showKey, showKeyRequest, showSecretToRoll } from './show-credential.ts';

const base = '/api/customers/:customer/environments/:environment';
const readers: { access: Access } = { access: { staff: 'any', portal: 'any' } };
const askers: { access: Access } = { access: { portal: ['project-owner', 'developer'] } };
const issuers: { access: Access } = { access: { staff: ['integrations-manager'] } };
const keepers: { access: Access } = {
  access: { staff: ['integrations-manager', 'administrator'], portal: ['project-owner', 'developer'] },
};

/** Routes of API keys, the requests for them, and one-time links. */
export function credentialRoutes(app: Http, platform: Platform): void {
  app.addHook('onClose', () => flushLastUsed(platform));
  keyRequestRoutes(app, platform);
  keyRoutes(app, platform);
  linkRoutes(app, platform);
  secretsToRollRoutes(app, platform);
}

function keyRequestRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/key-requests',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Requests for API keys of all customers',
        querystring: keyRequestQuery,
        response: { 200: keyRequestList },
      },
    },
    async (request) => {
      const found = await listKeyRequestsAcross(platform.db, request.query);
      return { items: found.map(showKeyRequest), next: nextOf('krq', found, request.query.limit) };
    },
  );
  app.get(
    `${base}/key-requests`,
    {
      config: readers,
      schema: {
        summary: 'Requests for API keys of an environment',
        params: credentialParams,
        querystring: keyRequestQuery,
        response: { 200: keyRequestList },
      },
    },
    async (request) => {
      const { customerId, environmentId } = scopeOf(request);
      return read(platform, request.scope, async (sql) => {
        const found = await listKeyRequests(sql, environmentId, request.query);
        const whose = await whoseIsIt(sql, customerId, environmentId);
        return {
          items: found.map((one) => showKeyRequest({ ...one, ...whose })),
          next: nextOf('krq', found, request.query.limit),
        };
      });
    },
  );
  app.post(
    `${base}/key-requests`,
    {
      config: askers,
      schema: {
        summary: 'Ask for an API key',
        params: credentialParams,
        body: requestApiKeyBody,
        response: { 201: keyRequest },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      const shown = await transact(platform, scope, request.actor, async (work) => {
        const id = await requestApiKey(work, { ...scope, ...request.body });
        return shownRequest(work.sql, scope, id);
      });
      return reply.code(201).send(shown);
    },
  );
  app.post(
    `${base}/key-requests/:request/issue`,
    {
      config: issuers,
      schema: {
        summary: 'Issue the key that was asked for; its link is mailed to the asker',
        params: keyRequestParams,
        body: issueApiKeyBody,
        response: { 201: issuedApiKey },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      const issued = await transact(platform, scope, request.actor, async (work) => {
        const asked = await openKeyRequest(work, scope.environmentId, request.params.request);
        if (!(await mayHoldKeys(work, scope.customerId, asked.personId)))
          throw problems['key-request-asker-left']();
        const { environmentKind } = await whoseIsIt(work.sql, scope.customerId, scope.environmentId);
        if (environmentKind === 'production' && !(await hasKey(work.sql, scope.environmentId)))
          throw problems['production-key-at-go-live']();
        const key = await issueApiKey(work, {
          ...scope,
          environment: environmentKind,
          label: request.body.label ?? asked.label,
          scopes: request.body.scopes ?? asked.scopes,
          contact: { name: asked.contactName, email: asked.contactEmail },
          allowedAddresses: request.body.allowedAddresses,
          expiresAt: request.body.expiresAt,
          requestId: asked.id,
          integrationId: request.body.integration ?? asked.integrationId,
        });
        return {
          key: await shownKey(work.sql, scope.environmentId, key.keyId, work.now),
          mailedTo: asked.contactEmail,
        };
      });
      return reply.code(201).send(issued);
    },
  );
  app.post(
    `${base}/key-requests/:request/decline`,
    {
      config: issuers,
      schema: {
        summary: 'Decline a request for a key',
        params: keyRequestParams,
        body: declineKeyRequestBody,
        response: { 200: keyRequest },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      return transact(platform, scope, request.actor, async (work) => {
        await declineKeyRequest(work, scope.environmentId, request.params.request, request.body.reason);
        return shownRequest(work.sql, scope, request.params.request);
      });
    },
  );
}

function keyRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/api-keys`,
    {
      config: readers,
      schema: {
        summary: 'API keys of an environment',
        params: credentialParams,
        querystring: apiKeyQuery,
        response: { 200: apiKeyList },
      },
    },
    async (request) => {
      const { environmentId } = scopeOf(request);
      const keys = await read(platform, request.scope, (sql) => listKeys(sql, environmentId, request.query));
      return {
        items: keys.map((key) => showKey(key, platform.clock.now())),
        next: nextOf('key', keys, request.query.limit),
      };
    },
  );
  app.post(
    `${base}/api-keys/:key/revoke`,
    {
      config: keepers,
      schema: {
        summary: 'Revoke an API key',
        params: apiKeyParams,
        body: revokeApiKeyBody,
        response: { 200: apiKey },
      },
    },
    async (request) => {
      const scope = scopeOf(request);
      return transact(platform, scope, request.actor, async (work) => {
        await revokeApiKey(work, scope.environmentId, request.params.key, request.body.reason);
        return shownKey(work.sql, scope.environmentId, request.params.key, work.now);
      });
    },
  );
  app.post(
    `${base}/api-keys/:key/roll`,
    {
      config: keepers,
      schema: {
        summary: 'Roll an API key: a new one by link, the old one works on for a while',
        params: apiKeyParams,
        body: rollApiKeyBody,
        response: { 201: issuedApiKey },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      const rolled = await transact(platform, scope, request.actor, async (work) => {
        const next = await rollApiKey(work, scope.environmentId, request.params.key, request.body);
        return {
          key: await shownKey(work.sql, scope.environmentId, next.keyId, work.now),
          mailedTo: next.mailedTo,
        };
      });
      return reply.code(201).send(rolled);
    },
  );
}

/** What was shown to people who have left, for whoever has it made anew. */
function secretsToRollRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/secrets-to-roll',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Keys and webhook secrets that work and that somebody who has left was shown',
        querystring: secretsToRollQuery,
        response: { 200: secretsToRoll },
      },
    },
    async (request) => {
      const { customer, before, limit } = request.query;
      const now = platform.clock.now();
      const found = await listSecretsToRoll(platform.db, { customerId: customer, before, limit, now });
      return { items: found.map(showSecretToRoll), next: nextOf('lnk', found, limit) };
    },
  );
}

/** Where the next page of a list begins, newest first; null when this one is the last. */
function nextOf(
  prefix: 'krq' | 'key' | 'lnk',
  rows: readonly { id: string }[],
  limit: number,
): string | null {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return last === undefined ? null : showId(prefix, last.id);
}

/** The customer and environment the door has found in the address. */
function scopeOf(request: FastifyRequest): { customerId: string; environmentId: string } {
  const { customerId, environmentId } = request.scope;
  if (customerId === undefined || environmentId === undefined) throw notFound();
  return { customerId, environmentId };
}

async function shownKey(sql: Tx, environmentId: string, keyId: string, now: Temporal.Instant) {
  const [key] = await listKeys(sql, environmentId, { id: keyId });
  if (key === undefined) throw notFound();
  return showKey(key, now);
}

async function shownRequest(sql: Tx, scope: { customerId: string; environmentId: string }, id: string) {
  const [found] = await listKeyRequests(sql, scope.environmentId, { id, limit: 1 });
  if (found === undefined) throw notFound();
  return showKeyRequest({ ...found, ...(await whoseIsIt(sql, scope.customerId, scope.environmentId)) });
}

async function whoseIsIt(
  sql: Tx,
  customerId: string,
  environmentId: string,
): Promise<Omit<KeyRequestAcross, keyof StoredKeyRequest>> {
  const customer = await getCustomer(sql, customerId);
  const environment = await getEnvironment(sql, environmentId);
  if (customer === undefined || environment === undefined) throw notFound();
  return {
    customerId,
    customerCode: customer.code,
    customerName: customer.name,
    environmentKind: environment.kind,
  };
}
