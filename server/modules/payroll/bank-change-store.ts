import type { HeldBankChange } from '#contract/bank-changes.ts';
import type { Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';

export interface StoredAccount {
  country: string;
  account: string;
  accountName: string | null;
  reference: string | null;
  type: string;
  value: string | null;
}

export interface BankChangeRow
  extends Row<
      'payroll.held_bank_changes',
      'id' | 'employment_id' | 'effective_from' | 'status' | 'requested_at' | 'decided_at'
    >,
    Row<'payroll.employments', 'person_id' | 'company_code' | 'employee_number' | 'version'> {
  name: string | null;
  today: string;
  accounts: StoredAccount[];
  before: StoredAccount[] | null;
  status: HeldBankChange['status'];
  requestedBy: { kind: string; id: string };
  source: Record<string, string>;
  /** From when other accounts are paid again, even if this one is approved; null when none are. */
  standsFrom: string | null;
  /** An approved change of a later day, which has come, is in force already. */
  overtaken: boolean;
}

const columns = (sql: Tx, now: Temporal.Instant) => sql`
  h.id, h.employment_id as "employmentId", e.person_id as "personId", e.company_code as "companyCode",
  e.employee_number as "employeeNumber", e.version, h.effective_from as "effectiveFrom",
  (${now.toString()}::timestamptz at time zone c.time_zone)::date as today, h.accounts, h.status,
  h.requested_at as "requestedAt", h.requested_by as "requestedBy", h.source, h.decided_at as "decidedAt",
  (select coalesce(p.preferred_name, p.first_name) || ' ' || p.last_name from payroll.person_details p
   where p.environment_id = h.environment_id and p.person_id = e.person_id and p.superseded_at is null
   order by p.effective_from desc limit 1) as name,
  b.accounts as before,
  payroll.accounts_stand_from(h.environment_id, h.employment_id, day.counts_from, b.accounts, h.accounts) as "standsFrom",
  exists (select from payroll.held_bank_changes g
    where g.environment_id = h.environment_id and g.employment_id = h.employment_id and g.status = 'approved'
      and g.effective_from > h.effective_from and g.effective_from <= day.counts_from) as overtaken`;

/** A bank change with its employment, the day from which it would count, and the accounts that it would replace. */
const joined = (sql: Tx, now: Temporal.Instant) => sql`
  payroll.held_bank_changes h
  join payroll.employments e on e.environment_id = h.environment_id and e.id = h.employment_id
  join payroll.companies c on c.environment_id = h.environment_id and c.code = e.company_code
  cross join lateral (
    select greatest(h.effective_from, (${now.toString()}::timestamptz at time zone c.time_zone)::date) as counts_from) day
  left join lateral (
    select s.accounts from payroll.bank_account_sets s
    where s.environment_id = h.environment_id and s.employment_id = h.employment_id and s.superseded_at is null
    order by s.effective_from <= day.counts_from desc, abs(s.effective_from - day.counts_from) limit 1) b on true`;

/** Where a page of bank changes goes on. */
export interface BankChangeCursor {
  requestedAt: string;
  id: string;
}

/** Bank changes of an environment, or of one employment, or one of them; newest request first. */
export async function selectBankChanges(
  sql: Tx,
  environmentId: string,
  only: { id?: string; employmentId?: string; status?: string },
  now: Temporal.Instant,
  page: { after: BankChangeCursor | null; limit: number } = { after: null, limit: 200 },
): Promise<BankChangeRow[]> {
  return sql<BankChangeRow[]>`
    select ${columns(sql, now)}
    from ${joined(sql, now)}
    where h.environment_id = ${environmentId}
      and (${only.status ?? null}::text is null or h.status = ${only.status ?? null})
      and (${only.employmentId ?? null}::uuid is null or h.employment_id = ${only.employmentId ?? null})
      and (${only.id ?? null}::uuid is null or h.id = ${only.id ?? null})
      and (${page.after?.id ?? null}::uuid is null
        or (h.requested_at, h.id) < (${page.after?.requestedAt ?? null}::timestamptz, ${page.after?.id ?? null}))
    order by h.requested_at desc, h.id desc limit ${page.limit}`;
}

/** Whether these accounts of an employment, a JSON text, wait for a second approver. */
export async function isBankChangeHeld(
  sql: Tx,
  environmentId: string,
  employmentId: string,
  accounts: string,
): Promise<boolean> {
  const rows = await sql`
    select from payroll.held_bank_changes
    where environment_id = ${environmentId} and employment_id = ${employmentId} and status = 'held'
      and accounts = ${accounts}::text::jsonb`;
  return rows.length > 0;
}

/** One bank change, locked with its employment until the transaction ends. */
export async function lockBankChange(
  sql: Tx,
  environmentId: string,
  id: string,
  now: Temporal.Instant,
): Promise<BankChangeRow | undefined> {
  const [row] = await sql<BankChangeRow[]>`
    select ${columns(sql, now)}
    from ${joined(sql, now)}
    where h.environment_id = ${environmentId} and h.id = ${id}
    for update of h, e`;
  return row;
}

/** Notes the decision about a bank change. */
export async function decideBankChange(
  sql: Tx,
  environmentId: string,
  id: string,
  decision: { status: 'approved' | 'refused'; by: string; reason: string | null; at: Temporal.Instant },
): Promise<void> {
  await sql`
    update payroll.held_bank_changes
    set status = ${decision.status}, decided_at = ${decision.at.toString()}, decided_by = ${decision.by}, reason = ${decision.reason}
    where environment_id = ${environmentId} and id = ${id} and status = 'held'`;
}

/**
 * Puts an approved set of accounts in force from a day on, superseding a set of the same day and later ones that hold the set
 * it replaces; the version rises.
 */
export async function insertAccounts(
  sql: Tx,
  scope: { customerId: string; environmentId: string },
  employmentId: string,
  set: {
    accounts: StoredAccount[];
    before: StoredAccount[] | null;
    effectiveFrom: string;
    future: boolean;
    by: string;
    at: Temporal.Instant;
  },
): Promise<void> {
  const replaced = await sql<Row<'payroll.bank_account_sets', 'effective_from'>[]>`
    update payroll.bank_account_sets set superseded_at = ${set.at.toString()}
    where environment_id = ${scope.environmentId} and employment_id = ${employmentId} and superseded_at is null
      and (effective_from = ${set.effectiveFrom} or effective_from in (
        select l.effective_from from payroll.later_accounts(${scope.environmentId}, ${employmentId}, ${set.effectiveFrom},
          ${sql.json(set.before as never)}) l where l.carried))
    returning effective_from as "effectiveFrom"`;
  const days = [...new Set([set, ...replaced].map((one) => one.effectiveFrom))];
  await sql`
    insert into payroll.bank_account_sets (environment_id, customer_id, employment_id, effective_from, recorded_at, recorded_by, accounts)
    select ${scope.environmentId}, ${scope.customerId}, ${employmentId}, d.day, ${set.at.toString()}, ${set.by},
      ${sql.json(set.accounts as never)}
    from unnest(${days}::date[]) d(day)`;
  await sql`
    update payroll.employments set version = version + 1, updated_at = ${set.at.toString()}
    where environment_id = ${scope.environmentId} and id = ${employmentId}`;
  if (set.future)
    await sql`
      insert into payroll.pending_changes (environment_id, customer_id, effective_from, employment_id, kind)
      values (${scope.environmentId}, ${scope.customerId}, ${set.effectiveFrom}, ${employmentId}, 'bank_account')
      on conflict do nothing`;
}
