import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import {
  confirmationList,
  confirmationsQuery,
  confirmBody,
  joinBody,
  separateBody,
} from '#contract/person-identity.ts';
import type { Access, Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { nameAuthors } from './name-author.ts';
import { confirmKey, joinEmployment, separateEmployment } from './person-identity.ts';
import { listConfirmations } from './person-store.ts';
import { base, place, whose } from './route-parts.ts';
import { changingRoles } from './sensitivity.ts';

const tags = ['payroll'];
const employeePlace = place.extend({ employee: idOf('emp') });
/** Who may say whose record it is. */
const deciders: { access: Access } = { access: { staff: changingRoles, portal: ['project-owner'] } };

/** Whose record it is, as a person says: separate, join, confirm a key that was refused. */
export function identityRoutes(app: Http, platform: Platform): void {
  app.post(
    `${base}/employees/:employee/separate`,
    {
      config: deciders,
      schema: {
        summary: 'Give an employment a person of its own again',
        tags,
        params: employeePlace,
        body: separateBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { employee: employmentId } = request.params;
      await transact(platform, request.scope, request.actor, (work) =>
        separateEmployment(work, { ...whose(request.scope), employmentId }, request.body.reason),
      );
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${base}/employees/:employee/join`,
    {
      config: deciders,
      schema: {
        summary: 'Say that an employment is another one of the same person',
        tags,
        params: employeePlace,
        body: joinBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { employee: employmentId } = request.params;
      const { with: other, reason } = request.body;
      await transact(platform, request.scope, request.actor, (work) =>
        joinEmployment(work, { ...whose(request.scope), employmentId }, { employmentId: other, reason }),
      );
      return reply.code(204).send(null);
    },
  );
  app.post(
    `${base}/confirmations`,
    {
      config: deciders,
      schema: {
        summary:
          'Confirm a key that was refused because it looks like another, or because the person differs',
        tags,
        params: place,
        body: confirmBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await transact(platform, request.scope, request.actor, (work) =>
        confirmKey(work, whose(request.scope), request.body),
      );
      return reply.code(204).send(null);
    },
  );
  app.get(
    `${base}/confirmations`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'What was confirmed about keys, the newest first',
        tags,
        params: place,
        querystring: confirmationsQuery,
        response: { 200: confirmationList },
      },
    },
    (request) =>
      read(platform, request.scope, async (sql) => {
        const { environmentId } = whose(request.scope);
        const { before = null, limit } = request.query;
        const rows = await listConfirmations(sql, environmentId, { before, limit: limit + 1 });
        const shown = rows.slice(0, limit);
        const authors = await nameAuthors(
          sql,
          environmentId,
          shown.map((row) => row.confirmedBy),
        );
        const items = shown.map(({ id: _id, value, confirmedAt, confirmedBy, ...rest }) => ({
          ...rest,
          externalId: value || null,
          confirmedAt: confirmedAt.toString(),
          confirmedBy: authors.get(confirmedBy) ?? '',
        }));
        return { items, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
      }),
  );
}
