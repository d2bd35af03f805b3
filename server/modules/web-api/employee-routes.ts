import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type EmployeeDocument, employeeDocument, employeeInput } from '#contract/payroll.ts';
import {
  employeeAnswer,
  employeeKeyParams,
  employeePage,
  employeesQuery,
  readEmployeeQuery,
  writeEmployeeQuery,
} from '#contract/web-api.ts';
import { type EmployeeKey, getEmployee } from '#modules/payroll/index.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { etagOf, isFresh } from './employee-etag.ts';
import { listPage } from './list-employees.ts';
import { maskFor } from './mask-for.ts';
import { writeEmployee } from './write-employee.ts';

const tags = ['Employees'];

/** The employees of the key's environment: read one, list, create or update by business key. */
export function employeeRoutes(v1: Http, platform: Platform): void {
  putRoute(v1, platform);
  getRoute(v1, platform);
  listRoute(v1, platform);
}

function putRoute(v1: Http, platform: Platform): void {
  v1.put(
    '/v1/employees/:companyCode/:employeeNumber',
    {
      config: {
        access: { credential: 'employees:write' },
        reads: ['if-match', 'if-none-match'],
        sends: { 200: ['etag'], 201: ['etag', 'location'] },
      },
      schema: {
        operationId: 'putEmployee',
        summary: 'Create or update an employee',
        description:
          'Groups that are left out stay as they are. A group that is given takes the place of the one before, from `effectiveFrom` on: a field left out of it is cleared, and a warning names it; `externalId`, `endDate` and fields that the key cannot read stay. Pay rates are added by their own dates: one of the same day is replaced, those of other days stay. The same again changes nothing. With `If-Match` (the ETag of your last read) a change in between is answered 412; `If-None-Match: *` only creates.',
        tags,
        params: employeeKeyParams,
        querystring: writeEmployeeQuery,
        body: employeeInput,
        response: { 200: employeeAnswer, 201: employeeAnswer },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request);
      const validateOnly = request.query.validate_only === 'true';
      const result = await writeEmployee(platform, request.actor, scope, {
        key: request.params,
        input: request.body,
        headers: request.headers,
        validateOnly,
      });
      const found = validateOnly
        ? undefined
        : await getEmployee(platform, scope.environmentId, request.params);
      const employee = found === undefined ? null : maskFor(request.actor, found.document);
      if (employee !== null)
        reply.header('etag', etagOf(employee)).header('cache-control', 'no-store, no-transform');
      const made = result.created && !validateOnly;
      if (made) reply.header('location', addressOf(request.params));
      return reply.code(made ? 201 : 200).send({
        created: result.created,
        changed: result.changed,
        version: result.version,
        bankChangeHeld: result.bankChangeHeld,
        warnings: result.warnings,
        employee,
      });
    },
  );
}

function getRoute(v1: Http, platform: Platform): void {
  v1.get(
    '/v1/employees/:companyCode/:employeeNumber',
    {
      config: {
        access: { credential: 'employees:read' },
        reads: ['if-none-match'],
        sends: { 200: ['etag'], 304: ['etag'] },
      },
      schema: {
        operationId: 'getEmployee',
        summary: 'Read one employee',
        description:
          'As of today in the employer’s time zone, or of another day. Values that the key’s scopes do not cover are masked, and `masked` names them. `If-None-Match` answers 304 when nothing changed.',
        tags,
        params: employeeKeyParams,
        querystring: readEmployeeQuery,
        response: { 200: employeeDocument, 304: z.null() },
      },
    },
    async (request, reply) => {
      const { environmentId } = scopeOf(request);
      const found = await getEmployee(platform, environmentId, request.params, request.query.as_of);
      if (found === undefined) throw notFound();
      const employee: EmployeeDocument = maskFor(request.actor, found.document);
      const etag = etagOf(employee);
      reply.header('etag', etag).header('cache-control', 'private, no-cache, no-transform');
      if (isFresh(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
      return employee;
    },
  );
}

function listRoute(v1: Http, platform: Platform): void {
  v1.get(
    '/v1/employees',
    {
      config: { access: { credential: 'employees:read' }, sends: { 200: ['link'] } },
      schema: {
        operationId: 'listEmployees',
        summary: 'List employees',
        description:
          'In the order of company code and employee number. Follow `next` (or the header `Link`) until it is null; what is added behind your place meanwhile is still found, and nothing comes twice.',
        tags,
        querystring: employeesQuery,
        response: { 200: employeePage },
      },
    },
    async (request, reply) => {
      const page = await listPage(platform, request.actor, scopeOf(request), request.query);
      if (page.next !== null) {
        const { cursor: _past, ...query } = request.query;
        const search = new URLSearchParams(
          Object.entries({ ...query, cursor: page.next })
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name, String(value)]),
        );
        reply.header('link', `</v1/employees?${search}>; rel="next"`);
      }
      return page;
    },
  );
}

function addressOf({ companyCode, employeeNumber }: EmployeeKey): string {
  return `/v1/employees/${encodeURIComponent(companyCode)}/${encodeURIComponent(employeeNumber)}`;
}

function scopeOf(request: FastifyRequest): { customerId: string; environmentId: string } {
  const { customerId, environmentId } = request.scope;
  if (customerId === undefined || environmentId === undefined) throw notFound();
  return { customerId, environmentId };
}
