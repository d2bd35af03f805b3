import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AuditEntryView } from '#contract/access.ts';
import type { Role } from '#contract/roles.ts';
import type { Actor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { access } from './index.ts';

let t: TestDatabase;
let server: TestServer;
before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [access]);
});
after(async () => {
  await server.close();
  await t.close();
});

const act = (actor: Actor, customerId: string | undefined, action: string, subject: string) =>
  transact(t.platform, customerId === undefined ? {} : { customerId }, actor, async (work) =>
    work.audit({ action, subject, detail: { state: { old: 'a', new: 'b' } } }),
  );

async function readAs(role: Role, path: string): Promise<AuditEntryView[]> {
  const reply = await server.as(await makePerson(t.platform, { roles: [role] })).get(path);
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.json().items;
}

test('the audit trail is found by words of the action, by who did it, by any id and by day', async () => {
  const { customerId } = await makeCustomer(t.platform);
  const hohepa = await makePerson(t.platform, { roles: ['support'], name: 'Hōhepa Trail' });
  const other = await makePerson(t.platform, { roles: ['support'], name: 'Other Person' });
  const subject = showId('est', '019a0000-0000-7000-8000-000000000001');
  await act(hohepa, customerId, 'trail-test.looked', subject);
  await act(other, undefined, 'trail-test.touched', 'something');
  const found = async (query: string) =>
    (await readAs('auditor', `/api/audit?${query}`)).map((entry) => entry.action.replace('trail-test.', ''));
  assert.deepEqual(await found('search=trail'), ['touched', 'looked'], 'newest first');
  assert.deepEqual(await found('search=hohepa'), ['looked']);
  assert.deepEqual(await found(`search=${subject}`), ['looked']);
  assert.deepEqual(await found(`search=${showId('per', other.id)}`), [
    'touched',
    'person.create',
    'user.insert',
  ]);
  assert.ok((await found(`search=${showId('cus', customerId)}`)).includes('looked'));
  assert.deepEqual(await found('search=nobody-did-this'), []);
  const today = t.platform.clock.today(t.platform.config.vendor.timeZone);
  assert.deepEqual(await found(`search=trail&from=${today}&until=${today}`), ['touched', 'looked']);
  assert.deepEqual(await found(`search=trail&from=${today.add({ days: 1 })}`), []);
  assert.deepEqual(await found(`search=trail&until=${today.subtract({ days: 1 })}`), []);
  const [entry] = await readAs('administrator', '/api/audit?search=hohepa');
  assert.deepEqual(
    [entry?.actor.name, entry?.customer?.id, entry?.subject, entry?.detail],
    ['Hōhepa Trail', showId('cus', customerId), subject, { state: { old: 'a', new: 'b' } }],
  );
});

test('a page of the audit trail goes on where the one before ended', async () => {
  const person = await makePerson(t.platform, { roles: ['support'], name: 'Paged Person' });
  for (let n = 1; n <= 5; n++) await act(person, undefined, 'paged.act', `n${n}`);
  const seen: (string | null)[] = [];
  const auditor = server.as(await makePerson(t.platform, { roles: ['auditor'] }));
  for (let after = ''; ; ) {
    const { items, next } = (await auditor.get(`/api/audit?search=paged&limit=2${after}`)).json();
    seen.push(...items.map((entry: AuditEntryView) => entry.subject));
    if (next === null) break;
    after = `&before=${next}`;
  }
  assert.deepEqual(seen, ['n5', 'n4', 'n3', 'n2', 'n1']);
});

test('who may read the audit trail: all of it administrators and auditors, a customer’s the manager too', async () => {
  const one = await makeCustomer(t.platform);
  const two = await makeCustomer(t.platform);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  await act(manager, one.customerId, 'wall.one', 'one');
  await act(manager, two.customerId, 'wall.two', 'two');
  const own = `/api/customers/${showId('cus', one.customerId)}/audit`;
  assert.deepEqual(
    (await readAs('integrations-manager', `${own}?search=wall`)).map((entry) => entry.action),
    ['wall.one'],
  );
  assert.equal((await server.as(manager).get('/api/audit')).statusCode, 403);
  for (const role of ['support', 'commercial-director'] as const) {
    const person = server.as(await makePerson(t.platform, { roles: [role] }));
    assert.equal((await person.get('/api/audit')).statusCode, 403);
    assert.equal((await person.get(own)).statusCode, 403);
  }
  const theirs = await makePerson(t.platform, { roles: ['project-owner'], customerId: one.customerId });
  assert.equal((await server.as(theirs).get('/api/audit')).statusCode, 403);
  assert.equal((await server.as(theirs).get(own)).statusCode, 403);
  const auditor = server.as(await makePerson(t.platform, { roles: ['auditor'] }));
  for (const wrong of ['from=soon', 'before=none', 'limit=0'])
    assert.equal((await auditor.get(`/api/audit?${wrong}`)).statusCode, 400, wrong);
});
