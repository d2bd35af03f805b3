import type { Tx } from '#platform/database.ts';
import { type ImportSession, inEnvironment } from './import-store.ts';
import type { EmpEffects } from './import-types.ts';

/** What applying the staged rows would change of those who are there; see payroll.staged_effects. */
export async function readEffects(
  sql: ImportSession,
  environmentId: string,
  now: Temporal.Instant,
  limits: { change: number; factor: number },
): Promise<EmpEffects> {
  const [row] = await inEnvironment(sql, environmentId, async () => {
    await sql`select set_config('enable_nestloop', 'off', true) where (select count(*) from pg_temp.payroll_staged) >= 1000`;
    return sql<EmpEffects[]>`
      select created, ended, bank_changed as "bankChanged", identity_changed as "identityChanged",
        pay_changed as "payChanged", pay_far as "payFar", pay_factor as "payFactor"
      from payroll.staged_effects(${environmentId}, ${now.toString()}, ${limits.change}, ${limits.factor})`;
  });
  if (row === undefined) throw new Error('staged_effects returned no row');
  return row;
}

/** Whether a record was changed after an instant by any channel, or an employer or a confirmation came that lets more rows pass. */
export async function changedSince(
  sql: Tx,
  environmentId: string,
  after: Temporal.Instant,
): Promise<boolean> {
  const at = after.toString();
  const rows = await sql`
    select from payroll.employments where environment_id = ${environmentId} and updated_at > ${at}
    union all select from payroll.companies where environment_id = ${environmentId} and created_at > ${at}
    union all select from payroll.confirmations where environment_id = ${environmentId} and confirmed_at > ${at}
    limit 1`;
  return rows.length > 0;
}
