import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { showId } from '#platform/ids.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { newestMail } from '#testing/outbox.ts';
import { access, actorOf, delegatesOf, personByEmail, personById, seatsOf } from './index.ts';

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

const per = (person: { id: string }) => showId('per', person.id);
const day = (days: number) =>
  t.platform.clock.today(t.platform.config.vendor.timeZone).add({ days }).toString();
const moveDatabaseClock = (days: number) =>
  t.owner`update platform.clock set offset_ms = ${days * 24 * 3_600_000}`;

test('a delegate has the roles and seats of who is away, on those days only', async () => {
  const lead = await makePerson(t.platform, { roles: ['customer-team-lead'] });
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  const body = { delegate: per(standIn), startsOn: day(1), endsOn: day(2) };
  const made = await server.as(lead).post(`/api/people/${per(lead)}/delegations`, body);
  assert.equal(made.statusCode, 201, made.body);
  assert.deepEqual(made.json().delegate, { id: per(standIn), name: standIn.name });

  const seen = async () => {
    const person = await personById(t.platform.db, standIn.id);
    assert.ok(person);
    return { roles: person.roles, seats: seatsOf(person) };
  };
  const alone = { roles: ['support'], seats: [standIn.id] };
  const both = { roles: ['customer-team-lead', 'support'], seats: [standIn.id, lead.id] };
  assert.deepEqual(await seen(), alone);
  await moveDatabaseClock(1);
  assert.deepEqual(await seen(), both);
  assert.deepEqual(
    (await delegatesOf(t.platform.db as never, lead.id)).map((one) => one.id),
    [standIn.id],
  );
  await moveDatabaseClock(2);
  assert.deepEqual(await seen(), both);
  await moveDatabaseClock(3);
  assert.deepEqual(await seen(), alone);
  await moveDatabaseClock(1);

  const acting = await personById(t.platform.db, standIn.id);
  assert.ok(acting);
  const onwards = await server
    .as(actorOf(acting))
    .post(`/api/people/${per(lead)}/delegations`, { ...body, startsOn: day(9), endsOn: day(9) });
  assert.equal(onwards.statusCode, 403, 'a delegate hands nothing on');

  const { id } = made.json();
  const stranger = await makePerson(t.platform, { roles: ['commercial-director'] });
  const end = `/api/people/${per(lead)}/delegations/${id}`;
  assert.equal((await server.as(stranger).delete(end)).statusCode, 403);
  assert.equal((await server.as(lead).delete(end)).statusCode, 204);
  assert.deepEqual(await seen(), alone);
  assert.equal((await server.as(lead).delete(end)).statusCode, 404);
  await moveDatabaseClock(0);
});

test('a delegation that cannot be says which part is wrong', async () => {
  const lead = await makePerson(t.platform, { roles: ['customer-team-lead'] });
  const other = await makePerson(t.platform, { roles: ['support'] });
  const { customerId } = await makeCustomer(t.platform);
  const outsider = await makePerson(t.platform, { roles: ['developer'], customerId });
  const ask = async (body: object) => {
    const reply = await server.as(lead).post(`/api/people/${per(lead)}/delegations`, {
      delegate: per(other),
      startsOn: day(0),
      endsOn: day(5),
      ...body,
    });
    return reply.statusCode === 422 ? reply.json().errors[0].pointer : reply.statusCode;
  };
  assert.equal(await ask({ delegate: per(lead) }), '/delegate');
  assert.equal(await ask({ delegate: per(outsider) }), '/delegate');
  assert.equal(await ask({ startsOn: day(3), endsOn: day(2) }), '/endsOn');
  assert.equal(await ask({ startsOn: day(-9), endsOn: day(-1) }), '/endsOn');
  assert.equal(await ask({ endsOn: day(366) }), '/endsOn');
  assert.equal(await ask({ endsOn: 'soon' }), 400);
  assert.equal(await ask({}), 201);
  assert.equal(await ask({ startsOn: day(5), endsOn: day(6) }), '/startsOn');
  assert.equal(await ask({ startsOn: day(6), endsOn: day(6) }), 201);
});

test('who is let go is signed out, and the last administrator cannot go', async () => {
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const person = await makePerson(t.platform, { roles: ['support'] });
  await t.owner`
    insert into auth.session (id, "expiresAt", token, "userId")
    values ('one', now() + interval '1 hour', 'token', ${person.id})`;
  const change = (who: { id: string }, body: object) =>
    server
      .as(admin)
      .put(`/api/people/${per(who)}`, { name: 'Changed', roles: ['support'], active: true, ...body });
  assert.equal((await change(person, { roles: ['lead-consultant'] })).statusCode, 200);
  assert.deepEqual((await personById(t.platform.db, person.id))?.roles, ['lead-consultant']);
  assert.equal((await change(person, { active: false })).json().active, false);
  assert.equal(await personById(t.platform.db, person.id), undefined);
  assert.equal((await t.owner`select 1 from auth.session`).length, 0);
  assert.equal((await change(person, { active: true })).statusCode, 200);

  assert.equal((await change(admin, { active: false })).json().code, 'last-administrator');
  assert.equal((await change(admin, {})).json().code, 'last-administrator');
  const second = await makePerson(t.platform, { roles: ['administrator'] });
  assert.equal((await change(second, { roles: ['developer'] })).json().code, 'role-not-for-customer');
  assert.equal((await change(admin, {})).statusCode, 200);
  const trail = await t.owner<{ action: string }[]>`
    select action from platform.audit where subject = ${person.id} and action = 'person.change'`;
  assert.equal(trail.length, 3);
});

test('an address that two ask for at once goes to one of them, whoever else has it is not told apart', async () => {
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const add = (email: string) =>
    server.as(admin).post('/api/people', { name: 'Same', email, roles: ['support', 'support'] });
  const both = await Promise.all([add('same@vendor.example'), add('Same@vendor.example')]);
  assert.deepEqual(both.map((one) => one.statusCode).sort(), [201, 409]);
  const { customerId } = await makeCustomer(t.platform);
  await makePerson(t.platform, { roles: ['developer'], customerId, email: 'taken@customer.example' });
  assert.equal((await add('taken@customer.example')).json().code, 'person-exists');
});

test('what somebody handed on ends when they are let go', async () => {
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const lead = await makePerson(t.platform, { roles: ['lead-consultant'] });
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  const body = { delegate: per(standIn), startsOn: day(0), endsOn: day(5) };
  assert.equal((await server.as(lead).post(`/api/people/${per(lead)}/delegations`, body)).statusCode, 201);
  const rolesNow = async () => (await personById(t.platform.db, standIn.id))?.roles;
  assert.deepEqual(await rolesNow(), ['lead-consultant', 'support']);
  const change = (active: boolean) =>
    server.as(admin).put(`/api/people/${per(lead)}`, { name: 'Gone', roles: ['lead-consultant'], active });
  assert.equal((await change(false)).statusCode, 200);
  assert.deepEqual(await rolesNow(), ['support']);
  await change(true);
  assert.deepEqual(await rolesNow(), ['support'], 'coming back hands nothing on again');
});

test('who stands in for an administrator lets nobody in and changes no roles, not even their own', async () => {
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  const body = { delegate: per(standIn), startsOn: day(0), endsOn: day(1) };
  assert.equal((await server.as(admin).post(`/api/people/${per(admin)}/delegations`, body)).statusCode, 201);
  const person = await personById(t.platform.db, standIn.id);
  assert.ok(person);
  assert.ok(person.roles.includes('administrator'));
  const acting = server.as(actorOf(person));
  const change = (roles: string[]) =>
    acting.put(`/api/people/${per(standIn)}`, { name: 'Same', roles, active: true });
  assert.equal((await change(['administrator', 'support'])).statusCode, 403);
  assert.equal((await change(['lead-consultant', 'support'])).statusCode, 403);
  const made = (roles: string[], email: string) => acting.post('/api/people', { name: 'New', email, roles });
  assert.equal((await made(['administrator'], 'new-1@vendor.example')).statusCode, 403);
  assert.equal((await made(['support'], 'new-2@vendor.example')).statusCode, 403);
  const other = await makePerson(t.platform, { roles: ['lead-consultant'] });
  assert.equal((await acting.post(`/api/people/${per(other)}/delegations`, body)).statusCode, 403);
});

test('an auditor is one until a last day', async () => {
  const admin = server.as(await makePerson(t.platform, { roles: ['administrator'] }));
  const body = { name: 'Reader', email: 'reader@vendor.example', roles: ['auditor'] };
  const refused = await admin.post('/api/people', body);
  assert.deepEqual([refused.statusCode, refused.json().code], [422, 'auditor-for-ever']);
  const made = await admin.post('/api/people', { ...body, lastDay: day(1) });
  assert.equal(made.statusCode, 201, made.body);
  const mayRead = async () => (await personByEmail(t.platform.db, body.email)) !== undefined;
  await moveDatabaseClock(1);
  assert.ok(await mayRead());
  await moveDatabaseClock(2);
  assert.ok(!(await mayRead()));
  const longer = { name: 'Reader', roles: ['auditor'], active: true, lastDay: day(5) };
  const changed = await admin.put(`/api/people/${made.json().id}`, longer);
  assert.deepEqual([changed.statusCode, changed.json().lastDay], [200, day(5)]);
  assert.ok(await mayRead());
  const forEver = await admin.put(`/api/people/${made.json().id}`, { ...longer, lastDay: null });
  assert.equal(forEver.statusCode, 422);
  await moveDatabaseClock(0);
});

test('who is added or comes back is told by mail where to sign in', async () => {
  const admin = server.as(await makePerson(t.platform, { roles: ['administrator'] }));
  const email = 'invited@vendor.example';
  const made = await admin.post('/api/people', { name: 'Invited', email, roles: ['support'] });
  assert.equal(made.statusCode, 201, made.body);
  const mail = await newestMail(t, {}, 'invitation', email);
  assert.match(mail?.text ?? '', /Kia ora Invited,.*as Support\..*\/sign-in\n/s);
  const change = (active: boolean) =>
    admin.put(`/api/people/${made.json().id}`, { name: 'Invited', roles: ['support'], active });
  await change(true);
  await change(false);
  assert.equal((await newestMail(t, {}, 'invitation', email))?.id, mail?.id);
  await change(true);
  assert.notEqual((await newestMail(t, {}, 'invitation', email))?.id, mail?.id);
});

test('the database itself keeps roles of the vendor from a customer’s people, and the other way round', async () => {
  const { customerId } = await makeCustomer(t.platform);
  const theirs = await makePerson(t.platform, { roles: ['developer'], customerId });
  const ours = await makePerson(t.platform, { roles: ['support'] });
  const give = (personId: string, role: string) =>
    t.owner`insert into access.roles (person_id, role) values (${personId}, ${role})`;
  await assert.rejects(give(theirs.id, 'administrator'), /foreign key/);
  await assert.rejects(give(ours.id, 'signatory'), /foreign key/);
  await give(theirs.id, 'signatory');
  await give(ours.id, 'lead-consultant');
});
