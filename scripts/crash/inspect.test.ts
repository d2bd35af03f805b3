import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '#platform/database.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { modules } from '../../server/wiring.ts';
import { consumers } from './consumers.ts';
import { inspect } from './inspect.ts';
import { makeWorld, type World } from './small-world.ts';

let t: TestDatabase;
let world: World;
let db: Database;

before(async () => {
  t = await openTestDatabase();
  const url = new URL(process.env['FAIRLEAD_TEST_DATABASE'] ?? '');
  url.pathname = new URL(t.ownerUrl).pathname;
  db = openDatabase(url.href, { max: 1 });
  world = await makeWorld(t.platform, db);
});
after(async () => {
  await db.end();
  await t.close();
});

/** What the inspection finds after some harm was done to the small world, or to what was noted of it; then undone. */
async function findings(harm: { sql?: string; noted?: World['acknowledged'] }): Promise<string[]> {
  let faults: string[] = [];
  const undone = new Error('undone');
  await db
    .begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      if (harm.sql !== undefined) await sql.unsafe(harm.sql);
      ({ faults } = await inspect(sql, harm.noted ?? world.acknowledged, 0));
      throw undone;
    })
    .catch((error) => {
      if (error !== undone) throw error;
    });
  return faults;
}

const noted = (change: (one: World['acknowledged'][number]) => object) =>
  world.acknowledged.map((one) => ({ ...one, ...change(one) })) as World['acknowledged'];

test('a world in which nothing was lost has no faults', async () => {
  assert.deepEqual(await findings({}), []);
});

test('every consumer of the modules is asked about', () => {
  assert.deepEqual(
    consumers.toSorted((a, b) => a.consumer.localeCompare(b.consumer)),
    modules
      .flatMap((module) => module.consumers?.(t.platform) ?? [])
      .map(({ name, kinds }) => ({ consumer: name, kinds }))
      .toSorted((a, b) => a.consumer.localeCompare(b.consumer)),
  );
});

const lost: [what: string, fault: RegExp, noted: () => World['acknowledged']][] = [
  [
    'an employee that was taken and is not there',
    /took and that are lost/,
    () => noted((one) => (one.kind === 'employee' ? { employeeNumber: '999999' } : {})),
  ],
  [
    'a newer version than is there',
    /older than it said/,
    () => noted((one) => (one.kind === 'employee' ? { version: one.version + 1 } : {})),
  ],
  [
    'a change nobody was told of',
    /nobody was told of/,
    () => world.acknowledged.filter((one) => !(one.kind === 'employee' && one.version === 2)),
  ],
  [
    'two changes with one version',
    /two different changes were told/,
    () => world.acknowledged.concat(world.acknowledged.filter((one) => one.kind === 'employee')),
  ],
  [
    'a message whose receipt leads nowhere',
    /messages with a receipt that are lost/,
    () => noted((one) => (one.kind === 'message' ? { id: 'msg_other' } : {})),
  ],
  [
    'a file that is not there',
    /files that the SFTP door took/,
    () => noted((one) => (one.kind === 'file' ? { sha256: '0'.repeat(64) } : {})),
  ],
  [
    'a mail that stands on no ticket',
    /mails that the SMTP door took/,
    () => noted((one) => (one.kind === 'mail' ? { id: '<another@kowhai.example>' } : {})),
  ],
  [
    'a webhook that tells of no event',
    /tell of no event/,
    () =>
      noted((one) => (one.kind === 'webhook' ? { id: one.id.replace(/.{4}$/, '0000'), type: one.type } : {})),
  ],
  [
    'a webhook with two bodies',
    /different bodies/,
    () =>
      world.acknowledged.concat(
        noted((one) => ({ ...one, sha256: 'other' })).filter((one) => one.kind === 'webhook'),
      ),
  ],
  [
    'a delivery the customer never saw',
    /never came to the customer/,
    () => world.acknowledged.filter((one) => one.kind !== 'webhook'),
  ],
];
for (const [what, fault, acknowledged] of lost)
  test(`what was acknowledged and is not so is found: ${what}`, async () => {
    assert.match((await findings({ noted: acknowledged() })).join('\n'), fault);
  });

const repeated = (set: string) =>
  `update platform.streams s set head = head + 1 from platform.events e
     where e.stream_id = s.id and e.type = 'employee.created' and e.source->>'channel' = 'webhook';
   insert into platform.events select s.id, s.head, e.recorded_at, uuidv7(), e.type, e.subject, ${set}, e.effective_from,
     e.actor, e.source from platform.events e join platform.streams s on s.id = e.stream_id
     where e.type = 'employee.created' and e.source->>'channel' = 'webhook';
   update platform.cursors c set sequence = s.head from platform.streams s where s.id = c.stream_id;`;
const harms: [what: string, fault: RegExp, sql: string][] = [
  [
    'the last event of a stream gone',
    /streams whose numbers have holes/,
    `delete from platform.events e using platform.streams s where s.id = e.stream_id and s.kind = 'environment'
       and e.sequence = s.head`,
  ],
  ['an event gone from within', /have holes/, `delete from platform.events where sequence = 1`],
  [
    'a consumer that has never begun',
    /has never begun/,
    `delete from platform.cursors where consumer = 'certification.scenarios'`,
  ],
  ['a consumer that is behind', /events behind/, `update platform.cursors set sequence = sequence - 1`],
  ['a change told of twice', /tells of twice/, repeated('e.data')],
  ['a message applied twice', /messages applied twice/, repeated(`jsonb_set(e.data, '{version}', '2')`)],
  [
    'a version without an event',
    /versions of employees/,
    `update payroll.employments set version = version + 1`,
  ],
  [
    'a record without its creation',
    /whose creation the log does not hold/,
    `insert into payroll.employments (environment_id, customer_id, id, person_id, company_code, employee_number, start_date,
       created_at, updated_at) select environment_id, customer_id, uuidv7(), person_id, company_code, '777777', start_date,
       created_at, updated_at from payroll.employments limit 1`,
  ],
  [
    'a mail on a ticket twice',
    /on tickets twice/,
    `insert into desk.mails (customer_id, ticket_id, direction, inbox_id, from_address, recipients, subject, body_text,
       message_id, verified_by, at) select customer_id, ticket_id, direction, uuidv7(), from_address, recipients, subject,
       body_text, message_id, verified_by, at from desk.mails`,
  ],
  ['a message left lying', /never worked on/, `update webhooks.inbound set state = 'received'`],
  ['a file left half-way', /without an outcome/, `update file_exchange.transfers set state = 'applying'`],
  [
    'an event that was never queued for an endpoint',
    /never queued/,
    `delete from webhooks.deliveries where position = 1`,
  ],
  ['a delivery left behind', /left behind/, `update webhooks.deliveries set state = 'waiting'`],
];
for (const [what, fault, sql] of harms)
  test(`what was lost or done twice is found: ${what}`, async () => {
    assert.match((await findings({ sql })).join('\n'), fault);
  });
