import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import {
  integrationAction,
  integrationHistory,
  integrationStateNames,
  integrationStates,
  integrationView,
  openIntegrationRequest,
  playbookView,
} from '#contract/integrations.ts';
import { pageLimit, queryNumber } from '#contract/query-number.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { actOnIntegration } from './act.ts';
import { countAcrossCustomers, readAttachment, readFacts, readIntegration } from './integration-store.ts';
import { listRoutes } from './list-routes.ts';
import { openIntegration } from './open-integration.ts';
import { phaseOf } from './phases.ts';
import { currentPlaybook, isFinal, playbookOf } from './playbook.ts';
import { whoNames } from './playbook-words.ts';
import { presentHistory } from './present-history.ts';
import { showIntegration } from './present-integration.ts';
import { sayTimers } from './state-timers.ts';
import { customerOf, viewerOf } from './viewer.ts';

const everybody = { staff: 'any' as const, portal: 'any' as const };
const tags = ['Integrations'];
const ofCustomer = '/api/customers/:customer/integrations';
const params = z.object({ customer: z.string(), integration: idOf('int') });

/** The routes of integrations: the pipeline, the integration's page and acts, what waits on whom, the playbook. */
export function routes(app: Http, platform: Platform): void {
  listRoutes(app, platform);
  pageRoutes(app, platform);
  playbookRoute(app, platform);
}

function pageRoutes(app: Http, platform: Platform): void {
  app.post(
    ofCustomer,
    {
      config: { access: { staff: ['commercial-director', 'lead-consultant'] } },
      schema: {
        summary: 'Open an integration (E1, N1)',
        tags,
        params: z.object({ customer: z.string() }),
        body: openIntegrationRequest,
        response: { 201: integrationView },
      },
    },
    async (request, reply) => {
      const person = viewerOf(request.actor);
      const customerId = customerOf(request.scope);
      const dossier = await transact(platform, request.scope, person, (work) =>
        openIntegration(work, customerId, request.body, person),
      );
      reply.status(201);
      return read(platform, request.scope, (sql) =>
        showIntegration(platform, sql, customerId, dossier.id, person),
      );
    },
  );

  app.get(
    `${ofCustomer}/:integration`,
    {
      config: { access: everybody },
      schema: { summary: 'An integration', tags, params, response: { 200: integrationView } },
    },
    async (request) =>
      read(platform, request.scope, (sql) =>
        showIntegration(
          platform,
          sql,
          customerOf(request.scope),
          request.params.integration,
          viewerOf(request.actor),
        ),
      ),
  );

  app.post(
    `${ofCustomer}/:integration/actions/:action`,
    {
      config: { access: everybody },
      schema: {
        summary: 'Act on an integration',
        tags,
        params: params.extend({ action: z.string().max(60) }),
        body: z.record(z.string(), z.unknown()).nullish(),
        response: { 200: integrationView },
      },
    },
    async (request) => {
      const person = viewerOf(request.actor);
      const customerId = customerOf(request.scope);
      const { integration, action: name } = request.params;
      const parsed = integrationAction.safeParse({ ...request.body, action: name });
      if (!parsed.success) throw invalid(parsed.error, name);
      await transact(platform, request.scope, person, (work) =>
        actOnIntegration(work, customerId, integration, parsed.data, person),
      );
      return read(platform, request.scope, (sql) =>
        showIntegration(platform, sql, customerId, integration, person),
      );
    },
  );

  app.get(
    `${ofCustomer}/:integration/history`,
    {
      config: { access: everybody },
      schema: {
        summary: 'The history of an integration, newest first',
        tags,
        params,
        querystring: z.object({
          before: queryNumber(1, 2_000_000_000).optional(),
          limit: pageLimit(100),
        }),
        response: { 200: integrationHistory },
      },
    },
    async (request) => {
      const { before = 2_000_000_000, limit } = request.query;
      const customerId = customerOf(request.scope);
      return read(platform, request.scope, async (sql) => {
        const integration = await readIntegration(sql, customerId, request.params.integration, false);
        if (integration === undefined) throw notFound();
        const facts = await readFacts(sql, customerId, request.params.integration, before, limit);
        const last = facts.at(-1);
        return {
          items: presentHistory(facts, playbookOf(integration.playbook), viewerOf(request.actor)),
          next:
            facts.length === limit && last !== undefined && last.sequence > 1 ? String(last.sequence) : null,
        };
      });
    },
  );

  app.get(
    `${ofCustomer}/:integration/attachments/:attachment`,
    {
      config: { access: everybody },
      schema: {
        summary: 'What somebody attached to their word',
        tags,
        params: params.extend({ attachment: idOf('doc') }),
      },
    },
    async (request, reply) => {
      const { integration, attachment } = request.params;
      const found = await read(platform, request.scope, (sql) =>
        readAttachment(sql, customerOf(request.scope), integration, attachment),
      );
      if (found === undefined) throw notFound();
      const name = found.name.replace(/[^\w.-]+/g, '_');
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('x-content-type-options', 'nosniff')
        .send(found.content);
    },
  );
}

function playbookRoute(app: Http, platform: Platform): void {
  app.get(
    '/api/playbook',
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'The implementation process as data', tags, response: { 200: playbookView } },
    },
    async () => {
      const counts = await read(platform, {}, (sql) => countAcrossCustomers(sql));
      const gatesOf = (ids: string[]) =>
        currentPlaybook.gates.filter((gate) => ids.includes(gate.id)).map(({ id, title }) => ({ id, title }));
      return {
        version: currentPlaybook.version,
        states: integrationStates.map((id) => ({
          id,
          name: integrationStateNames[id],
          phase: phaseOf(id),
          final: isFinal(id),
          count: counts.filter((one) => one.state === id).reduce((sum, one) => sum + one.count, 0),
        })),
        rows: [
          ...currentPlaybook.rows.map((row) => ({
            id: row.id,
            title: row.title,
            from: row.from === 'any' ? ['any'] : row.from,
            to: row.to,
            who: row.who.map((one) => whoNames[one]),
            gates: gatesOf(row.gates),
            effects: row.effects,
            ...(row.timers.length === 0 ? {} : { timer: sayTimers(row.timers, platform.config) }),
          })),
          ...currentPlaybook.steps.map((step) => ({
            id: step.id,
            title: step.title,
            from: ['tracks'],
            to: step.makesLive ? 'live' : 'tracks',
            who: step.who.map((one) => whoNames[one]),
            gates: gatesOf(step.gates),
            effects: [],
            track: step.track,
          })),
        ],
      };
    },
  );
}

function invalid(error: z.ZodError, name: string) {
  return commonProblems['invalid-request']({
    errors: error.issues.slice(0, 20).map((issue) => ({
      pointer: `/${issue.path.join('/')}`,
      detail: issue.path[0] === 'action' ? `there is no action ${name}` : issue.message,
    })),
  });
}
