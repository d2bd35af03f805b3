import type { Tx } from '#platform/database.ts';

/** An entry of the audit trail with the names of who and whose. */
export interface AuditEntry {
  id: string;
  at: Temporal.Instant;
  actor: { kind: string; id: string };
  name: string | null;
  action: string;
  subject: string | null;
  detail: Record<string, unknown>;
  customerId: string | null;
  customerCode: string;
  customerName: string;
  environment: 'sandbox' | 'production' | null;
}

/** Which entries are wished for; everything left out is no limit. */
export interface AuditWish {
  customerId: string | undefined;
  search: string | undefined;
  about: { uuid: string; shown: string } | undefined;
  from: Temporal.Instant | undefined;
  until: Temporal.Instant | undefined;
  before: string | undefined;
  limit: number;
}

/** The newest entries that fit, before a cursor. */
export async function auditEntries(sql: Tx, wish: AuditWish): Promise<AuditEntry[]> {
  const { customerId, search, about, from, until, before, limit } = wish;
  return sql<AuditEntry[]>`
    select id, at, actor, name, action, subject, detail, customer_id as "customerId", customer_code as "customerCode",
           customer_name as "customerName", environment
    from access.audit_across_customers(${search ?? null}, ${about?.uuid ?? null}, ${about?.shown ?? null},
      ${customerId ?? null}, ${from?.toString() ?? null}, ${until?.toString() ?? null}, ${before ?? null}, ${limit})`;
}
