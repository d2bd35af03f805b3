import { z } from 'zod';
import {
  integrationBoard,
  integrationBoardQuery,
  integrationList,
  integrationListQuery,
  integrationPhaseNames,
  integrationPhases,
  integrationStateNames,
  myWork,
} from '#contract/integrations.ts';
import { seatsOf } from '#modules/access/index.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { businessSecondsBetween, vendorCalendar } from './business-hours.ts';
import {
  boardAcrossCustomers,
  countAcrossCustomers,
  type ListedIntegration,
  listAcrossCustomers,
  listOfCustomer,
  waitsAcrossCustomers,
  waitsOfCustomer,
} from './integration-store.ts';
import type { Person } from './permits.ts';
import { phaseOf } from './phases.ts';
import { presentRow, seatedNames } from './present-integration.ts';
import { hoursOf } from './state-timers.ts';
import { customerOf, viewerOf } from './viewer.ts';

const everybody = { staff: 'any' as const, portal: 'any' as const };
const tags = ['Integrations'];
const ofCustomer = '/api/customers/:customer/integrations';

/** The lists of integrations: the pipeline as list and board, a customer's, and what waits on whom. */
export function listRoutes(app: Http, platform: Platform): void {
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
      const viewer = viewerOf(request.actor);
      const { limit, after, search, mine, ...rest } = request.query;
      const wish = { search: search || undefined, ...(mine ? { waitsOn: whoseTurn(viewer) } : {}) };
      const last = lastOf(after);
      const scope = viewer.customerId === null ? {} : { customerId: viewer.customerId };
      return read(platform, scope, async (sql) => {
        const page = { ...rest, ...wish, last, limit: limit + 1 };
        const rows =
          viewer.customerId === null
            ? await listAcrossCustomers(sql, page)
            : await listOfCustomer(sql, viewer.customerId, page);
        const items = rows.slice(0, limit);
        const counts =
          viewer.customerId === null
            ? await countAcrossCustomers(sql, wish)
            : rows.map(({ folded: { state } }) => ({ state, phase: phaseOf(state), count: 1 }));
        return {
          items: await presentRows(platform, sql, items, viewer),
          next: rows.length > limit ? cursorAfter(items.at(-1), rest.order) : null,
          ...(viewer.customerId === null ? { total: totalOf(counts, rest) } : {}),
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
    '/api/integrations/board',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'The pipeline as a board',
        tags,
        querystring: integrationBoardQuery,
        response: { 200: integrationBoard },
      },
    },
    async (request) => {
      const viewer = viewerOf(request.actor);
      const { search, mine, limit } = request.query;
      const wish = { search: search || undefined, ...(mine ? { waitsOn: whoseTurn(viewer) } : {}) };
      return read(platform, {}, async (sql) => {
        const rows = await boardAcrossCustomers(sql, wish, limit);
        const shown = await presentRows(platform, sql, rows, viewer);
        return {
          columns: integrationPhases.map((phase) => ({
            phase,
            name: integrationPhaseNames[phase],
            count: rows.find((row) => phaseOf(row.folded.state) === phase)?.inPhase ?? 0,
            items: shown.filter((row) => row.phase === phase),
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
      const viewer = viewerOf(request.actor);
      const customerId = customerOf(request.scope);
      return read(platform, request.scope, async (sql) => {
        const rows = await listOfCustomer(sql, customerId, { limit: 200 });
        return { items: await presentRows(platform, sql, rows, viewer), next: null };
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
      const viewer = viewerOf(request.actor);
      const now = platform.clock.now();
      const calendar = vendorCalendar(platform.config);
      const scope = viewer.customerId === null ? {} : { customerId: viewer.customerId };
      const rows = await read(platform, scope, (sql) =>
        viewer.customerId === null
          ? waitsAcrossCustomers(sql, whoseTurn(viewer), 200)
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

function totalOf(
  counts: { state: string; phase: string; count: number }[],
  { state, phase }: { state?: string | undefined; phase?: string | undefined },
): number {
  return counts
    .filter((one) => (state ?? one.state) === one.state && (phase ?? one.phase) === one.phase)
    .reduce((sum, one) => sum + one.count, 0);
}

/** In whose place a person's turn is looked up: their own, of those they stand in for, and of their roles. */
function whoseTurn(viewer: Person): { people: string[]; roles: string[] } {
  return viewer.customerId === null
    ? { people: seatsOf(viewer), roles: viewer.roles }
    : { people: [], roles: ['customer'] };
}

async function presentRows(platform: Platform, sql: Tx, rows: ListedIntegration[], viewer: Person) {
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
  return rows.map((one) => presentRow(one, presenting));
}

function cursorAfter(last: ListedIntegration | undefined, order: 'changed' | 'since'): string | null {
  if (last === undefined) return null;
  const at = order === 'since' ? last.since : last.changedAt;
  return `${at.toString()}~${showId('int', last.id)}`;
}

function lastOf(after: string | undefined): { at: string; id: string } | undefined {
  if (after === undefined) return undefined;
  const [at = '', shown = ''] = after.split('~');
  const id = parseId('int', shown);
  if (id === undefined || !/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(at))
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/after', detail: 'must be the next of a page before' }],
    });
  return { at, id };
}
