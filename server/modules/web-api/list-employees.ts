import type { z } from 'zod';
import type { EmployeePage, employeesQuery } from '#contract/web-api.ts';
import {
  countEmployments,
  type EmployeeKey,
  listEmployeeDocuments,
  listEmployees,
} from '#modules/payroll/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { maskFor } from './mask-for.ts';
import { problems } from './problems.ts';
import { openCursor, signCursor } from './signed-cursor.ts';

type Query = z.output<typeof employeesQuery>;

/** One page of an environment's employees; its cursor fits the same environment and filter only. */
export async function listPage(
  platform: Platform,
  actor: Actor,
  scope: { customerId: string; environmentId: string },
  query: Query,
): Promise<EmployeePage> {
  const { search, status, view, limit } = query;
  if (view === 'full' && (search !== undefined || status !== undefined))
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/querystring/view', detail: 'full goes with neither search nor status' }],
    });
  const boundTo = {
    environment: scope.environmentId,
    list: 'employees',
    search: search ?? null,
    status: status ?? null,
    view,
  };
  const after = query.cursor === undefined ? null : keyOf(openCursor(platform.config, boundTo, query.cursor));
  const page =
    view === 'full'
      ? await fullPage(platform, actor, scope.environmentId, { after, limit })
      : await listEmployees(platform, scope.environmentId, {
          after,
          limit,
          ...(search === undefined ? {} : { search }),
          ...(status === undefined ? {} : { status }),
        });
  const { next } = page;
  return {
    items: page.items,
    next:
      next === null ? null : signCursor(platform.config, boundTo, [next.companyCode, next.employeeNumber]),
    ...(query.with_total === 'true'
      ? { total: await read(platform, scope, (sql) => countEmployments(sql, scope.environmentId)) }
      : {}),
  };
}

async function fullPage(
  platform: Platform,
  actor: Actor,
  environmentId: string,
  query: { after: EmployeeKey | null; limit: number },
) {
  const { items, next } = await listEmployeeDocuments(platform, environmentId, query);
  return { items: items.map((one) => maskFor(actor, one.document)), next };
}

function keyOf([companyCode, employeeNumber]: string[]): EmployeeKey {
  if (companyCode === undefined || employeeNumber === undefined) throw problems['invalid-cursor']();
  return { companyCode, employeeNumber };
}
