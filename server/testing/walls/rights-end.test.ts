import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { actorOf, personByEmail, personById } from '#modules/access/index.ts';
import { showId } from '#platform/ids.ts';
import { modules } from '../../wiring.ts';
import { openTestDatabase, type TestDatabase } from '../database.ts';
import { makeCustomer, makePerson } from '../factories.ts';
import { type TestServer, testServer } from '../http.ts';
import { newestMail } from '../outbox.ts';
import { freshSshKey } from '../ssh-key.ts';

type Person = Awaited<ReturnType<typeof makePerson>>;

let t: TestDatabase;
let server: TestServer;
let manager: Person;
let lead: Person;
let customer: Awaited<ReturnType<typeof makeCustomer>>;
let base: string;

before(async () => {
  t = await openTestDatabase();
  server = await testServer(t.platform, modules);
  manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  lead = await makePerson(t.platform, { roles: ['customer-team-lead'] });
});
beforeEach(async () => {
  customer = await makeCustomer(t.platform);
  base = `/api/customers/${showId('cus', customer.customerId)}`;
});
after(async () => {
  await server?.close();
  await t?.close();
});

let serial = 0;

interface Contact {
  id: string;
  email: string;
}

async function addContact(body: object = {}): Promise<Contact> {
  serial += 1;
  const contact = {
    name: `Contact ${serial}`,
    email: `contact-${serial}@customer.example`,
    kind: 'developer',
    ...body,
  };
  const added = await server.as(manager).post(`${base}/contacts`, contact);
  assert.equal(added.statusCode, 201, added.body);
  return added.json();
}

const change = (contact: Contact, body: object) =>
  server.as(manager).put(`${base}/contacts/${contact.id}`, {
    name: 'Changed',
    kind: 'developer',
    hasAuthority: false,
    portal: true,
    ...body,
  });
const remove = (contact: Contact) => server.as(manager).delete(`${base}/contacts/${contact.id}`);

/** The person with an address as the door would find them now. */
async function now(email: string): Promise<Person> {
  const person = await personByEmail(t.platform.db, email);
  assert.ok(person, `${email} may sign in`);
  return actorOf(person);
}

async function askForKey(contact: Contact): Promise<string> {
  serial += 1;
  const asked = await server
    .as(await now(contact.email))
    .post(`${base}/environments/sandbox/key-requests`, { label: 'HR', purpose: `Test ${serial}` });
  assert.equal(asked.statusCode, 201, asked.body);
  return asked.json().id;
}

const issue = (request: string) =>
  server.as(manager).post(`${base}/environments/sandbox/key-requests/${request}/issue`, {});

async function keyLink(contact: Contact): Promise<string> {
  assert.equal((await issue(await askForKey(contact))).statusCode, 201);
  return tokenIn('api-key-link', contact.email);
}

async function tokenIn(kind: string, email: string): Promise<string> {
  const mail = await newestMail(t, { customerId: customer.customerId }, kind, email);
  return /\/(?:links|sign-off)\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

async function secretLink(contact: Contact): Promise<string> {
  const receiver = await server.as(manager).post(`${base}/environments/sandbox/receivers`, {
    label: 'Inbound',
    sendLinkTo: contact.email,
  });
  assert.ok(receiver.statusCode < 300, receiver.body);
  return tokenIn('webhook-secret-link', contact.email);
}

const stateOf = async (token: string) => (await server.as(null).get(`/api/links/${token}`)).json().state;
const press = (token: string) => server.as(null).post(`/api/links/${token}`);

async function isVoid(token: string, why: string): Promise<void> {
  assert.equal(await stateOf(token), 'void', why);
  const pressed = await press(token);
  assert.deepEqual([pressed.statusCode, pressed.json().code], [410, 'link-void'], why);
}

for (const [how, end] of Object.entries({
  'loses the portal': (contact: Contact) => change(contact, { portal: false }),
  'gets another role': (contact: Contact) => change(contact, { kind: 'signatory' }),
  'is removed': remove,
}))
  test(`a contact who ${how} uses no link, and no request of theirs is issued, nor after they are back`, async () => {
    const contact = await addContact();
    const links = [await keyLink(contact), await secretLink(contact)];
    const request = await askForKey(contact);
    for (const link of links) assert.equal(await stateOf(link), 'ready');
    assert.ok((await end(contact)).statusCode < 300);
    for (const link of links) await isVoid(link, how);
    const seen = await server.as(manager).get(`${base}/environments/sandbox/key-requests`);
    const stored = seen.json().items.find((one: { id: string }) => one.id === request);
    assert.equal(stored.status, 'closed');
    assert.equal((await issue(request)).json().code, 'key-request-decided');

    const back =
      how === 'is removed'
        ? await server.as(manager).post(`${base}/contacts`, {
            name: 'Back',
            email: contact.email,
            kind: 'developer',
          })
        : await change(contact, {});
    assert.ok(back.statusCode < 300, back.body);
    assert.equal(back.json().id, contact.id);
    for (const link of links) await isVoid(link, `${how}, and is back`);
    assert.equal((await issue(request)).json().code, 'key-request-decided');
    assert.equal(await stateOf(await keyLink(contact)), 'ready', 'a new link works');
  });

test('a change that takes no right away leaves links and requests as they are', async () => {
  const contact = await addContact();
  const link = await keyLink(contact);
  const request = await askForKey(contact);
  assert.equal((await change(contact, { name: 'Renamed' })).statusCode, 200);
  assert.equal((await change(contact, { name: 'Renamed', hasAuthority: true })).statusCode, 200);
  assert.equal((await press(link)).statusCode, 200);
  assert.equal((await issue(request)).statusCode, 201);
});

test('a request is not issued when its asker left at the same moment', async () => {
  const contact = await addContact();
  const request = await askForKey(contact);
  const person = await now(contact.email);
  await t.owner`select set_config('app.customer', ${customer.customerId}, false)`;
  await t.owner`update access.people set active = false where id = ${person.id}`;
  const issued = await issue(request);
  assert.deepEqual([issued.statusCode, issued.json().code], [409, 'key-request-asker-left']);
});

test('a key whose holder left is listed, and is rolled to somebody who is named', async () => {
  const contact = await addContact();
  const next = await addContact();
  assert.equal((await press(await keyLink(contact))).statusCode, 200);
  const toRoll = async () => {
    const seen = await server.as(manager).get(`/api/secrets-to-roll?customer=${base.split('/').at(-1)}`);
    assert.equal(seen.statusCode, 200, seen.body);
    return seen.json().items as { keyId: string; holder: string }[];
  };
  assert.deepEqual(await toRoll(), []);
  await change(contact, { portal: false });
  const [listed, ...more] = await toRoll();
  assert.deepEqual([listed?.holder, more.length], [contact.email, 0]);
  const roll = (body: object) =>
    server.as(manager).post(`${base}/environments/sandbox/api-keys/${listed?.keyId}/roll`, body);
  const unnamed = await roll({});
  assert.deepEqual([unnamed.statusCode, unnamed.json().code], [422, 'api-key-holder-left']);
  assert.equal(unnamed.json().errors[0].pointer, '/sendLinkTo');
  assert.equal((await roll({ sendLinkTo: 'nobody@customer.example' })).json().code, 'not-a-contact');
  const gone = await roll({ sendLinkTo: contact.email });
  assert.deepEqual([gone.statusCode, gone.json().code], [422, 'api-key-holder-left'], 'not to who has left');
  const rolled = await roll({ sendLinkTo: next.email });
  assert.deepEqual([rolled.statusCode, rolled.json().mailedTo], [201, next.email]);
  assert.equal((await press(await tokenIn('api-key-link', next.email))).statusCode, 200);
  assert.deepEqual(await toRoll(), [], 'it was replaced');
});

test('an SFTP key that a leaver registered is marked and listed until it is taken out of use', async () => {
  const contact = await addContact();
  const stays = await addContact();
  const files = `${base}/environments/sandbox/files/accounts`;
  const account = (await server.as(manager).post(files, {})).json();
  const register = async (who: Contact) => {
    const { public: publicKey } = freshSshKey(who.email);
    const body = { publicKey, label: who.email };
    const done = await server.as(await now(who.email)).post(`${files}/${account.id}/keys`, body);
    assert.equal(done.statusCode, 201, done.body);
  };
  await register(contact);
  await register(stays);
  await register(contact);
  const list = async (page = '') => {
    const url = `/api/sftp-keys-to-retire?customer=${base.split('/').at(-1)}${page}`;
    const seen = await server.as(manager).get(url);
    assert.equal(seen.statusCode, 200, seen.body);
    return seen.json() as { items: { id: string; holder: string; userName: string }[]; next: string | null };
  };
  const marked = async () => {
    const [{ keys }] = (await server.as(manager).get(files)).json().items;
    return keys.map((key: { holderLeft: boolean }) => key.holderLeft);
  };
  assert.deepEqual([(await list()).items, await marked()], [[], [false, false, false]]);
  await remove(contact);
  assert.deepEqual(await marked(), [true, false, true]);
  const { items } = await list();
  assert.deepEqual(
    items.map(({ holder, userName }) => [holder, userName]),
    [1, 2].map(() => [contact.email, account.userName]),
  );
  const first = await list('&limit=1');
  assert.deepEqual((await list(`&limit=1&before=${first.next}`)).items, items.slice(1));
  for (const key of items)
    assert.equal((await server.as(manager).delete(`${files}/${account.id}/keys/${key.id}`)).statusCode, 200);
  assert.deepEqual([(await list()).items, await marked()], [[], [false]]);
});

test('a webhook secret that a leaver was shown is listed until it is made anew', async () => {
  const contact = await addContact();
  const next = await addContact();
  assert.equal((await press(await secretLink(contact))).statusCode, 200);
  await remove(contact);
  const kinds = async () => {
    const seen = await server.as(manager).get(`/api/secrets-to-roll?customer=${base.split('/').at(-1)}`);
    return seen.json().items.map((one: { kind: string }) => one.kind);
  };
  assert.deepEqual(await kinds(), ['webhook-secret']);
  const receivers = await server.as(manager).get(`${base}/environments/sandbox/receivers`);
  const path = `${base}/environments/sandbox/receivers/${receivers.json().items[0].id}/roll-secret`;
  const gone = await server.as(manager).post(path, { sendLinkTo: contact.email });
  assert.equal(gone.json().code, 'unknown-contact');
  assert.ok((await server.as(manager).post(path, { sendLinkTo: next.email })).statusCode < 300);
  assert.equal((await press(await tokenIn('webhook-secret-link', next.email))).statusCode, 200);
  assert.deepEqual(await kinds(), []);
});

test('a secret that one of the vendor’s people asked for is shown to nobody once they have left', async () => {
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const person = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const made = await server.as(person).post(`${base}/environments/sandbox/receivers`, { label: 'Own' });
  assert.ok(made.statusCode < 300, made.body);
  const token = made.json().secretLink.url.split('/links/')[1];
  assert.equal(await stateOf(token), 'ready');
  const put = (active: boolean) =>
    server.as(admin).put(`/api/people/${showId('per', person.id)}`, {
      name: 'Person',
      roles: ['integrations-manager'],
      active,
    });
  await put(false);
  await isVoid(token, 'gone');
  await put(true);
  await isVoid(token, 'back');
});

test('a removed contact is no contact any more, and what they did keeps their name', async () => {
  const contact = await addContact({ hasAuthority: true });
  assert.equal((await remove(contact)).statusCode, 204);
  assert.equal((await remove(contact)).statusCode, 404);
  assert.equal((await change(contact, {})).statusCode, 404);
  const seen = (await server.as(manager).get(base)).json();
  assert.deepEqual(seen.contacts, []);
  assert.equal(await personByEmail(t.platform.db, contact.email), undefined);
  const [kept] = await t.platform.db`select 1 from customers.find_by_email(${contact.email})`;
  assert.equal(kept, undefined);
  const trail = await server.as(manager).get(`${base}/audit?search=contact.remove`);
  assert.equal(trail.json().items.length, 1);
});

test('a delegation ends with the right of who gave it: when they leave, lose the role, or their last day passes', async () => {
  const day = (days: number) =>
    t.platform.clock.today(t.platform.config.vendor.timeZone).add({ days }).toString();
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  const given = async (giver: Person) =>
    server.as(giver).post(`/api/people/${showId('per', giver.id)}/delegations`, {
      delegate: showId('per', standIn.id),
      startsOn: day(0),
      endsOn: day(5),
    });
  const seen = async () => {
    const person = await personById(t.platform.db, standIn.id);
    return [person?.roles, person?.standsFor];
  };
  for (const end of [
    (id: string) => t.owner`update access.people set active = false where id = ${id}`,
    (id: string) => t.owner`
      update access.people set last_day = ${day(-1)}, last_day_zone = 'Pacific/Auckland' where id = ${id}`,
  ]) {
    const giver = await makePerson(t.platform, { roles: ['commercial-director'] });
    assert.equal((await given(giver)).statusCode, 201);
    assert.deepEqual(await seen(), [['commercial-director', 'support'], [giver.id]]);
    await end(giver.id);
    assert.deepEqual(await seen(), [['support'], []]);
  }
  const giver = await makePerson(t.platform, { roles: ['commercial-director', 'auditor'] });
  assert.equal((await given(giver)).statusCode, 201);
  await t.owner`delete from access.roles where person_id = ${giver.id} and role = 'commercial-director'`;
  assert.deepEqual(await seen(), [['auditor', 'support'], [giver.id]]);
});

test('a stand-in changes no people: neither invites, nor grants, nor changes or removes anybody', async () => {
  const day = t.platform.clock.today(t.platform.config.vendor.timeZone).toString();
  const contact = await addContact();
  const admin = await makePerson(t.platform, { roles: ['administrator'] });
  const standIn = await makePerson(t.platform, { roles: ['support'] });
  for (const giver of [admin, lead, manager]) {
    const made = await server.as(giver).post(`/api/people/${showId('per', giver.id)}/delegations`, {
      delegate: showId('per', standIn.id),
      startsOn: day,
      endsOn: day,
    });
    assert.equal(made.statusCode, 201, made.body);
  }
  const found = await personById(t.platform.db, standIn.id);
  assert.ok(found);
  assert.ok(found.roles.includes('administrator') && found.roles.includes('customer-team-lead'));
  const acting = server.as(actorOf(found));
  const self = `/api/people/${showId('per', standIn.id)}`;
  const put = { name: 'Same', roles: ['support', 'lead-consultant'], active: true };
  const whole = (await server.as(manager).get(base)).json();
  const forbidden = {
    'roles for themselves': acting.put(self, put),
    'switching somebody off': acting.put(`/api/people/${showId('per', admin.id)}`, { ...put, active: false }),
    inviting: acting.post('/api/people', { name: 'New', email: 'n@vendor.example', roles: ['support'] }),
    delegating: acting.post(`/api/people/${showId('per', admin.id)}/delegations`, {
      delegate: showId('per', lead.id),
      startsOn: day,
      endsOn: day,
    }),
    'inviting a contact': acting.post(`${base}/contacts`, {
      name: 'C',
      email: 'c@customer.example',
      kind: 'other',
    }),
    'changing a contact': acting.put(`${base}/contacts/${contact.id}`, {
      name: 'C',
      kind: 'signatory',
      hasAuthority: true,
      portal: true,
    }),
    'removing a contact': acting.delete(`${base}/contacts/${contact.id}`),
    'naming themselves for a customer': acting.put(base, {
      name: whole.name,
      serviceModel: whole.serviceModel,
      teamLead: showId('per', standIn.id),
    }),
    'adding a domain whose mail counts': acting.put(base, {
      name: whole.name,
      serviceModel: whole.serviceModel,
      domains: ['elsewhere.example'],
    }),
  };
  for (const [what, answer] of Object.entries(forbidden)) assert.equal((await answer).statusCode, 403, what);
  const renamed = await acting.put(base, { name: 'Another name', serviceModel: whole.serviceModel });
  assert.equal(renamed.statusCode, 200, 'what is no right is changed by a stand-in as well');
});

test('one person has one open request for a purpose however it is written, a bounded number in all, and hides nobody’s', async () => {
  const contact = await addContact();
  const other = await addContact();
  const ask = async (who: Contact, purpose: string) =>
    server
      .as(await now(who.email))
      .post(`${base}/environments/sandbox/key-requests`, { label: 'HR', purpose });
  const theirs = await ask(other, 'Send employees');
  assert.equal(theirs.statusCode, 201);
  const twice = await Promise.all([ask(contact, 'Send employees'), ask(contact, 'SEND  employees')]);
  assert.deepEqual(twice.map((one) => one.statusCode).sort(), [201, 409]);
  assert.equal(twice.find((one) => one.statusCode === 409)?.json().code, 'key-request-open');
  const many = [];
  for (let i = 0; i < 14; i++) many.push((await ask(contact, `Purpose ${i}`)).statusCode);
  assert.deepEqual(many, [...Array(9).fill(201), ...Array(5).fill(429)]);

  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page = await server
      .as(manager)
      .get(`/api/key-requests?status=open&limit=4${next === '' ? '' : `&before=${next}`}`);
    assert.equal(page.statusCode, 200, page.body);
    seen.push(...page.json().items.map((one: { id: string }) => one.id));
    next = page.json().next;
  }
  assert.ok(seen.includes(theirs.json().id), 'the oldest is on a later page');
  assert.equal(new Set(seen).size, seen.length);
});
