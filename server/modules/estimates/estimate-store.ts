import type { Tx } from '#platform/database.ts';
import type { Estimate } from './estimate.ts';

const columns = (sql: Tx) => sql`
  e.id, e.customer_id as "customerId", e.integration_id as "integrationId", d.title, e.status, e.reviewer,
  e.round, e.version,
  e.net_cents as "netCents", e.change_request as "changeRequest", e.change_number as "changeNumber", e.updated_at as "updatedAt"`;

/** Reads one estimate; with `lock` nobody else changes it until commit. */
export async function getEstimate(
  sql: Tx,
  customerId: string,
  id: string,
  lock = false,
): Promise<Estimate | undefined> {
  const [row] = await sql<Estimate[]>`
    select ${columns(sql)} from estimates.estimates e join documents.documents d on d.id = e.id
    where e.customer_id = ${customerId} and e.id = ${id} ${lock ? sql`for update of e` : sql``}`;
  return row;
}

/** All estimates of a customer, which only staff write, newest first; with an integration only that one's, locked when asked. */
export async function listEstimates(
  sql: Tx,
  customerId: string,
  integrationId?: string,
  lock = false,
): Promise<Estimate[]> {
  return sql<Estimate[]>`
    select ${columns(sql)} from estimates.estimates e join documents.documents d on d.id = e.id
    where e.customer_id = ${customerId}
      and (${integrationId ?? null}::uuid is null or e.integration_id = ${integrationId ?? null})
    order by e.id desc ${lock ? sql`for update of e` : sql``}`;
}

/** Whether an integration has an estimate that the customer has not declined and that has not expired. */
export async function hasOpenEstimate(sql: Tx, customerId: string, integrationId: string): Promise<boolean> {
  const rows = await sql`
    select 1 from estimates.estimates
    where customer_id = ${customerId} and integration_id = ${integrationId} and status not in ('declined', 'expired')`;
  return rows.length > 0;
}

/** Adds an estimate. */
export async function insertEstimate(sql: Tx, estimate: Estimate): Promise<void> {
  await sql`
    insert into estimates.estimates (id, customer_id, integration_id, status, round, version, net_cents, updated_at)
    values (${estimate.id}, ${estimate.customerId}, ${estimate.integrationId}, ${estimate.status}, ${estimate.round},
            ${estimate.version}, ${estimate.netCents}, ${estimate.updatedAt.toString()})`;
}

export async function updateEstimate(sql: Tx, estimate: Estimate, at: Temporal.Instant): Promise<void> {
  await sql`
    update estimates.estimates
    set status = ${estimate.status}, round = ${estimate.round}, version = ${estimate.version},
        net_cents = ${estimate.netCents}, change_request = ${estimate.changeRequest}, updated_at = ${at.toString()}
    where customer_id = ${estimate.customerId} and id = ${estimate.id}`;
}

/** Puts an estimate before another role. */
export async function updateReviewer(
  sql: Tx,
  customerId: string,
  id: string,
  reviewer: Estimate['reviewer'],
): Promise<void> {
  await sql`
    update estimates.estimates set reviewer = ${reviewer} where customer_id = ${customerId} and id = ${id}`;
}

/** Puts the number of a change on the estimates of an integration. */
export async function updateChangeNumber(
  sql: Tx,
  customerId: string,
  integrationId: string,
  number: string,
): Promise<void> {
  await sql`
    update estimates.estimates set change_number = ${number}
    where customer_id = ${customerId} and integration_id = ${integrationId}`;
}

export async function setTitle(sql: Tx, id: string, title: string): Promise<void> {
  await sql`update documents.documents set title = ${title} where id = ${id}`;
}
