import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { snapshot } from './transact.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

test('a snapshot sees the records as they were at its first query, whatever is written meanwhile', async () => {
  const { customerId, code } = await makeCustomer(t.platform);
  const nameOf = async (sql: Parameters<Parameters<typeof snapshot>[2]>[0]) =>
    (await sql<{ name: string }[]>`select name from customers.customers where id = ${customerId}`)[0]?.name;
  await snapshot(t.platform, { customerId }, async (sql) => {
    const before = await nameOf(sql);
    await t.owner`select set_config('app.customer', ${customerId}, false)`;
    const renamed =
      await t.owner`update customers.customers set name = ${`${code} renamed`} where id = ${customerId}`;
    assert.equal(renamed.count, 1);
    assert.equal(await nameOf(sql), before);
  });
  await snapshot(t.platform, { customerId }, async (sql) => {
    assert.equal(await nameOf(sql), `${code} renamed`);
  });
});
