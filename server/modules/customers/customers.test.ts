import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CustomerView } from '#contract/customers.ts';
import { access, personByEmail } from '#modules/access/index.ts';
import { showId } from '#platform/ids.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { newestMail } from '#testing/outbox.ts';
import { customers } from './index.ts';

let t: TestDatabase;
let server: TestServer;
before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, [access, customers]);
});
after(async () => {
  await server.close();
  await t.close();
});

test('a contact who may no longer sign in is signed out at once, and can be let in again', async () => {
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const { customerId } = await makeCustomer(t.platform);
  const base = `/api/customers/${showId('cus', customerId)}`;
  const email = 'devi@contacts.example';
  const contact = { name: 'Devi', email, kind: 'developer', hasAuthority: true, invite: true };
  const made = (await server.as(director).post(`${base}/contacts`, contact)).json();
  const person = await personByEmail(t.platform.db, email);
  assert.deepEqual(person?.roles, ['developer', 'signatory']);
  await t.owner`
    insert into auth.session (id, "expiresAt", token, "userId")
    values ('one', now() + interval '1 hour', 'token', ${person?.id ?? ''})`;
  const change = (body: object) =>
    server.as(director).put(`${base}/contacts/${made.id}`, {
      name: 'Devi Moana',
      kind: 'developer',
      hasAuthority: false,
      portal: true,
      ...body,
    });
  assert.equal((await change({})).json().name, 'Devi Moana');
  assert.deepEqual((await personByEmail(t.platform.db, email))?.roles, ['developer']);
  assert.equal((await change({ portal: false })).json().portal, false);
  assert.equal(await personByEmail(t.platform.db, email), undefined);
  assert.equal((await t.owner`select 1 from auth.session`).length, 0);
  const invited = await newestMail(t, { customerId }, 'invitation', email);
  assert.equal((await change({ portal: true })).statusCode, 200);
  assert.equal((await personByEmail(t.platform.db, email))?.id, person?.id);
  assert.notEqual(
    (await newestMail(t, { customerId }, 'invitation', email))?.id,
    invited?.id,
    'told by mail',
  );

  const other = await makeCustomer(t.platform);
  const foreign = `/api/customers/${showId('cus', other.customerId)}/contacts/${made.id}`;
  const elsewhere = await server
    .as(director)
    .put(foreign, { name: 'X', kind: 'other', hasAuthority: true, portal: true });
  assert.equal(elsewhere.statusCode, 404);
});

test('a customer changes but for its code; who looks after it holds the role of the place', async () => {
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const lead = await makePerson(t.platform, { roles: ['customer-team-lead'] });
  const { customerId, code } = await makeCustomer(t.platform, { serviceModel: 'saas' });
  const url = `/api/customers/${showId('cus', customerId)}`;
  const body = { name: 'Renamed', serviceModel: 'fms', domains: ['renamed.example'] };
  const reply = await server.as(director).put(url, { ...body, teamLead: showId('per', lead.id) });
  const view = reply.json<CustomerView>();
  assert.deepEqual(
    [view.name, view.serviceModel, view.code, view.teamLead?.name, view.domains, view.headCount],
    ['Renamed', 'fms', code, lead.name, ['renamed.example'], null],
  );
  const consultant = await makePerson(t.platform, { roles: ['lead-consultant'] });
  const portal = await makePerson(t.platform, { roles: ['project-owner'], customerId });
  const named = await server.as(director).put(url, {
    ...body,
    director: showId('per', director.id),
    consultant: showId('per', consultant.id),
  });
  const people = named.json<CustomerView>();
  assert.deepEqual(
    [people.director?.name, people.consultant?.name, people.teamLead],
    [director.name, consultant.name, null],
  );
  for (const [place, id] of [
    ['teamLead', director.id],
    ['director', consultant.id],
    ['consultant', portal.id],
    ['director', customerId],
  ] as const) {
    const wrong = await server.as(director).put(url, { ...body, [place]: showId('per', id) });
    assert.equal(wrong.json().code, 'account-person-without-role', wrong.body);
    assert.equal(wrong.json().errors[0].pointer, `/${place}`);
  }
  assert.equal((await server.as(director).put(url, { ...body, code: 'OTHER' })).statusCode, 400);
});

test('the list finds customers by the words of code, name and service model, with or without macrons', async () => {
  const staff = await makePerson(t.platform, { roles: ['commercial-director'] });
  const add = (code: string, name: string, serviceModel: string, headCount?: number) =>
    server.as(staff).post('/api/customers', { code, name, serviceModel, headCount });
  await add('ZKOWHAI', 'Kōwhai Pākihi 100% Ltd', 'fms', 40);
  await add('ZRATA', "Rātā & Sons' Dairy_Co", 'saas');
  const found = async (search: string) => {
    const reply = await server.as(staff).get(`/api/customers?search=${encodeURIComponent(search)}`);
    assert.equal(reply.statusCode, 200, reply.body);
    return reply.json().items.map((row: { code: string }) => row.code);
  };
  assert.deepEqual(await found('kowhai'), ['ZKOWHAI']);
  assert.deepEqual(await found('KŌWHAI pak'), ['ZKOWHAI']);
  assert.deepEqual(await found('zkow fms'), ['ZKOWHAI']);
  assert.deepEqual(await found("sons' dairy"), ['ZRATA']);
  assert.deepEqual(await found('100%'), ['ZKOWHAI']);
  for (const nothing of ['%', '_', "'", '\\', ':*', 'owhai', '& |'])
    assert.deepEqual(await found(nothing), []);
  assert.ok((await found('')).length >= 2);
});

test('the list sorts either way and goes on where a page ended, whatever it is sorted by', async () => {
  const staff = await makePerson(t.platform, { roles: ['support'] });
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  for (const [code, name, headCount] of [
    ['PAGE1', 'Āporo Paged', 7],
    ['PAGE2', 'Same Paged', undefined],
    ['PAGE3', 'Same Paged', 70],
    ['PAGE4', 'zebra Paged', 500],
  ] as const)
    await server.as(director).post('/api/customers', { code, name, serviceModel: 'saas', headCount });
  const walk = async (sort: string) => {
    const codes: string[] = [];
    for (let after = ''; ; ) {
      const reply = await server.as(staff).get(`/api/customers?search=paged&limit=1&sort=${sort}${after}`);
      assert.equal(reply.statusCode, 200, reply.body);
      const { items, next, total } = reply.json();
      if (items.length > 0) assert.equal(total, 4);
      codes.push(...items.map((row: { code: string }) => row.code.slice(4)));
      if (next === null) return codes.join('');
      after = `&after=${next}`;
    }
  };
  assert.equal(await walk('code'), '1234');
  assert.equal(await walk('-code'), '4321');
  assert.equal(await walk('name'), '1234');
  assert.equal(await walk('-name'), '4231');
  assert.equal(await walk('heads'), '1342');
  assert.equal(await walk('-heads'), '4312');
  assert.equal(await walk('since'), '1234');
  assert.equal(await walk('model'), '1234');
  for (const wrong of ['sort=colour', 'after=none-of-ours'])
    assert.equal((await server.as(staff).get(`/api/customers?${wrong}`)).statusCode, 400, wrong);
});
