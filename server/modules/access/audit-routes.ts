import { z } from 'zod';
import { type AuditQuery, auditList, auditQuery } from '#contract/access.ts';
import { idOf, parseAnyId } from '#contract/ids.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { read } from '#platform/transact.ts';
import { type AuditEntry, auditEntries } from './audit-store.ts';

const tags = ['people'];

/** The audit trail, of everything and of one customer. */
export function auditRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/audit',
    {
      config: { access: { staff: ['administrator', 'auditor'] } },
      schema: {
        summary: 'The audit trail, newest first',
        tags,
        querystring: auditQuery,
        response: { 200: auditList },
      },
    },
    (request) => page(platform, request.query),
  );
  app.get(
    '/api/customers/:customer/audit',
    {
      config: { access: { staff: ['administrator', 'auditor', 'integrations-manager'] } },
      schema: {
        summary: "A customer's audit trail, newest first",
        tags,
        params: z.object({ customer: idOf('cus') }),
        querystring: auditQuery,
        response: { 200: auditList },
      },
    },
    (request) => page(platform, request.query, request.params.customer),
  );
}

async function page(platform: Platform, query: AuditQuery, customerId?: string) {
  const { search, from, until, before, limit } = query;
  const uuid = search === undefined ? undefined : parseAnyId(search);
  const startOf = (day: string | undefined, later = 0) =>
    day === undefined
      ? undefined
      : Temporal.PlainDate.from(day)
          .add({ days: later })
          .toZonedDateTime(platform.config.vendor.timeZone)
          .toInstant();
  const rows = await read(platform, customerId === undefined ? {} : { customerId }, (sql) =>
    auditEntries(sql, {
      customerId,
      search: uuid === undefined ? search || undefined : undefined,
      about: uuid === undefined ? undefined : { uuid, shown: search ?? '' },
      from: startOf(from),
      until: startOf(until, 1),
      before,
      limit,
    }),
  );
  return { items: rows.map(show), next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
}

function show({ name, customerId, customerCode, customerName, ...entry }: AuditEntry) {
  return {
    ...entry,
    at: entry.at.toString(),
    actor: { ...entry.actor, name },
    customer:
      customerId === null ? null : { id: showId('cus', customerId), code: customerCode, name: customerName },
  };
}
