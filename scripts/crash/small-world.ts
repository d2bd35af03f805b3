import { employeeInput } from '#contract/payroll.ts';
import { webhookEventTypes } from '#contract/webhooks.ts';
import { putEmployee } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Database } from '#platform/database.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import type { Acknowledgement } from '../../server/demonstration/robot/acknowledgement.ts';
import { companyCode, employeeDocument } from '../../server/demonstration/robot/people.ts';
import { consumers } from './consumers.ts';

/** What a customer has been told in a database that holds it all. */
export interface World {
  acknowledged: Acknowledgement[];
}

const sha256 = 'ab'.repeat(32);
const transferId = uuidv7();
const mailId = '<question@kowhai.example>';

/**
 * A database as a short journey would leave it: two changes through the Web API, a message applied, a file used, every
 * event delivered to an endpoint, and all consumers at the end; with what the customer noted of it. `sql` is a superuser's.
 */
export async function makeWorld(platform: Platform, sql: Database): Promise<World> {
  const scope = await makeEmployer(platform);
  const [first, second] = [employeeDocument(0), employeeDocument(1)];
  await put(platform, scope, first, { channel: 'api' });
  const known = { person: { ...first.employee.person, preferredName: 'Kit' } };
  await put(platform, scope, { ...first, employee: known }, { channel: 'api' });
  const messageId = 'msg_first';
  await put(platform, scope, second, { channel: 'webhook', messageId });
  await transact(platform, scope, systemActor('test'), async (work) => {
    work.emit(scope.environmentId, {
      type: 'transfer.applied',
      subject: { transferId: showId('trf', transferId) },
      data: { sha256 },
    });
  });
  const message = uuidv7();
  const delivered = await addRows(sql, scope, { message, messageId });
  const employee = {
    kind: 'employee',
    environment: 'sandbox',
    companyCode,
    employeeNumber: first.employeeNumber,
  } as const;
  return {
    acknowledged: [
      { ...employee, version: 1, changed: true },
      { ...employee, version: 2, changed: true },
      { kind: 'message', id: messageId, receipt: showId('msg', message) },
      { kind: 'file', user: 'kowhai-sandbox', name: 'people.csv', sha256 },
      { kind: 'mail', id: mailId },
      ...delivered.map(
        ({ id, type }) => ({ kind: 'webhook', id: showId('msg', id), type, sha256: id }) as const,
      ),
    ],
  };
}

function put(
  platform: Platform,
  scope: PayrollScope,
  { employeeNumber, employee }: { employeeNumber: string; employee: object },
  source: { channel: string; messageId?: string },
) {
  return transact(platform, scope, systemActor('test'), (work) =>
    putEmployee(work, {
      ...scope,
      companyCode,
      employeeNumber,
      input: employeeInput.parse(employee),
      source: source as { channel: string },
    }),
  );
}

/** The rows that doors and consumers would have left; returns the events that were delivered. */
async function addRows(
  sql: Database,
  scope: PayrollScope,
  { message, messageId }: { message: string; messageId: string },
): Promise<{ id: string; type: string }[]> {
  const { environmentId: environment, customerId: customer } = scope;
  const [receiver, account, endpoint, exchange] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  return sql.begin(async (db) => {
    // Only what is asked about is there: no keys to rows that nobody asks about.
    await db`set local session_replication_role = replica`;
    await db`
      insert into webhooks.inbound (environment_id, customer_id, id, receiver_id, message_id, body, body_hash, headers,
        state, received_at)
      values (${environment}, ${customer}, ${message}, ${receiver}, ${messageId}, '', '', '{}', 'applied', now())`;
    await db`
      insert into file_exchange.accounts (environment_id, customer_id, id, user_name, created_at, created_by)
      values (${environment}, ${customer}, ${account}, 'kowhai-sandbox', now(), 'test')`;
    await db`
      insert into file_exchange.transfers (environment_id, customer_id, id, exchange_id, account_id, file_name, object_key,
        sha256, size_bytes, dry_run, state, fingerprint, received_at)
      values (${environment}, ${customer}, ${transferId}, ${exchange}, ${account}, 'people.csv', '', ${sha256}, 0,
        false, 'applied', '', now())`;
    await db`
      insert into desk.mails (customer_id, ticket_id, direction, inbox_id, from_address, recipients, subject, body_text,
        message_id, verified_by, at)
      values (${customer}, ${uuidv7()}, 'in', ${uuidv7()}, 'owner@kowhai.example', '{}', '', '', ${mailId}, 'token', now())`;
    await db`
      insert into webhooks.endpoints (environment_id, customer_id, id, label, url, include_values, skip_own_changes,
        fingerprint, active_from, created_at, created_by)
      values (${environment}, ${customer}, ${endpoint}, '', '', true, false, '', 0, now(), 'test')`;
    const delivered = await db<{ id: string; type: string }[]>`
      select id, type from platform.events
      where stream_id = ${environment} and type = any (${webhookEventTypes as readonly string[] as string[]})
      order by sequence`;
    for (const [i, { id, type }] of delivered.entries())
      await db`
        insert into webhooks.deliveries (environment_id, customer_id, endpoint_id, position, message_id, event_type, body,
          state, next_at, created_at)
        values (${environment}, ${customer}, ${endpoint}, ${i + 1}, ${id}, ${type}, '', 'delivered', now(), now())`;
    await db`
      insert into platform.cursors (consumer, stream_id, sequence)
      select w.consumer, s.id, s.head from jsonb_to_recordset(${db.json(consumers as never)})
        as w(consumer text, kinds text[]) join platform.streams s on s.kind = any (w.kinds)`;
    return [...delivered];
  });
}
