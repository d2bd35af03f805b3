import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Actor, systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { until } from '#testing/until.ts';
import { buildHttp } from './open-http.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

const person = (id: string, customerId: string | null): Actor => ({
  kind: 'person',
  id,
  name: 'Ruia',
  email: 'ruia@payroll.example',
  roles: [customerId === null ? 'support' : 'project-owner'],
  customerId,
});

async function openDoor(people: Record<string, Actor>) {
  const app = await buildHttp(t.platform, [], {
    authenticator: {
      person: async (headers) => people[String(headers['x-person'])],
      credential: async () => assert.fail('no credential is asked for'),
    },
    drainMs: 50,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const open = async (who: string) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/live`, { headers: { 'x-person': who } });
    const heard = { status: reply.status, text: '', ended: false };
    const follow = async () => {
      for await (const chunk of reply.body ?? []) heard.text += Buffer.from(chunk).toString();
    };
    follow().then(
      () => {
        heard.ended = true;
      },
      () => {},
    );
    return heard;
  };
  return { app, open };
}

test("a page hears of what grows, a customer's person of that customer's only, until the door closes", async () => {
  const one = await makeCustomer(t.platform);
  const other = await makeCustomer(t.platform);
  const { app, open } = await openDoor({
    staff: person('staff', null),
    theirs: person('theirs', one.customerId),
  });
  const staff = await open('staff');
  const theirs = await open('theirs');
  assert.equal((await open('nobody')).status, 401);
  const grow = (of: typeof one) =>
    transact(t.platform, { customerId: of.customerId }, systemActor('test'), async (work) =>
      work.emit(of.customerId, { type: 'test.grew', subject: {} }),
    );
  await until(async () => {
    await grow(other);
    await grow(one);
    return theirs.text.includes('data:') && staff.text.split('data:').length > 2;
  });
  const customersIn = (text: string) =>
    new Set([...text.matchAll(/"customer":"(\w+)"/g)].map((match) => match[1]));
  assert.equal(customersIn(theirs.text).size, 1);
  assert.equal(customersIn(staff.text).size, 2);
  await app.close();
  await until(() => staff.ended && theirs.ended);
});

test('what grows once the connection is open is told, to the very first page of a process too', async () => {
  const one = await makeCustomer(t.platform);
  const { app, open } = await openDoor({ staff: person('staff', null) });
  const staff = await open('staff');
  await transact(t.platform, { customerId: one.customerId }, systemActor('test'), async (work) =>
    work.emit(one.customerId, { type: 'test.grew', subject: {} }),
  );
  await until(() => staff.text.includes(showId('cus', one.customerId)));
  await app.close();
});

test('one person cannot take the places of all', async () => {
  const { app, open } = await openDoor({ many: person('many', null), other: person('other', null) });
  for (let opened = 0; opened < 50; opened++) assert.equal((await open('many')).status, 200);
  assert.equal((await open('many')).status, 503);
  assert.equal((await open('other')).status, 200);
  await app.close();
});
