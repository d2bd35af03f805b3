import { z } from 'zod';
import {
  employeeList,
  employeeView,
  historyEntry,
  revealed,
  revealRequest,
} from '#contract/employee-views.ts';
import { idOf } from '#contract/ids.ts';
import { company, companyInput, payrollDate } from '#contract/payroll.ts';
import { pageLimit } from '#contract/query-number.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { bankChangeRoutes } from './bank-change-routes.ts';
import { selectCompanies } from './company-store.ts';
import { createCompany } from './create-company.ts';
import { crossFindings } from './cross-findings.ts';
import { countEmployments, selectDocuments } from './employee-store.ts';
import { identityRoutes } from './identity-routes.ts';
import type { EmployeeKey } from './put-employee.ts';
import { historyOf, listEmployees } from './read-employees.ts';
import { base, parseCursor, place, showCursor, whose } from './route-parts.ts';
import { changingRoles, payrollRoles } from './sensitivity.ts';
import { revealField, viewEmployee } from './view-employee.ts';

const tags = ['payroll'];
const onePlace = place.extend({ employee: idOf('emp') });

/** Employees as the console shows them, masked; legal employers; bank changes that wait. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    `${base}/employees`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Employees in the order of company code and employee number',
        tags,
        params: place,
        querystring: z.object({
          search: z.string().trim().max(100).optional(),
          status: z.enum(['pending', 'active', 'terminated']).optional(),
          after: z.string().max(100).optional(),
          limit: pageLimit(50),
        }),
        response: { 200: employeeList },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const { search, status, after, limit } = request.query;
      const page = await listEmployees(platform, environmentId, {
        after: after === undefined ? null : keyOf(after),
        limit,
        ...(search === undefined ? {} : { search }),
        ...(status === undefined ? {} : { status }),
      });
      const ids = page.items.map((one) => parseId('emp', one.employeeId) ?? '');
      const { total, findings } = await read(platform, request.scope, async (sql) => ({
        total: await countEmployments(sql, environmentId),
        findings: await crossFindings(platform, sql, environmentId, ids),
      }));
      const items = page.items.map((one, at) => ({
        ...one,
        findings: findings.get(ids[at] ?? '')?.length ?? 0,
      }));
      return {
        items,
        next: page.next === null ? null : showCursor([page.next.companyCode, page.next.employeeNumber]),
        total,
      };
    },
  );
  app.get(
    `${base}/employees/:employee`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'One employee, true on a day, masked above work identity',
        tags,
        params: onePlace,
        querystring: z.object({ as_of: payrollDate.optional() }),
        response: { 200: employeeView },
      },
    },
    (request) =>
      viewEmployee(
        platform,
        { ...whose(request.scope), employmentId: request.params.employee },
        request.query.as_of,
      ),
  );
  app.get(
    `${base}/employees/:employee/history`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Everything ever recorded about one employee, newest first, masked',
        tags,
        params: onePlace,
        response: { 200: z.object({ items: z.array(historyEntry), next: z.null() }) },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const now = platform.clock.now();
      const items = await read(platform, request.scope, async (sql) => {
        const [found] = await selectDocuments(sql, environmentId, [request.params.employee], null, now);
        if (found === undefined) throw notFound();
        return historyOf(sql, environmentId, found);
      });
      return { items, next: null };
    },
  );
  app.post(
    `${base}/employees/:employee/reveal`,
    {
      config: { access: { staff: payrollRoles } },
      schema: {
        summary: 'Show one field in full; the reason goes into the audit trail',
        tags,
        params: onePlace,
        body: revealRequest,
        response: { 200: revealed },
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-store');
      return transact(platform, request.scope, request.actor, (work) =>
        revealField(work, { ...whose(request.scope), employmentId: request.params.employee }, request.body),
      );
    },
  );
  bankChangeRoutes(app, platform);
  identityRoutes(app, platform);
  companyRoutes(app, platform);
}

function companyRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/companies`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'Legal employers by code',
        tags,
        params: place,
        response: { 200: z.object({ items: z.array(company), next: z.null() }) },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const rows = await read(platform, request.scope, (sql) => selectCompanies(sql, environmentId));
      return { items: rows.map((row) => ({ ...row, companyId: showId('cpy', row.companyId) })), next: null };
    },
  );
  app.post(
    `${base}/companies`,
    {
      config: { access: { staff: [...changingRoles, 'administrator'] } },
      schema: {
        summary: 'Add a legal employer',
        tags,
        params: place,
        body: companyInput,
        response: { 201: company },
      },
    },
    async (request, reply) => {
      const made = await transact(platform, request.scope, request.actor, (work) =>
        createCompany(work, whose(request.scope), request.body),
      );
      return reply.code(201).send(made);
    },
  );
}

function keyOf(cursor: string): EmployeeKey {
  const [companyCode, employeeNumber] = parseCursor(cursor, z.tuple([z.string(), z.string()]));
  return { companyCode, employeeNumber };
}
