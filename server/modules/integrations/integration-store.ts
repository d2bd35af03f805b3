import type { IntegrationPhase, IntegrationState } from '#contract/integrations.ts';
import type { Database, Tx } from '#platform/database.ts';
import type { Row } from '#platform/row.ts';
import type { RecordedFact } from './facts.ts';
import type { Integration } from './integration.ts';
import { phaseOf } from './phases.ts';
import { isFinal } from './playbook.ts';

/** On whom an integration waits, as lists show it. */
export interface Wait {
  role: string;
  personId: string | null;
  step: string | null;
  sentence: string;
  since: string;
  pausedSeconds: number;
  dueAt: string | null;
}

/** The next short number, for mail subjects. */
export async function nextNumber(sql: Tx): Promise<number> {
  const [row] = await sql<{ number: number }[]>`select nextval('integrations.numbers') as number`;
  return row?.number ?? 0;
}

/** Whether a customer has an integration of this name that is not over; openings of one customer wait for each other. */
export async function hasOpenIntegration(sql: Tx, customerId: string, name: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`integrations ${customerId}`}, 0))`;
  const rows = await sql`
    select 1 from integrations.integrations
    where customer_id = ${customerId} and lower(name) = lower(${name}) and not final limit 1`;
  return rows.length > 0;
}

export async function insertIntegration(
  sql: Tx,
  customerId: string,
  id: string,
  integration: Integration,
): Promise<void> {
  await sql`
    insert into integrations.integrations (customer_id, id, name, playbook, state, phase, final, held, sequence, folded,
      opened_at, since, changed_at)
    values (${customerId}, ${id}, ${integration.name}, ${integration.playbook}, ${integration.state},
      ${phaseOf(integration.state)}, ${isFinal(integration.state)}, ${integration.hold !== undefined},
      ${integration.sequence}, ${sql.json(integration as never)}, ${integration.openedAt}, ${integration.since},
      ${integration.changedAt})`;
}

export async function updateIntegration(
  sql: Tx,
  customerId: string,
  id: string,
  integration: Integration,
): Promise<void> {
  await sql`
    update integrations.integrations
    set state = ${integration.state}, phase = ${phaseOf(integration.state)}, final = ${isFinal(integration.state)},
        held = ${integration.hold !== undefined}, sequence = ${integration.sequence},
        folded = ${sql.json(integration as never)}, since = ${integration.since}, changed_at = ${integration.changedAt}
    where customer_id = ${customerId} and id = ${id}`;
}

/** Appends to the history; a sequence that exists already fails the transaction. */
export async function insertFacts(
  sql: Tx,
  customerId: string,
  id: string,
  facts: RecordedFact[],
): Promise<void> {
  await sql`
    insert into integrations.history (customer_id, integration_id, sequence, at, kind, actor, fact)
    select ${customerId}, ${id}, f.sequence, f.at, f.fact->>'kind', f.actor, f.fact
    from jsonb_to_recordset(${sql.json(facts as never)}) as f(sequence int, at timestamptz, actor jsonb, fact jsonb)`;
}

/** Replaces what an integration waits on. */
export async function replaceWaits(sql: Tx, customerId: string, id: string, waits: Wait[]): Promise<void> {
  await sql`delete from integrations.waits where customer_id = ${customerId} and integration_id = ${id}`;
  if (waits.length === 0) return;
  const rows = waits.map((wait, position) => ({ ...wait, position }));
  await sql`
    insert into integrations.waits (customer_id, integration_id, position, role, person_id, step, sentence, since,
      paused_seconds, due_at)
    select ${customerId}, ${id}, w.position, w.role, w."personId", w.step, w.sentence, w.since,
      w."pausedSeconds", w."dueAt"
    from jsonb_to_recordset(${sql.json(rows as never)})
      as w(position int, role text, "personId" uuid, step text, sentence text, since timestamptz,
        "pausedSeconds" int, "dueAt" timestamptz)`;
}

/** Reads an integration of a customer; with `lock` nobody else changes it until commit. */
export async function readIntegration(
  sql: Tx,
  customerId: string,
  id: string,
  lock: boolean,
): Promise<Integration | undefined> {
  const [row] = await sql<{ folded: Integration }[]>`
    select folded from integrations.integrations
    where customer_id = ${customerId} and id = ${id} ${lock ? sql`for update` : sql``}`;
  return row?.folded;
}

/** Locks the integrations of a customer that evidence may belong to, the oldest first. */
export async function lockOpenIntegrations(
  sql: Tx,
  customerId: string,
): Promise<{ id: string; folded: Integration }[]> {
  return sql<{ id: string; folded: Integration }[]>`
    select id, folded from integrations.integrations
    where customer_id = ${customerId} and not final
    order by id limit 200 for update`;
}

/** The newest facts before a sequence, newest first. */
export async function readFacts(
  sql: Tx,
  customerId: string,
  id: string,
  before: number,
  limit: number,
): Promise<RecordedFact[]> {
  const rows = await sql<
    (Row<'integrations.history', 'sequence' | 'at' | 'actor' | 'fact'> &
      Pick<RecordedFact, 'actor' | 'fact'>)[]
  >`
    select sequence, at, actor, fact from integrations.history
    where customer_id = ${customerId} and integration_id = ${id} and sequence < ${before}
    order by sequence desc limit ${limit}`;
  return rows.map((row) => ({ ...row, at: row.at.toString() }));
}

export interface ListedIntegration
  extends Row<'integrations.integrations', 'id' | 'customer_id' | 'folded' | 'changed_at' | 'since'> {
  customerCode: string;
  customerName: string;
  folded: Integration;
}

/** What is looked for; `waitsOn` are people, and the roles they hold, whose turn it is. */
export interface Wish {
  search?: string | undefined;
  waitsOn?: { people: string[]; roles: string[] } | undefined;
}

interface ListWish extends Wish {
  phase?: IntegrationPhase | undefined;
  state?: IntegrationState | undefined;
  order: 'changed' | 'since';
  last?: { at: string; id: string } | undefined;
  limit: number;
}

/** Every customer's integrations, for staff; most recently changed first, or the longest in its state. */
export async function listAcrossCustomers(sql: Tx | Database, wish: ListWish): Promise<ListedIntegration[]> {
  return sql<ListedIntegration[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName", folded,
           changed_at as "changedAt", since
    from integrations.list_across_customers(${wish.phase ?? null}, ${wish.state ?? null}, ${wish.search ?? null},
      ${wish.waitsOn?.people ?? null}, ${wish.waitsOn?.roles ?? null}, ${wish.order === 'since'},
      ${wish.last?.at ?? null}, ${wish.last?.id ?? null}, ${wish.limit})`;
}

/** The first integrations of each phase over all customers, for staff, each with how many its phase has. */
export async function boardAcrossCustomers(sql: Tx | Database, wish: Wish, atMost: number) {
  return sql<(ListedIntegration & { inPhase: number })[]>`
    select id, customer_id as "customerId", customer_code as "customerCode", customer_name as "customerName", folded,
           changed_at as "changedAt", since, in_phase as "inPhase"
    from integrations.board_across_customers(${wish.search ?? null}, ${wish.waitsOn?.people ?? null},
      ${wish.waitsOn?.roles ?? null}, ${atMost})`;
}

/** One customer's integrations, for its own people: most recently changed first. */
export async function listOfCustomer(
  sql: Tx,
  customerId: string,
  wish: Omit<ListWish, 'order'>,
): Promise<ListedIntegration[]> {
  const { phase = null, state = null, search = null, waitsOn, last, limit } = wish;
  return sql<ListedIntegration[]>`
    select i.id, i.customer_id as "customerId", c.code as "customerCode", c.name as "customerName", i.folded,
           i.changed_at as "changedAt", i.since
    from integrations.integrations i join customers.customers c on c.id = i.customer_id
    where i.customer_id = ${customerId}
      and (${phase}::text is null or i.phase = ${phase}) and (${state}::text is null or i.state = ${state})
      and integrations.is_wanted(i, c, ${search}, ${waitsOn?.people ?? null}, ${waitsOn?.roles ?? null})
      and (${last?.at ?? null}::timestamptz is null
           or (i.changed_at, i.id) < (${last?.at ?? null}::timestamptz, ${last?.id ?? null}::uuid))
    order by i.changed_at desc, i.id desc limit ${limit}`;
}

/** How many integrations of all customers stand in each state, of those looked for. */
export async function countAcrossCustomers(sql: Tx | Database, wish: Wish = {}) {
  return sql<{ state: IntegrationState; phase: IntegrationPhase; count: number }[]>`
    select state, phase, count from integrations.counts_across_customers(${wish.search ?? null},
      ${wish.waitsOn?.people ?? null}, ${wish.waitsOn?.roles ?? null})`;
}

export interface ListedWait
  extends Row<
    'integrations.waits',
    'integration_id' | 'customer_id' | 'step' | 'sentence' | 'since' | 'paused_seconds' | 'due_at'
  > {
  customerCode: string;
  customerName: string;
  name: string;
  state: IntegrationState;
}

/** What waits on some of the vendor's people, over all customers; longest waiting first. */
export async function waitsAcrossCustomers(
  sql: Tx | Database,
  { people, roles }: { people: string[]; roles: string[] },
  limit: number,
): Promise<ListedWait[]> {
  return sql<ListedWait[]>`
    select integration_id as "integrationId", customer_id as "customerId", customer_code as "customerCode",
           customer_name as "customerName", name, state, step, sentence, since,
           paused_seconds as "pausedSeconds", due_at as "dueAt"
    from integrations.waits_across_customers(${people}, ${roles}, ${limit})`;
}

/** What waits on a customer's own people. */
export async function waitsOfCustomer(sql: Tx, customerId: string, limit: number): Promise<ListedWait[]> {
  return sql<ListedWait[]>`
    select i.id as "integrationId", i.customer_id as "customerId", c.code as "customerCode",
           c.name as "customerName", i.name, i.state, w.step, w.sentence, w.since,
           w.paused_seconds as "pausedSeconds", w.due_at as "dueAt"
    from integrations.waits w
    join integrations.integrations i on i.customer_id = w.customer_id and i.id = w.integration_id
    join customers.customers c on c.id = w.customer_id
    where w.customer_id = ${customerId} and w.role = 'customer' and not i.held
    order by w.since, i.id limit ${limit}`;
}

export async function insertAttachment(
  sql: Tx,
  customerId: string,
  integrationId: string,
  attachment: { id: string; name: string; mediaType: string; sha256: Buffer; content: Buffer },
  at: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into integrations.attachments (customer_id, id, integration_id, name, media_type, sha256, content, added_at)
    values (${customerId}, ${attachment.id}, ${integrationId}, ${attachment.name}, ${attachment.mediaType},
      ${attachment.sha256}, ${attachment.content}, ${at.toString()})`;
}

export async function readAttachment(sql: Tx, customerId: string, integrationId: string, id: string) {
  const [row] = await sql<Row<'integrations.attachments', 'name' | 'media_type' | 'content'>[]>`
    select name, media_type as "mediaType", content from integrations.attachments
    where customer_id = ${customerId} and integration_id = ${integrationId} and id = ${id}`;
  return row;
}
