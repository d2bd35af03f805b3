import { z } from 'zod';
import {
  bankChangeId,
  bankChangeList,
  bankChangesQuery,
  refusal,
  revealBankChangeRequest,
  revealedBankChange,
} from '#contract/bank-changes.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { approveBankChange, refuseBankChange } from './decide-bank-change.ts';
import { base, parseCursor, place, showCursor, whose } from './route-parts.ts';
import { changingRoles, payrollRoles } from './sensitivity.ts';
import { listBankChanges, revealBankChange } from './show-bank-changes.ts';

const tags = ['payroll'];
const oneChange = place.extend({ change: bankChangeId });
const cursorParts = z.tuple([z.iso.datetime(), z.uuid()]);

/** Bank changes that wait for a second person: list, compare in full, approve, refuse. */
export function bankChangeRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/bank-changes`,
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Bank changes that wait for a second approver, and decided ones',
        tags,
        params: place,
        querystring: bankChangesQuery,
        response: { 200: bankChangeList },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const { status, after, limit } = request.query;
      const [requestedAt, id] = after === undefined ? [] : parseCursor(after, cursorParts);
      const { items, next } = await read(platform, request.scope, (sql) =>
        listBankChanges(platform, sql, environmentId, {
          status,
          after: requestedAt === undefined || id === undefined ? null : { requestedAt, id },
          limit,
        }),
      );
      return { items, next: next === null ? null : showCursor([next.requestedAt, next.id]) };
    },
  );
  app.post(
    `${base}/bank-changes/:change/reveal`,
    {
      config: { access: { staff: payrollRoles } },
      schema: {
        summary: 'Show both sets of accounts in full; the reason goes into the audit trail',
        tags,
        params: oneChange,
        body: revealBankChangeRequest,
        response: { 200: revealedBankChange },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return transact(platform, request.scope, request.actor, (work) =>
        revealBankChange(
          work,
          { ...whose(request.scope), changeId: request.params.change },
          request.body.reason,
        ),
      );
    },
  );
  app.post(
    `${base}/bank-changes/:change/approve`,
    {
      config: { access: { staff: changingRoles } },
      schema: {
        summary: 'Let a bank change take effect',
        tags,
        params: oneChange,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await transact(platform, request.scope, request.actor, (work) =>
        approveBankChange(work, { ...whose(request.scope), changeId: request.params.change }),
      );
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${base}/bank-changes/:change/refuse`,
    {
      config: { access: { staff: changingRoles } },
      schema: {
        summary: 'Refuse a bank change with a reason',
        tags,
        params: oneChange,
        body: refusal,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { reason } = request.body;
      await transact(platform, request.scope, request.actor, (work) =>
        refuseBankChange(work, { ...whose(request.scope), changeId: request.params.change, reason }),
      );
      return reply.code(204).send(null);
    },
  );
}
