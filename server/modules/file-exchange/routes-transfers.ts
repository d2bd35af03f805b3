import { z } from 'zod';
import {
  decideTransferBody,
  fileParams,
  transferList,
  transferStates,
  transferView,
} from '#contract/file-exchange.ts';
import { idOf } from '#contract/ids.ts';
import { pageLimit } from '#contract/query-number.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { approveTransfer, rejectTransfer } from './decide-transfer.ts';
import { listExchanges } from './exchange-store.ts';
import { findAnswer } from './file-store.ts';
import { findingsOf, getTransfer, listTransfers, stepsOf } from './transfer-store.ts';
import { showTransfer, showWholeTransfer } from './views.ts';

const base = '/api/customers/:customer/environments/:environment/files/transfers';
const tags = ['files'];
const shownFindings = 200;
const answers = { 'ack.json': '.ack.json', 'errors.csv': '.err.csv' } as const;
const deciders = ['integrations-manager', 'lead-consultant', 'customer-team-lead'] as const;

/** Transfers: what came, what was found at which line, what became of it. */
export function transferRoutes(app: Http, platform: Platform): void {
  app.get(
    base,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Transfers, newest first',
        tags,
        params: z.object({ customer: idOf('cus'), environment: z.string() }),
        querystring: z.object({
          exchange: idOf('exc').optional(),
          state: z.enum(transferStates).optional(),
          before: idOf('trf').optional(),
          limit: pageLimit(50),
        }),
        response: { 200: transferList },
      },
    },
    (request) =>
      read(platform, request.scope, async (sql) => {
        const { environmentId = '' } = request.scope;
        const { exchange, state, before, limit } = request.query;
        const rows = await listTransfers(sql, environmentId, { exchangeId: exchange, state, before }, limit);
        const codes = new Map((await listExchanges(sql, environmentId)).map((one) => [one.id, one.code]));
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return {
          items: rows.map((row) => showTransfer(row, codes.get(row.exchangeId) ?? '')),
          next: last === undefined ? null : showId('trf', last.id),
        };
      }),
  );
  app.get(
    `${base}/:transfer`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'One transfer with its timeline and findings',
        tags,
        params: fileParams.transfer,
        response: { 200: transferView },
      },
    },
    (request) =>
      read(platform, request.scope, (sql) =>
        view(sql, request.scope.environmentId ?? '', request.params.transfer),
      ),
  );
  app.get(
    `${base}/:transfer/:answer`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'The acknowledgement or the error file',
        tags,
        params: fileParams.transfer.extend({ answer: z.enum(['ack.json', 'errors.csv']) }),
      },
    },
    async (request, reply) => {
      const { transfer, answer } = request.params;
      const file = await read(platform, request.scope, (sql) =>
        findAnswer(sql, request.scope.environmentId ?? '', transfer, answers[answer]),
      );
      if (file === undefined) throw notFound('answer');
      return reply
        .type(answer === 'ack.json' ? 'application/json' : 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .send(platform.objects.read(file.objectKey));
    },
  );
  for (const [word, decide] of [
    ['approve', approveTransfer],
    ['reject', rejectTransfer],
  ] as const)
    app.post(
      `${base}/:transfer/${word}`,
      {
        config: { access: { staff: [...deciders], portal: ['project-owner'] } },
        schema: {
          summary: word === 'approve' ? 'Apply a held transfer' : 'End a held transfer without loading it',
          tags,
          params: fileParams.transfer,
          body: decideTransferBody,
          response: { 200: transferView },
        },
      },
      (request) =>
        transact(platform, request.scope, request.actor, async (work) => {
          await decide(work, request.params.transfer, request.body);
          return view(work.sql, request.scope.environmentId ?? '', request.params.transfer);
        }),
    );
}

async function view(sql: Tx, environmentId: string, id: string) {
  const transfer = await getTransfer(sql, environmentId, id);
  if (transfer === undefined) throw notFound('transfer');
  const exchange = (await listExchanges(sql, environmentId)).find((one) => one.id === transfer.exchangeId);
  return showWholeTransfer(transfer, exchange?.code ?? '', {
    steps: await stepsOf(sql, environmentId, id),
    findings: await findingsOf(sql, environmentId, id, shownFindings),
    hasErrorFile: (await findAnswer(sql, environmentId, id, answers['errors.csv'])) !== undefined,
    hasAcknowledgement: (await findAnswer(sql, environmentId, id, answers['ack.json'])) !== undefined,
  });
}
