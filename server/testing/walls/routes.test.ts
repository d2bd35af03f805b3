import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { portalRoles, type StaffRole, staffRoles } from '#contract/roles.ts';
import type { Actor } from '#platform/actor.ts';
import type { Access } from '#platform/http.ts';
import { type IdPrefix, showId, uuidv7 } from '#platform/ids.ts';
import type { Module } from '#platform/module.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import { type TestServer, testServer } from '#testing/http.ts';
import { modules } from '../../wiring.ts';
import { playCustomer } from './play-customer.ts';
import { publicRoutes } from './reviewed.ts';
import { openAboveWalls } from './stand-in-rows.ts';

interface Route {
  method: string;
  url: string;
  access: Access;
}
type Person = Actor & { kind: 'person' };

/** Where an object that an address names is kept, and its prefix. */
const objects: Record<string, { table: string; prefix: IdPrefix }> = {
  employee: { table: 'payroll.employments', prefix: 'emp' },
  endpoint: { table: 'webhooks.endpoints', prefix: 'whe' },
  delivery: { table: 'webhooks.deliveries', prefix: 'dlv' },
  receiver: { table: 'webhooks.receivers', prefix: 'whr' },
  message: { table: 'webhooks.inbound', prefix: 'msg' },
  exchange: { table: 'file_exchange.exchanges', prefix: 'exc' },
  transfer: { table: 'file_exchange.transfers', prefix: 'trf' },
  attachment: { table: 'integrations.attachments', prefix: 'doc' },
  estimate: { table: 'estimates.estimates', prefix: 'est' },
  ticket: { table: 'desk.tickets', prefix: 'tkt' },
  mail: { table: 'desk.mails', prefix: 'mal' },
  card: { table: 'pipeline.cards', prefix: 'crd' },
  opportunity: { table: 'pipeline.opportunities', prefix: 'opp' },
  integration: { table: 'integrations.integrations', prefix: 'int' },
  audit: { table: 'data_audits.audits', prefix: 'aud' },
  extract: { table: 'data_audits.extracts', prefix: 'ext' },
};

describe('who may pass which route', () => {
  let t: TestDatabase;
  let server: TestServer;
  let played: { customerId: string };
  let other: { customerId: string };
  const routes: Route[] = [];
  const staff = new Map<StaffRole, Person>();
  let insider: Person;
  let stranger: Person;

  before(async () => {
    t = await openTestDatabase();
    const listener: Module = {
      name: 'listener',
      routes: (app) =>
        void app.addHook('onRoute', (route) => {
          for (const method of [route.method].flat())
            if (method !== 'HEAD')
              routes.push({ method, url: route.url, access: route.config?.access as Access });
        }),
    };
    server = await testServer(t.platform, [listener, ...modules]);
    played = await playCustomer(t);
    other = await makeCustomer(t.platform);
    for (const role of staffRoles) staff.set(role, await makePerson(t.platform, { roles: [role] }));
    insider = await makePerson(t.platform, { roles: [...portalRoles], customerId: played.customerId });
    stranger = await makePerson(t.platform, { roles: [...portalRoles], customerId: other.customerId });
  });
  after(async () => {
    await server.close();
    await t.close();
  });

  test('every route says who may call it, and only reviewed ones are open to all', () => {
    assert.ok(routes.length > 100, 'the walk found the routes');
    for (const { method, url, access } of routes) assert.ok(access, `${method} ${url} has no access`);
    const open = routes
      .filter(({ access }) => 'public' in access)
      .map(({ method, url }) => `${method} ${url}`);
    assert.deepEqual(open.sort(), Object.keys(publicRoutes).sort());
  });

  test('nobody in particular gets 401 on everything else', async () => {
    for (const route of closed()) {
      const response = await call(null, route);
      assert.equal(response.statusCode, 401, name(route));
      const code = 'credential' in route.access ? 'api-key-missing' : 'signed-out';
      assert.equal(response.json().code, code, name(route));
      assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
    }
  });

  test("the door's own routes: live updates need a session, metrics answer this machine only", async () => {
    assert.equal((await server.as(null).get('/api/live')).statusCode, 401);
    const metrics = (remoteAddress: string) => server.app.inject({ url: '/metrics', remoteAddress });
    assert.equal((await metrics('203.0.113.7')).statusCode, 404);
    assert.equal((await metrics('127.0.0.1')).statusCode, 200);
    const fault = { id: 'flt_1', kind: 'TypeError', places: [] };
    assert.equal((await server.as(null).post('/api/page-faults', fault)).statusCode, 401);
    const auditor = staff.get('auditor') as Person;
    assert.equal((await server.as(auditor).post('/api/page-faults', fault)).statusCode, 204);
    for (const url of ['/healthz', '/readyz'])
      assert.doesNotMatch((await server.as(null).get(url)).body, /postgres|cus_|version/);
  });

  test("a portal person of another customer finds nothing under a customer's address", async () => {
    for (const route of closed().filter(({ url }) => url.includes('/:customer'))) {
      const response = await call(stranger, route);
      assert.equal(response.statusCode, 404, name(route));
      assert.equal(response.json().code, 'not-found', name(route));
    }
  });

  test('a portal person passes no route of the staff, of their own customer or of none', async () => {
    const ofStaff = closed().filter(({ access }) => 'staff' in access && access.portal === undefined);
    assert.ok(ofStaff.length > 30);
    for (const route of ofStaff) await isForbidden(insider, route);
  });

  test('a role that a route does not name is refused', async () => {
    for (const route of closed()) {
      const { access } = route;
      if ('staff' in access && access.staff !== 'any')
        for (const [role, person] of staff)
          if (!access.staff.includes(role)) await isForbidden(person, route);
      if (!('staff' in access) && 'portal' in access)
        for (const person of staff.values()) await isForbidden(person, route);
      if ('portal' in access && Array.isArray(access.portal))
        for (const role of portalRoles.filter((one) => !access.portal?.includes(one as never)))
          await isForbidden({ ...insider, id: uuidv7(), roles: [role] }, route);
    }
  });

  test('the auditor changes nothing', async () => {
    const auditor = staff.get('auditor') as Person;
    const changes = closed().filter(({ method, access }) => method !== 'GET' && !('credential' in access));
    assert.ok(changes.length > 40);
    for (const route of changes) await isForbidden(auditor, route);
  });

  test('a session is no API key, a key is no session, and a key needs the scope', async () => {
    const key: Actor = {
      kind: 'credential',
      id: uuidv7(),
      label: 'A key without rights',
      customerId: played.customerId,
      environmentId: uuidv7(),
      scopes: [],
    };
    for (const route of closed()) {
      if ('credential' in route.access) {
        assert.equal((await call(staff.get('administrator') as Person, route)).statusCode, 401, name(route));
        await isForbidden(key, route);
      } else assert.equal((await call(key, route)).statusCode, 401, name(route));
    }
  });

  test("another customer's object is not found under one's own address, and is found under its own", async () => {
    const ids = await objectIds();
    const reading = closed().filter(
      ({ method, url, access }) => method === 'GET' && 'staff' in access && objectOf(url) !== undefined,
    );
    const seen = new Set<string>();
    for (const route of reading) {
      const object = objectOf(route.url) as string;
      const id = ids.get(object);
      if (id === undefined) continue;
      const { access } = route;
      const readers = [
        ...('staff' in access && access.staff === 'any' ? [staff.get('integrations-manager') as Person] : []),
        ...('portal' in access && access.portal === 'any' ? [stranger] : []),
      ];
      for (const reader of readers) {
        const url: string = addressOf(route.url, other.customerId)
          .replace(`:${object}`, id)
          .replaceAll(/:(\w+)/g, (_, one: string) => madeUp(one));
        assert.equal((await server.as(reader).get(url)).statusCode, 404, `${url} for ${reader.roles.join()}`);
      }
      if (!route.url.endsWith(`:${object}`)) continue;
      const own = addressOf(route.url, played.customerId).replace(`:${object}`, id);
      const found = await server.as(staff.get('integrations-manager') as Person).get(own);
      assert.equal(found.statusCode, 200, `${own}: ${found.body}`);
      seen.add(object);
    }
    assert.ok(seen.size >= 7, `objects tried: ${[...seen].join(', ')}`);
  });

  const closed = () => routes.filter(({ access }) => !('public' in access));

  /** Calls a route as somebody, at the played customer, with made-up ids for everything else. */
  function call(actor: Actor | null, { method, url }: Route) {
    const caller = server.as(actor);
    const target = addressOf(url, played.customerId).replaceAll(/:(\w+)/g, (_, param: string) =>
      madeUp(param),
    );
    if (method === 'GET') return caller.get(target);
    if (method === 'DELETE') return caller.delete(target);
    return caller[method.toLowerCase() as 'post' | 'put' | 'patch'](target, {});
  }

  async function isForbidden(actor: Actor, route: Route): Promise<void> {
    const response = await call(actor, route);
    const who = actor.kind === 'person' ? actor.roles.join() : actor.kind;
    assert.equal(response.statusCode, 403, `${name(route)} as ${who}: ${response.body}`);
    assert.equal(response.json().code, 'forbidden');
  }

  async function objectIds(): Promise<Map<string, string>> {
    const above = openAboveWalls(t);
    const ids = new Map<string, string>();
    try {
      for (const [object, { table, prefix }] of Object.entries(objects)) {
        const [row] = await above.unsafe(
          `select id from ${table} where customer_id = '${played.customerId}' limit 1`,
        );
        if (row !== undefined) ids.set(object, showId(prefix, row['id'] as string));
      }
    } finally {
      await above.end();
    }
    return ids;
  }
});

const name = ({ method, url }: Route) => `${method} ${url}`;

function addressOf(url: string, customerId: string): string {
  return url.replace(':customer', showId('cus', customerId)).replace(':environment', 'sandbox');
}

function madeUp(param: string): string {
  const object = objects[param];
  if (param === 'number' || param === 'index') return '1';
  return object === undefined ? 'anything' : showId(object.prefix, uuidv7());
}

/** The first object that an address under a customer names. */
function objectOf(url: string): string | undefined {
  if (!url.includes('/:customer/')) return undefined;
  const param = [...url.matchAll(/:(\w+)/g)].map((found) => found[1] ?? '').find((one) => one in objects);
  return param;
}
