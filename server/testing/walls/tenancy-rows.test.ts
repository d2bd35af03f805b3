import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Database, Tx } from '#platform/database.ts';
import { read, type Scope } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer } from '#testing/factories.ts';
import { listTables, type Table } from './catalogue.ts';
import { playCustomer } from './play-customer.ts';
import { withoutCustomers } from './reviewed.ts';
import {
  type AboveWalls,
  columnsOf,
  loosen,
  openAboveWalls,
  putStandIn,
  type Tenant,
} from './stand-in-rows.ts';

/** Tables that name their customer in another column; both customers have real rows in them. */
const keyColumns: Record<string, string> = {
  'customers.customers': 'id',
  'platform.streams': 'id',
  'platform.events': 'stream_id',
};

describe('rows of one customer in the eyes of another', () => {
  let t: TestDatabase;
  let above: AboveWalls;
  let walled: Table[];
  let ours: Tenant & { otherEnvironmentId: string };
  let theirs: Tenant & { otherEnvironmentId: string };
  let filled: string[];
  let strangers: string[];

  before(async () => {
    t = await openTestDatabase();
    above = openAboveWalls(t);
    walled = (await listTables(t.owner)).filter((table) => table.secured);
    ours = tenantOf(await playCustomer(t));
    theirs = tenantOf(await makeCustomer(t.platform));
    filled = await tablesWhere((table) => mentions(table, ours));
    strangers = await tablesWhere((table) => (table.hasEnvironment ? ofStrangers : 'false'));
    for (const table of walled.filter((one) => keyColumns[one.name] === undefined)) {
      await loosen(above, table.name);
      await putStandIn(above, table, ours);
      await putStandIn(above, table, theirs);
    }
  });
  after(async () => {
    await above.end();
    await t.close();
  });

  test('real work fills most tables, and each row names an environment of its own customer', async () => {
    assert.ok(filled.length >= 40, `only ${filled.length} tables were filled: ${filled.join(', ')}`);
    assert.deepEqual(strangers, [], 'tables with an environment of another customer');
  });

  test('a customer sees its own row in every table (so that the other tests can fail)', async () => {
    for (const table of walled)
      for (const [role, db] of runningRoles())
        assert.ok((await seenIn(table, ours, ours, db)) > 0, `${table.name} shows nothing to the ${role}`);
  });

  test("no table shows another customer's row, in any of its scopes or in none", async () => {
    const scopes: Scope[] = [
      {},
      { customerId: theirs.customerId },
      { customerId: theirs.customerId, environmentId: theirs.environmentId },
      { customerId: theirs.customerId, environmentId: theirs.otherEnvironmentId },
    ];
    for (const table of walled)
      for (const scope of scopes)
        for (const [role, db] of runningRoles()) {
          const place = `${table.name} in ${JSON.stringify(scope)} as ${role}`;
          assert.equal(await seenIn(table, ours, scope, db), 0, place);
        }
  });

  test("one environment does not see the other of the same customer's", async () => {
    const scope = { customerId: ours.customerId, environmentId: ours.otherEnvironmentId };
    for (const table of walled.filter((one) => one.policies.some((policy) => policy.name === 'environment')))
      for (const [role, db] of runningRoles()) {
        const seen = await seenIn(table, { ...ours, customerId: NOBODY }, scope, db);
        assert.equal(seen, 0, `${table.name} as ${role}`);
      }
  });

  test('nobody can put a row into another customer, or move one there', async () => {
    for (const table of walled) {
      const columns = (await columnsOf(above, table.name)).map(({ name }) => `"${name}"`).join(', ');
      const [row] = await above.unsafe(
        `select to_jsonb(r) as row from ${table.name} r where ${mentions(table, ours)} limit 1`,
      );
      await refused(`insert into ${table.name}`, (sql) =>
        sql.unsafe(
          `insert into ${table.name} (${columns}) overriding system value
           select ${columns} from jsonb_populate_record(null::${table.name}, $1)`,
          [row?.['row'] as never],
        ),
      );
      for (const column of ownerColumns(table)) {
        const target = column === 'environment_id' ? ours.environmentId : ours.customerId;
        await refused(`move of a row of ${table.name} by ${column}`, (sql) =>
          sql.unsafe(`update ${table.name} set ${column} = '${target}' where ${mentions(table, theirs)}`),
        );
      }
    }
  });

  test("nobody can change or delete another customer's row", async () => {
    for (const table of walled)
      for (const statement of [
        `update ${table.name} set ${ownerColumns(table)[0]} = ${ownerColumns(table)[0]} where ${mentions(table, ours)}`,
        `delete from ${table.name} where ${mentions(table, ours)}`,
      ]) {
        for (const [role, db] of runningRoles()) {
          const count = await inTheirScope(db, (sql) => sql.unsafe(statement)).then(
            (result) => result.count,
            (error: { code?: string }) => {
              assert.equal(error.code, '42501', `${statement}: ${error}`);
              return 0;
            },
          );
          assert.equal(count, 0, `${statement} as ${role}`);
        }
      }
  });

  test('what is reviewed as holding no customer data names no customer', async () => {
    for (const name of Object.keys(withoutCustomers).filter((one) => one !== 'platform.cursors')) {
      const [row] = await above.unsafe(
        `select count(*)::int as naming from ${name} r
         where to_jsonb(r)::text ~ '${ours.customerId}|${ours.environmentId}|${ours.otherEnvironmentId}'`,
      );
      assert.equal(row?.['naming'], 0, `${name} names a customer`);
    }
  });

  const NOBODY = '00000000-0000-7000-8000-00000000dead';

  /** The roles that the running program works under: the application, and the owner, as sign-in and queue do. */
  function runningRoles(): [name: string, db: Database][] {
    return [
      ['application', t.platform.db],
      ['owner', t.owner],
    ];
  }

  /** How many rows of `whose` a role sees in a table. */
  function seenIn(table: Table, whose: Tenant, scope: Scope, db: Database): Promise<number> {
    return read(
      { ...t.platform, db },
      { customerId: scope.customerId, environmentId: scope.environmentId },
      async (sql) => {
        const [row] = await sql.unsafe(
          `select count(*)::int as seen from ${table.name} where ${mentions(table, whose)}`,
        );
        return row?.['seen'] as number;
      },
    );
  }

  /** Runs a statement as a role in the other customer's scope, and takes it back. */
  async function inTheirScope<T>(db: Database, statement: (sql: Tx) => Promise<T>): Promise<T> {
    const taken: { value?: T } = {};
    await db
      .begin(async (sql) => {
        await sql`select set_config('app.customer', ${theirs.customerId}, true),
                         set_config('app.environment', ${theirs.environmentId}, true)`;
        taken.value = await statement(sql);
        throw new TakenBack();
      })
      .catch((error) => {
        if (!(error instanceof TakenBack)) throw error;
      });
    return taken.value as T;
  }

  async function refused(what: string, statement: (sql: Tx) => Promise<unknown>): Promise<void> {
    for (const [role, db] of runningRoles()) {
      const tried = inTheirScope(db, statement);
      await assert.rejects(tried, { code: '42501' }, `${what} was not refused to the ${role}`);
    }
  }

  async function tablesWhere(condition: (table: Table) => string): Promise<string[]> {
    const found: string[] = [];
    for (const table of walled) {
      const [row] = await above.unsafe(
        `select exists (select from ${table.name} r where ${condition(table)}) as some`,
      );
      if (row?.['some']) found.push(table.name);
    }
    return found;
  }
});

const ofStrangers = `r.environment_id is not null and not exists (
  select from customers.environments e where e.id = r.environment_id and e.customer_id = r.customer_id)`;

class TakenBack extends Error {}

function tenantOf(made: { customerId: string; sandboxId: string; productionId: string }) {
  return {
    customerId: made.customerId,
    environmentId: made.sandboxId,
    otherEnvironmentId: made.productionId,
  };
}

/** The columns by which a row belongs to somebody. */
function ownerColumns(table: Table): string[] {
  const column = keyColumns[table.name];
  if (column !== undefined) return [column];
  return table.policies.some((policy) => policy.name === 'environment')
    ? ['environment_id']
    : ['customer_id'];
}

/** The rows of a tenant in a table, as a condition. */
function mentions(table: Table, tenant: Tenant): string {
  const column = keyColumns[table.name];
  if (column !== undefined) return `${column} in ('${tenant.customerId}', '${tenant.environmentId}')`;
  const byCustomer = `customer_id = '${tenant.customerId}'`;
  return table.hasEnvironment ? `(${byCustomer} or environment_id = '${tenant.environmentId}')` : byCustomer;
}
