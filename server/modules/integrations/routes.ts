import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import {
  integrationAction,
  integrationHistory,
  integrationList,
  integrationListQuery,
  integrationPhaseNames,
  integrationPhases,
  integrationStateNames,
  integrationStates,
  integrationView,
  myWork,
  openIntegrationRequest,
  playbookView,
} from '#contract/integrations.ts';
import { seatsOf } from '#modules/access/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { actOnIntegration } from './act.ts';
import { businessSecondsBetween, vendorCalendar } from './business-hours.ts';
import {
  countAcrossCustomers,
  type ListedIntegration,
  listAcrossCustomers,
  listOfCustomer,
  readAttachment,
  readFacts,
  readIntegration,
  waitsAcrossCustomers,
  waitsOfCustomer,
} from './integration-store.ts';
import { openIntegration } from './open-integration.ts';
import type { Person } from './permits.ts';
import { phaseOf } from './phases.ts';
import { currentPlaybook, isFinal, playbookOf } from './playbook.ts';
import { whoNames } from './playbook-words.ts';
import { presentHistory } from './present-history.ts';
import { presentRow, seatedNames, showIntegration } from './present-integration.ts';
import { hoursOf, sayTimers } from './state-timers.ts';

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

function listRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/integrations',
    {
      config: { access: everybody },
      schema: {
        summary: 'The pipeline',
        tags,
        querystring: integrationListQuery,
        response: { 200: integrationList },
      },
    },
    async (request) => {
      const viewer = personOf(request.actor);
      const { limit, after, ...wish } = request.query;
      const before = cursorOf(after);
      const scope = viewer.customerId === null ? {} : { customerId: viewer.customerId };
      return read(platform, scope, async (sql) => {
        const rows =
          viewer.customerId === null
            ? await listAcrossCustomers(sql, { ...wish, before, limit: limit + 1 })
            : await listOfCustomer(sql, viewer.customerId, limit);
        const items = rows.slice(0, limit);
        const counts =
          viewer.customerId === null
            ? await countAcrossCustomers(sql)
            : rows.map(({ folded }) => ({ phase: phaseOf(folded.state), count: 1 }));
        const names = await seatedNames(
          sql,
          items.map((one) => one.folded),
        );
        const presenting = {
          config: platform.config,
          now: platform.clock.now(),
          viewer,
          nameOf: (id: string) => names.get(id),
        };
        return {
          items: items.map((one) => presentRow(one, presenting)),
          next: rows.length > limit ? cursorAfter(items.at(-1)) : null,
          phases: integrationPhases.map((phase) => ({
            phase,
            name: integrationPhaseNames[phase],
            count: counts.filter((one) => one.phase === phase).reduce((sum, one) => sum + one.count, 0),
          })),
        };
      });
    },
  );

  app.get(
    ofCustomer,
    {
      config: { access: everybody },
      schema: {
        summary: 'Integrations of a customer',
        tags,
        params: z.object({ customer: z.string() }),
        response: { 200: integrationList.omit({ phases: true }) },
      },
    },
    async (request) => {
      const viewer = personOf(request.actor);
      const customerId = customerOf(request.scope);
      return read(platform, request.scope, async (sql) => {
        const rows = await listOfCustomer(sql, customerId, 200);
        const names = await seatedNames(
          sql,
          rows.map((one) => one.folded),
        );
        const presenting = {
          config: platform.config,
          now: platform.clock.now(),
          viewer,
          nameOf: (id: string) => names.get(id),
        };
        return { items: rows.map((one) => presentRow(one, presenting)), next: null };
      });
    },
  );

  app.get(
    '/api/my-work',
    {
      config: { access: everybody },
      schema: { summary: 'What waits on me', tags, response: { 200: myWork } },
    },
    async (request) => {
      const viewer = personOf(request.actor);
      const now = platform.clock.now();
      const calendar = vendorCalendar(platform.config);
      const scope = viewer.customerId === null ? {} : { customerId: viewer.customerId };
      const rows = await read(platform, scope, (sql) =>
        viewer.customerId === null
          ? waitsAcrossCustomers(sql, seatsOf(viewer), viewer.roles, 200)
          : waitsOfCustomer(sql, viewer.customerId, 200),
      );
      return {
        items: rows.map((row) => ({
          integration: showId('int', row.integrationId),
          customer: { id: showId('cus', row.customerId), code: row.customerCode, name: row.customerName },
          name: row.name,
          state: row.state,
          stateName: integrationStateNames[row.state],
          sentence: row.sentence,
          ...(row.step === null ? {} : { step: row.step }),
          since: row.since.toString(),
          ageBusinessHours: hoursOf(businessSecondsBetween(row.since, now, calendar) - row.pausedSeconds),
          ...(row.dueAt === null || viewer.customerId !== null ? {} : { dueAt: row.dueAt.toString() }),
          late: row.dueAt !== null && Temporal.Instant.compare(row.dueAt, now) < 0,
        })),
        next: null,
      };
    },
  );
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
      const person = personOf(request.actor);
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
          personOf(request.actor),
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
      const person = personOf(request.actor);
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
          before: z.coerce.number().int().min(1).max(2_000_000_000).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(100),
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
          items: presentHistory(facts, playbookOf(integration.playbook), personOf(request.actor)),
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

function personOf(actor: Actor): Person {
  if (actor.kind !== 'person') throw commonProblems.forbidden();
  return actor;
}

function customerOf(scope: Scope): string {
  if (scope.customerId === undefined) throw notFound();
  return scope.customerId;
}

function invalid(error: z.ZodError, name: string) {
  return commonProblems['invalid-request']({
    errors: error.issues.slice(0, 20).map((issue) => ({
      pointer: `/${issue.path.join('/')}`,
      detail: issue.path[0] === 'action' ? `there is no action ${name}` : issue.message,
    })),
  });
}

function cursorAfter(last: ListedIntegration | undefined): string | null {
  return last === undefined ? null : `${last.changedAt.toString()}~${showId('int', last.id)}`;
}

function cursorOf(after: string | undefined): { at: string; id: string } | undefined {
  if (after === undefined) return undefined;
  const [at = '', shown = ''] = after.split('~');
  const id = parseId('int', shown);
  if (id === undefined || !/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(at))
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/after', detail: 'must be the next of a page before' }],
    });
  return { at, id };
}
