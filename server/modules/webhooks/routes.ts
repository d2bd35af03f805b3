import * as contract from '#contract/webhooks.ts';
import { webhookParams as params } from '#contract/webhooks.ts';
import type { Access, Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { changeEndpoint, pauseEndpointByHand, resumeEndpoint } from './change-endpoint.ts';
import { createEndpoint } from './create-endpoint.ts';
import { attemptsOf, listDeliveries } from './delivery-log-store.ts';
import { listEndpoints } from './endpoint-store.ts';
import { environmentOf } from './environment-scope.ts';
import { inboundRoute } from './inbound-route.ts';
import { receiverRoutes } from './receiver-routes.ts';
import { rollSecret } from './roll-secret.ts';
import { resendDelivery, sendTest } from './send-test.ts';
import { showAttempt, showDelivery, showEndpoint } from './show-endpoint.ts';
import { verifyEndpoint } from './verify-endpoint.ts';

const tags = ['webhooks'];
const base = '/api/customers/:customer/environments/:environment';
const readers: { access: Access } = { access: { staff: 'any', portal: 'any' } };
const keepers: { access: Access } = {
  access: { staff: ['integrations-manager'], portal: ['project-owner', 'developer'] },
};

/** Endpoints with their log of deliveries, receivers with their inbox, and the public door for messages. */
export function webhookRoutes(app: Http, platform: Platform): void {
  endpointRoutes(app, platform);
  endpointActions(app, platform);
  deliveryRoutes(app, platform);
  receiverRoutes(app, platform);
  inboundRoute(app, platform);
}

function endpointRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/endpoints`,
    {
      config: readers,
      schema: {
        summary: 'Webhook endpoints',
        tags,
        params: params.environment,
        response: { 200: contract.endpointList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const found = await read(platform, request.scope, (sql) => listEndpoints(sql, environmentId));
      return { items: found.map((one) => showEndpoint(one, platform.clock.now())), next: null };
    },
  );
  app.get(
    `${base}/endpoints/:endpoint`,
    {
      config: readers,
      schema: {
        summary: 'One endpoint',
        tags,
        params: params.endpoint,
        response: { 200: contract.endpointView },
      },
    },
    (request) => endpointOf(platform, request.scope, request.params.endpoint),
  );
  app.post(
    `${base}/endpoints`,
    {
      config: keepers,
      schema: {
        summary: 'Add an endpoint; its secret is behind a one-time link',
        tags,
        params: params.environment,
        body: contract.createEndpointBody,
        response: { 201: contract.createdEndpoint },
      },
    },
    async (request, reply) => {
      const of = environmentOf(request.scope);
      const made = await transact(platform, of, request.actor, (work) =>
        createEndpoint(work, of, request.body),
      );
      const endpoint = await endpointOf(platform, of, made.endpointId);
      return reply.code(201).send({ endpoint, secretLink: made.secretLink });
    },
  );
  app.patch(
    `${base}/endpoints/:endpoint`,
    {
      config: keepers,
      schema: {
        summary: 'Change an endpoint',
        tags,
        params: params.endpoint,
        body: contract.changeEndpointBody,
        response: { 200: contract.endpointView },
      },
    },
    async (request) => {
      const of = { ...environmentOf(request.scope), endpointId: request.params.endpoint };
      await transact(platform, request.scope, request.actor, (work) =>
        changeEndpoint(work, of, request.body),
      );
      return endpointOf(platform, of, of.endpointId);
    },
  );
}

function endpointActions(app: Http, platform: Platform): void {
  const of = (request: { scope: Scope; params: { endpoint: string } }) => ({
    ...environmentOf(request.scope),
    endpointId: request.params.endpoint,
  });
  const view = { params: params.endpoint, tags, response: { 200: contract.endpointView } };
  app.post(
    `${base}/endpoints/:endpoint/pause`,
    {
      config: keepers,
      schema: { ...view, summary: 'Pause; messages store up', body: contract.pauseEndpointBody },
    },
    async (request) => {
      const lane = of(request);
      await transact(platform, request.scope, request.actor, (work) =>
        pauseEndpointByHand(work, lane, request.body.reason),
      );
      return endpointOf(platform, request.scope, lane.endpointId);
    },
  );
  app.post(
    `${base}/endpoints/:endpoint/resume`,
    { config: keepers, schema: { ...view, summary: 'Enable; what stored up goes out in order' } },
    async (request) => {
      const lane = of(request);
      await transact(platform, request.scope, request.actor, (work) => resumeEndpoint(work, lane));
      return endpointOf(platform, request.scope, lane.endpointId);
    },
  );
  app.post(
    `${base}/endpoints/:endpoint/test`,
    { config: keepers, schema: { ...view, summary: 'Send a test message' } },
    async (request) => {
      const lane = of(request);
      await transact(platform, request.scope, request.actor, (work) => sendTest(work, lane));
      return endpointOf(platform, request.scope, lane.endpointId);
    },
  );
  app.post(
    `${base}/endpoints/:endpoint/verify`,
    {
      config: keepers,
      schema: {
        summary: 'Send one valid, one forged and one stale message',
        tags,
        params: params.endpoint,
        response: { 200: contract.verification },
      },
    },
    (request) => verifyEndpoint(platform, of(request), request.actor),
  );
  app.post(
    `${base}/endpoints/:endpoint/roll-secret`,
    {
      config: keepers,
      schema: {
        summary: 'A new secret by one-time link; both work for the overlap',
        tags,
        params: params.endpoint,
        body: contract.rollSecretBody,
        response: { 200: contract.secretLink },
      },
    },
    (request) => {
      const { endpointId: id, ...where } = of(request);
      return transact(platform, where, request.actor, (work) =>
        rollSecret(work, { ...where, owner: 'endpoint', id, ...request.body }),
      );
    },
  );
}

function deliveryRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/deliveries`,
    {
      config: readers,
      schema: {
        summary: 'Messages to endpoints, newest first',
        tags,
        params: params.environment,
        querystring: contract.deliveryQuery,
        response: { 200: contract.deliveryList },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const { cursor, ...filter } = request.query;
      const rows = await read(platform, request.scope, (sql) =>
        listDeliveries(sql, environmentId, { ...filter, before: cursor }),
      );
      const last = rows.length === filter.limit ? rows.at(-1) : undefined;
      return { items: rows.map(showDelivery), next: last === undefined ? null : showId('dlv', last.id) };
    },
  );
  app.get(
    `${base}/deliveries/:delivery`,
    {
      config: readers,
      schema: {
        summary: 'One message with every attempt',
        tags,
        params: params.delivery,
        response: { 200: contract.deliveryView },
      },
    },
    (request) => deliveryOf(platform, request.scope, request.params.delivery),
  );
  app.post(
    `${base}/deliveries/:delivery/resend`,
    {
      config: keepers,
      schema: {
        summary: 'Send a message again',
        tags,
        params: params.delivery,
        response: { 200: contract.deliveryView },
      },
    },
    async (request) => {
      const { environmentId } = environmentOf(request.scope);
      const { delivery } = request.params;
      await transact(platform, request.scope, request.actor, (work) =>
        resendDelivery(work, environmentId, delivery),
      );
      return deliveryOf(platform, request.scope, delivery);
    },
  );
}

async function endpointOf(platform: Platform, scope: Scope, id: string) {
  const { environmentId } = environmentOf(scope);
  const [endpoint] = await read(platform, scope, (sql) => listEndpoints(sql, environmentId, { id }));
  if (endpoint === undefined) throw notFound();
  return showEndpoint(endpoint, platform.clock.now());
}

async function deliveryOf(platform: Platform, scope: Scope, id: string) {
  const { environmentId } = environmentOf(scope);
  return read(platform, scope, async (sql) => {
    const [delivery] = await listDeliveries(sql, environmentId, { id, limit: 1 });
    if (delivery === undefined) throw notFound();
    const attempts = await attemptsOf(sql, environmentId, id);
    return {
      ...showDelivery(delivery),
      request: { url: delivery.endpointUrl, body: delivery.body },
      attemptLog: attempts.map(showAttempt),
    };
  });
}
