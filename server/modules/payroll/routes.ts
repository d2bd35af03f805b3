import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import {
  bankChangeId,
  company,
  companyInput,
  employeeList,
  employeeView,
  heldBankChange,
  historyEntry,
  payrollDate,
  refusal,
  revealed,
  revealRequest,
} from '#contract/payroll.ts';
import type { StaffRole } from '#contract/roles.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, type Scope, transact } from '#platform/transact.ts';
import { selectBankChanges } from './bank-change-store.ts';
import { selectCompanies } from './company-store.ts';
import { createCompany } from './create-company.ts';
import { crossFindings } from './cross-findings.ts';
import { approveBankChange, refuseBankChange, showBankChange } from './decide-bank-change.ts';
import { countEmployments, selectDocuments } from './employee-store.ts';
import { historyOf, listEmployees } from './read-employees.ts';
import { revealField, viewEmployee } from './view-employee.ts';

const base = '/api/customers/:customer/environments/:environment';
const tags = ['payroll'];
const place = z.object({ customer: idOf('cus'), environment: z.enum(['sandbox', 'production']) });
const onePlace = place.extend({ employee: idOf('emp') });
const payrollRoles: StaffRole[] = [
  'customer-team-lead',
  'lead-consultant',
  'integrations-manager',
  'support',
];

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
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: employeeList },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const { search, status, after, limit } = request.query;
      const page = await listEmployees(platform, environmentId, {
        after: after === undefined ? null : parseCursor(after),
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
      return { items, next: page.next === null ? null : showCursor(page.next), total };
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
    (request) =>
      transact(platform, request.scope, request.actor, (work) =>
        revealField(work, { ...whose(request.scope), employmentId: request.params.employee }, request.body),
      ),
  );
  bankChangeRoutes(app, platform);
  companyRoutes(app, platform);
}

function bankChangeRoutes(app: Http, platform: Platform): void {
  const oneChange = place.extend({ change: bankChangeId });
  app.get(
    `${base}/bank-changes`,
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Bank changes that wait for a second approver, and decided ones',
        tags,
        params: place,
        querystring: z.object({
          status: z.enum(['held', 'approved', 'refused', 'replaced']).default('held'),
        }),
        response: { 200: z.object({ items: z.array(heldBankChange), next: z.null() }) },
      },
    },
    async (request) => {
      const { environmentId } = whose(request.scope);
      const rows = await read(platform, request.scope, (sql) =>
        selectBankChanges(sql, environmentId, { status: request.query.status }, platform.clock.now()),
      );
      return { items: rows.map(showBankChange), next: null };
    },
  );
  app.post(
    `${base}/bank-changes/:change/approve`,
    {
      config: { access: { staff: payrollRoles } },
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
      config: { access: { staff: payrollRoles } },
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
      config: { access: { staff: [...payrollRoles, 'administrator'] } },
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

function whose(scope: Scope): { customerId: string; environmentId: string } {
  const { customerId, environmentId } = scope;
  if (customerId === undefined || environmentId === undefined) throw notFound();
  return { customerId, environmentId };
}

function showCursor(key: { companyCode: string; employeeNumber: string }): string {
  return Buffer.from(JSON.stringify([key.companyCode, key.employeeNumber])).toString('base64url');
}

function parseCursor(cursor: string): { companyCode: string; employeeNumber: string } {
  try {
    const [companyCode, employeeNumber] = z
      .tuple([z.string(), z.string()])
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { companyCode, employeeNumber };
  } catch {
    throw notFound('a cursor that is none of ours');
  }
}
