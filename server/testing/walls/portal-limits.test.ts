import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadConfig } from '#platform/config.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { portalActs } from '../../doors/http/bound-portal.ts';
import { modules } from '../../wiring.ts';
import { openTestDatabase, type TestDatabase } from '../database.ts';
import { makeCustomer, makePerson } from '../factories.ts';
import { type TestServer, testServer } from '../http.ts';
import { freshSshKey } from '../ssh-key.ts';

type Person = Awaited<ReturnType<typeof makePerson>>;

const calls = 200;
const sandbox = '/api/customers/:customer/environments/:environment';
let t: TestDatabase;
let server: TestServer;
let ours: Awaited<ReturnType<typeof makeCustomer>>;
let theirs: Awaited<ReturnType<typeof makeCustomer>>;
let other: Person;
const urls = new Set<string>();

before(async () => {
  t = await openTestDatabase();
  const listener = {
    name: 'listener',
    routes: (app: TestServer['app']) =>
      void app.addHook('onRoute', ({ method, url }) => void urls.add(`${[method].flat().join()} ${url}`)),
  };
  nextHour();
  server = await testServer(t.platform, [listener, ...modules]);
  ours = await makeCustomer(t.platform);
  theirs = await makeCustomer(t.platform);
  other = await developerOf(theirs);
});
after(async () => {
  await server?.close();
  await t?.close();
});

const developerOf = (customer: { customerId: string }) =>
  makePerson(t.platform, { roles: ['developer', 'project-owner'], customerId: customer.customerId });

/** The middle of the next hour, so that no test runs across the end of one. */
function nextHour(): void {
  const hour = t.platform.clock
    .now()
    .toZonedDateTimeISO('UTC')
    .round({ smallestUnit: 'hour', roundingMode: 'floor' });
  t.platform.clock.set(hour.add({ minutes: 90 }).toInstant());
}

/** The address of a route for a customer; objects in it do not exist. */
function fill(route: string, { customerId }: { customerId: string }): string {
  const [, url = ''] = route.split(' ');
  const ids: Record<string, string> = {
    customer: showId('cus', customerId),
    environment: 'sandbox',
    audit: showId('aud', uuidv7()),
    account: showId('sfa', uuidv7()),
    key: showId('key', uuidv7()),
    endpoint: showId('whe', uuidv7()),
    receiver: showId('whr', uuidv7()),
    delivery: showId('dlv', uuidv7()),
    message: showId('msg', uuidv7()),
    integration: showId('int', uuidv7()),
    exchange: showId('exc', uuidv7()),
    transfer: showId('trf', uuidv7()),
    employee: showId('emp', uuidv7()),
    action: 'plan',
    format: 'EMP',
    version: '1',
  };
  return url.replaceAll(/:(\w+)/g, (_, name: string) => ids[name] ?? name);
}

const bodies: Record<string, (n: number) => unknown> = {
  [`POST ${sandbox}/key-requests`]: (n) => ({
    label: 'HR',
    purpose: `Purpose ${n}`,
    scopes: ['employees:read'],
  }),
  [`POST ${sandbox}/endpoints`]: (n) => ({ label: `Hook ${n}`, url: 'https://hooks.example/in' }),
  [`POST ${sandbox}/receivers`]: (n) => ({ label: `Receiver ${n}` }),
  [`POST ${sandbox}/files/accounts/:account/keys`]: () => ({ publicKey: freshSshKey('bound').public }),
  [`POST ${sandbox}/files/transfers/:transfer/reject`]: () => ({
    reason: 'The file is not ours',
    sha256: 'a'.repeat(64),
  }),
  'POST /api/page-faults': (n) => ({ id: `flt_${n}`, kind: 'TypeError', places: [] }),
};

/** Acts that are changes: of integrations, exchanges, files, endpoints. */
const changes = [
  'POST /api/customers/:customer/integrations/:integration/actions/:action',
  `POST ${sandbox}/files/formats/:format/:version/acknowledge`,
  `POST ${sandbox}/files/transfers/:transfer/reject`,
];

async function call(person: Person, route: string, of: { customerId: string }, n: number) {
  const upload = /\/audits$|\/audits\/:audit\/file$/.test(route);
  const url = fill(route, of) + (upload ? '?track=web-api&fileName=people.csv' : '');
  if (upload) return server.as(person).post(url, 'employee_number\n1\n', { 'content-type': 'text/csv' });
  return server.as(person).post(url, bodies[route]?.(n) ?? {});
}

test('every act that has a kind of its own is a route that is there', () => {
  for (const route of Object.keys(portalActs).filter((one) => !one.endsWith('/page-faults')))
    assert.ok(urls.has(route), route);
});

const { portal } = loadConfig({}, {});
const mostOf = {
  uploads: portal.uploadsPerHour,
  additions: portal.additionsPerHour,
  sends: portal.sendsPerHour,
  faults: portal.faultsPerHour,
  changes: portal.changesPerHour,
};

for (const route of [...Object.keys(portalActs), ...changes])
  test(`200 calls at once of one person are bounded, and hold up nobody else: ${route}`, async () => {
    const person = await developerOf(ours);
    const most = mostOf[portalActs[route] ?? 'changes'];
    assert.ok(most < calls);
    const answers = await Promise.all(Array.from({ length: calls }, (_, n) => call(person, route, ours, n)));
    const refused = answers.filter(({ body }) => body.includes('"too-many-requests"'));
    assert.equal(refused.length, calls - most, String(answers[0]?.body));
    const [first] = refused;
    assert.equal(first?.statusCode, 429);
    const wait = Number(first?.headers['retry-after']);
    assert.ok(wait >= 1 && wait <= 3600, String(wait));
    assert.match(
      first?.json().detail,
      new RegExp(`at most ${most} .*in an hour; the next one is possible at 2`),
    );

    for (const [who, of] of [
      [await developerOf(ours), ours],
      [other, theirs],
    ] as const) {
      const answer = await call(who, route, of, calls);
      assert.doesNotMatch(answer.body, /too-many-requests/, answer.body);
    }
  });

test('the next hour begins anew', async () => {
  const person = await developerOf(ours);
  const route = changes[1] ?? '';
  for (let n = 0; n <= portal.changesPerHour; n++) await call(person, route, ours, n);
  assert.equal((await call(person, route, ours, 0)).statusCode, 429);
  nextHour();
  assert.notEqual((await call(person, route, ours, 0)).statusCode, 429);
});

test('endpoints and receivers of an environment are bounded in all, however they are asked for, with the number', async () => {
  const customer = await makeCustomer(t.platform);
  const people = [await developerOf(customer), await developerOf(customer), await developerOf(customer)];
  for (const [kind, most] of [
    ['endpoints', portal.endpoints],
    ['receivers', portal.receivers],
  ] as const) {
    nextHour();
    const route = `POST ${sandbox}/${kind}`;
    const answers = await Promise.all(
      people.flatMap((person) => Array.from({ length: 50 }, (_, n) => call(person, route, customer, n))),
    );
    assert.equal(answers.filter(({ statusCode }) => statusCode < 300).length, most, String(answers[0]?.body));
    const refused = answers.find(({ statusCode }) => statusCode === 409);
    assert.equal(refused?.json().code, `too-many-${kind}`);
    assert.match(refused?.json().detail, new RegExp(`^${most} `));
    const [person] = people;
    const listed = await server.as(person ?? null).get(fill(`GET ${sandbox}/${kind}`, customer));
    assert.equal(listed.json().items.length, most);
  }
});

test('SFTP accounts and exchanges of an environment are bounded, and the list shows all of them', async () => {
  const customer = await makeCustomer(t.platform);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  for (const [kind, most, code] of [
    ['accounts', 100, 'too-many-accounts'],
    ['exchanges', 200, 'too-many-exchanges'],
  ] as const) {
    const url = fill(`POST ${sandbox}/files/${kind}`, customer);
    const body = (n: number) => (kind === 'accounts' ? { userName: `bound-${n}` } : { code: `bound-${n}` });
    const answers = await Promise.all(
      Array.from({ length: most + 5 }, (_, n) => server.as(manager).post(url, body(n))),
    );
    assert.equal(
      answers.filter(({ statusCode }) => statusCode === 201).length,
      most,
      String(answers[0]?.body),
    );
    const refused = answers.filter(({ statusCode }) => statusCode !== 201);
    assert.deepEqual(new Set(refused.map((one) => one.json().code)), new Set([code]));
    assert.equal((await server.as(manager).get(url)).json().items.length, most);
  }
});
