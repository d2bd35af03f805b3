import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import {
  assignCardBody,
  board,
  boardColumns,
  boardName,
  boardQuery,
  cardParams,
  cardView,
  createCardBody,
  createOpportunityBody,
  moveCardBody,
  moveOpportunityBody,
  opportunityPage,
  opportunityParams,
  opportunityQuery,
  opportunityView,
  unlinkedOfCustomer,
} from '#contract/pipeline.ts';
import type { StaffRole } from '#contract/roles.ts';
import { getCustomer } from '#modules/customers/index.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import { assignCard } from './assign-card.ts';
import { createCard } from './create-card.ts';
import { createOpportunity } from './create-opportunity.ts';
import { moveCard } from './move-card.ts';
import { moveOpportunity } from './move-opportunity.ts';
import { listCards, listOpportunities, listUnlinked } from './pipeline-store.ts';
import { showCard, showOpportunity, viewCard, viewOpportunity } from './show-pipeline.ts';

const tags = ['pipeline'];
const ofCustomer = z.object({ customer: idOf('cus') });
const makers: StaffRole[] = ['commercial-director', 'lead-consultant'];
const movers: StaffRole[] = [...makers, 'integrations-manager'];
const sellers: StaffRole[] = ['commercial-director'];

/** The board "Customer Pipeline" and opportunities: across customers for staff, and what staff do with them. */
export function routes(app: Http, platform: Platform): void {
  boardRoutes(app, platform);
  opportunityRoutes(app, platform);
}

function boardRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/pipeline/board',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'The board "Customer Pipeline"',
        tags,
        querystring: boardQuery,
        response: { 200: board },
      },
    },
    async (request) => {
      const cards = await read(platform, {}, (sql) => listCards(sql, boardName, request.query.limit));
      const columns = boardColumns.map(({ key, title }) => {
        const own = cards.filter((card) => card.column === key);
        return { key, title, count: own[0]?.inColumn ?? 0, cards: own.map(showCard) };
      });
      return { name: boardName, columns };
    },
  );
  app.get(
    '/api/customers/:customer/pipeline/unlinked',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Opportunities and cards of a customer that belong to no integration',
        tags,
        params: ofCustomer,
        response: { 200: unlinkedOfCustomer },
      },
    },
    async (request) => {
      const customerId = request.params.customer;
      return read(platform, { customerId }, async (sql) => {
        const show = (prefix: 'opp' | 'crd') => (one: { id: string; title: string }) => ({
          id: showId(prefix, one.id),
          title: one.title,
        });
        return {
          opportunities: (await listUnlinked(sql, customerId, 'opportunities')).map(show('opp')),
          cards: (await listUnlinked(sql, customerId, 'cards')).map(show('crd')),
        };
      });
    },
  );
  app.post(
    '/api/customers/:customer/cards',
    {
      config: { access: { staff: makers } },
      schema: {
        summary: 'Make a card',
        tags,
        params: ofCustomer,
        body: createCardBody,
        response: { 201: cardView },
      },
    },
    async (request, reply) => {
      const customerId = request.params.customer;
      const card = await transact(platform, { customerId }, request.actor, async (work) => {
        await requireCustomer(work, customerId);
        return createCard(work, request.body);
      });
      return reply.code(201).send(await viewCard(platform, customerId, card.id));
    },
  );
  app.get(
    '/api/customers/:customer/cards/:card',
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'One card with its history', tags, params: cardParams, response: { 200: cardView } },
    },
    (request) => viewCard(platform, request.params.customer, request.params.card),
  );
  app.post(
    '/api/customers/:customer/cards/:card/assign',
    {
      config: { access: { staff: makers } },
      schema: {
        summary: 'Give a card to somebody: for an integration the signal to begin',
        tags,
        params: cardParams,
        body: assignCardBody,
        response: { 200: cardView },
      },
    },
    async (request) => {
      const { customer: customerId, card: cardId } = request.params;
      await transact(platform, { customerId }, request.actor, (work) =>
        assignCard(work, { cardId, assigneeId: request.body.assigneeId }),
      );
      return viewCard(platform, customerId, cardId);
    },
  );
  app.post(
    '/api/customers/:customer/cards/:card/move',
    {
      config: { access: { staff: movers } },
      schema: {
        summary: 'Move a card to a column',
        tags,
        params: cardParams,
        body: moveCardBody,
        response: { 200: cardView },
      },
    },
    async (request) => {
      const { customer: customerId, card: cardId } = request.params;
      await transact(platform, { customerId }, request.actor, (work) =>
        moveCard(work, { cardId, column: request.body.column }),
      );
      return viewCard(platform, customerId, cardId);
    },
  );
}

function opportunityRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/opportunities',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Opportunities, newest first',
        tags,
        querystring: opportunityQuery,
        response: { 200: opportunityPage },
      },
    },
    async (request) => {
      const { cursor, limit, ...wish } = request.query;
      const before = cursor === undefined ? null : parseId('opp', cursor);
      if (before === undefined)
        throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
      const rows = await read(platform, {}, (sql) => listOpportunities(sql, wish, before, limit));
      const last = rows.at(-1);
      return {
        items: rows.map(showOpportunity),
        next: rows.length === limit && last !== undefined ? showId('opp', last.id) : null,
      };
    },
  );
  app.post(
    '/api/customers/:customer/opportunities',
    {
      config: { access: { staff: sellers } },
      schema: {
        summary: 'Make an opportunity',
        tags,
        params: ofCustomer,
        body: createOpportunityBody,
        response: { 201: opportunityView },
      },
    },
    async (request, reply) => {
      const customerId = request.params.customer;
      const made = await transact(platform, { customerId }, request.actor, async (work) => {
        await requireCustomer(work, customerId);
        return createOpportunity(work, request.body);
      });
      return reply.code(201).send(await viewOpportunity(platform, customerId, made.id));
    },
  );
  app.get(
    '/api/customers/:customer/opportunities/:opportunity',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'One opportunity with its history',
        tags,
        params: opportunityParams,
        response: { 200: opportunityView },
      },
    },
    (request) => viewOpportunity(platform, request.params.customer, request.params.opportunity),
  );
  app.post(
    '/api/customers/:customer/opportunities/:opportunity/move',
    {
      config: { access: { staff: sellers } },
      schema: {
        summary: 'Move an opportunity to a stage',
        tags,
        params: opportunityParams,
        body: moveOpportunityBody,
        response: { 200: opportunityView },
      },
    },
    async (request) => {
      const { customer: customerId, opportunity: opportunityId } = request.params;
      await transact(platform, { customerId }, request.actor, (work) =>
        moveOpportunity(work, { ...request.body, opportunityId }),
      );
      return viewOpportunity(platform, customerId, opportunityId);
    },
  );
}

async function requireCustomer(work: Work, customerId: string): Promise<void> {
  if ((await getCustomer(work.sql, customerId)) === undefined) throw notFound();
}
