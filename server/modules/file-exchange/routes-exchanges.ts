import { z } from 'zod';
import {
  agreeExchangeBody,
  createExchangeBody,
  exchangeList,
  exchangeView,
  fileParams,
} from '#contract/file-exchange.ts';
import { idOf } from '#contract/ids.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { agreeExchange } from './agree-exchange.ts';
import { createExchange } from './create-exchange.ts';
import { getExchange, listExchanges, transferStandings } from './exchange-store.ts';
import { showExchange } from './views.ts';

const base = '/api/customers/:customer/environments/:environment/files/exchanges';
const tags = ['files'];
const inEnvironment = z.object({ customer: idOf('cus'), environment: z.string() });

/** Exchanges: what is sent, how it is named, judged and answered, and the probes of each direction. */
export function exchangeRoutes(app: Http, platform: Platform): void {
  app.get(
    base,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'Exchanges', tags, params: inEnvironment, response: { 200: exchangeList } },
    },
    (request) =>
      read(platform, request.scope, async (sql) => {
        const { environmentId = '' } = request.scope;
        const standings = await transferStandings(sql, environmentId);
        const items = (await listExchanges(sql, environmentId)).map((exchange) =>
          showExchange(
            exchange,
            standings.find((one) => one.exchangeId === exchange.id),
          ),
        );
        return { items, next: null };
      }),
  );
  app.post(
    base,
    {
      config: { access: { staff: ['integrations-manager', 'lead-consultant', 'customer-team-lead'] } },
      schema: {
        summary: 'Make an exchange with its folders',
        tags,
        params: inEnvironment,
        body: createExchangeBody,
        response: { 201: exchangeView },
      },
    },
    async (request, reply) => {
      const view = await transact(platform, request.scope, request.actor, async (work) => {
        const exchange = await createExchange(work, request.body);
        return showExchange(exchange, undefined);
      });
      return reply.code(201).send(view);
    },
  );
  app.get(
    `${base}/:exchange`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'One exchange', tags, params: fileParams.exchange, response: { 200: exchangeView } },
    },
    (request) =>
      read(platform, request.scope, (sql) =>
        view(sql, request.scope.environmentId ?? '', request.params.exchange),
      ),
  );
  app.post(
    `${base}/:exchange/agree`,
    {
      config: {
        access: {
          staff: ['integrations-manager', 'lead-consultant'],
          portal: ['developer', 'project-owner'],
        },
      },
      schema: {
        summary: 'Agree to naming, acknowledgement and schedule, or propose others',
        tags,
        params: fileParams.exchange,
        body: agreeExchangeBody,
        response: { 200: exchangeView },
      },
    },
    (request) =>
      transact(platform, request.scope, request.actor, async (work) => {
        await agreeExchange(work, request.params.exchange, request.body);
        return view(work.sql, request.scope.environmentId ?? '', request.params.exchange);
      }),
  );
}

async function view(sql: Tx, environmentId: string, id: string) {
  const exchange = await getExchange(sql, environmentId, id);
  if (exchange === undefined) throw notFound('exchange');
  const standings = await transferStandings(sql, environmentId);
  return showExchange(
    exchange,
    standings.find((one) => one.exchangeId === id),
  );
}
