import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import {
  listDefiners,
  listScopeSetters,
  listTables,
  ownedBy,
  privilegesOf,
  type Table,
} from './catalogue.ts';
import { definers, ownPolicies, scopeSetters, withoutCustomers } from './reviewed.ts';

const changing = ['insert', 'update', 'delete', 'truncate', 'trigger', 'references'];

describe('what the database itself says about tenancy', () => {
  let t: TestDatabase;
  let tables: Table[];
  before(async () => {
    t = await openTestDatabase();
    tables = await listTables(t.owner);
  });
  after(() => t.close());

  test('every table is either walled or reviewed as holding no customer data', () => {
    assert.ok(tables.length > 60, 'the walk found the tables');
    const open = tables.filter((table) => !table.secured).map((table) => table.name);
    assert.deepEqual(open, Object.keys(withoutCustomers).sort());
    for (const table of tables.filter((one) => one.hasCustomer || one.hasEnvironment))
      assert.ok(table.secured && table.forced, `${table.name} needs row security, forced`);
    for (const table of tables.filter((one) => one.secured))
      assert.ok(table.forced, `${table.name} must bind its owner too`);
    for (const table of tables.filter((one) => one.hasEnvironment))
      assert.ok(table.hasCustomer, `${table.name} names an environment without its customer`);
  });

  test('every wall is one of the reviewed kinds, and nothing widens it', () => {
    const odd: string[] = [];
    for (const { name, hasEnvironment, policies, ...table } of tables.filter((one) => one.secured)) {
      const tenant = policies.filter((policy) => policy.roles.includes('public'));
      const plain = hasEnvironment ? '(environment_id = :environment)' : '(customer_id = :customer)';
      const expected = ownPolicies[name]?.using ?? plain;
      const customerOnly =
        table.hasCustomer && expected === plain && plainOf(tenant[0]?.using) === '(customer_id = :customer)';
      if (
        tenant.length !== 1 ||
        tenant[0]?.check !== null ||
        (plainOf(tenant[0].using) !== expected && !customerOnly)
      )
        odd.push(`${name}: ${tenant.map((policy) => plainOf(policy.using)).join(' and ')}`);
      for (const policy of policies.filter((one) => !one.roles.includes('public'))) {
        const staffReads = policy.roles.join() === 'fairlead_staff' && policy.command === 'r';
        const heads =
          name === 'platform.streams' &&
          policy.roles.join() === 'fairlead_dispatcher' &&
          policy.command === 'r';
        if (!staffReads && !heads) odd.push(`${name}: policy ${policy.name} for ${policy.roles.join()}`);
      }
    }
    assert.deepEqual(odd, []);
  });

  test('no role of ours is above the walls', async () => {
    const roles = await t.owner<{ name: string }[]>`
      select rolname as name from pg_roles
      where rolname like 'fairlead\\_%' and (rolsuper or rolbypassrls or (rolcanlogin and rolname <> 'fairlead_migrator'))`;
    assert.deepEqual([...roles], []);
    const members = await t.owner<{ member: string }[]>`
      select pg_get_userbyid(m.member) || ' is a ' || pg_get_userbyid(m.roleid) as member
      from pg_auth_members m
      where pg_get_userbyid(m.member) in ('fairlead_app', 'fairlead_staff', 'fairlead_dispatcher')`;
    assert.deepEqual([...members], []);
    const inheriting = await t.owner<{ inheriting: string }[]>`
      select session_user || ' inherits from ' || rolname as inheriting from pg_roles
      where rolname in ('fairlead_staff', 'fairlead_dispatcher') and pg_has_role(session_user, oid, 'usage')`;
    assert.deepEqual([...inheriting], []);
  });

  test('the application owns nothing and cannot rewrite history, the queue or sessions', async () => {
    assert.deepEqual(await ownedBy(t.owner, 'fairlead_app'), []);
    const may = await privilegesOf(t.owner, 'fairlead_app');
    assert.ok(may.includes('select on platform.events') && may.includes('insert on platform.audit'));
    const forbidden = may.filter(
      (privilege) =>
        / on (graphile_worker|auth|schema_history)\./.test(privilege) ||
        /^(update|delete) on platform\.(events|audit)$/.test(privilege) ||
        / on platform\.events_/.test(privilege) ||
        /^(truncate|trigger|references) /.test(privilege),
    );
    assert.deepEqual(
      forbidden.filter((privilege) => !/^select on schema_history\.(migrations|functions)$/.test(privilege)),
      [],
    );
    const schemas = await t.owner<{ name: string }[]>`
      select nspname as name from pg_namespace
      where has_schema_privilege('fairlead_app', oid, 'create') and nspname not like 'pg\\_%'`;
    assert.deepEqual([...schemas], []);
  });

  test('the role that sees all customers can only read, and so can the dispatcher', async () => {
    for (const role of ['fairlead_staff', 'fairlead_dispatcher']) {
      const may = await privilegesOf(t.owner, role);
      assert.ok(may.includes('select on platform.streams'));
      assert.deepEqual(
        may.filter((privilege) => changing.some((verb) => privilege.startsWith(verb))),
        [],
      );
    }
    assert.deepEqual(await privilegesOf(t.owner, 'fairlead_dispatcher'), [
      'select on platform.cursors',
      'select on platform.streams',
      'select on schema_history.functions',
      'select on schema_history.migrations',
    ]);
  });

  test('every function with more rights than its caller is reviewed, pinned and owned as agreed', async () => {
    const found = await listDefiners(t.owner);
    const byOwner: Record<string, string[]> = {};
    for (const { signature, owner, settings, openToAll } of found) {
      byOwner[owner] = [...(byOwner[owner] ?? []), signature];
      assert.ok(settings.includes('search_path=""'), `${signature} needs an empty search_path`);
      if (owner === 'fairlead_staff') assert.ok(!openToAll, `${signature} is open to every role`);
    }
    for (const list of Object.values(byOwner)) list.sort();
    assert.deepEqual(
      byOwner,
      Object.fromEntries(Object.entries(definers).map(([owner, list]) => [owner, Object.keys(list).sort()])),
    );
    for (const role of ['fairlead_staff', 'fairlead_dispatcher'])
      assert.deepEqual(
        await ownedBy(t.owner, role),
        Object.keys(definers[role as keyof typeof definers]).sort(),
        `${role} owns its functions and nothing else`,
      );
  });

  test('the functions that choose a scope by themselves are reviewed', async () => {
    assert.deepEqual(await listScopeSetters(t.owner), Object.keys(scopeSetters).sort());
  });
});

/** A policy's expression with the settings written short. */
function plainOf(expression: string | null | undefined): string {
  return (expression ?? '')
    .replaceAll(/\(NULLIF\(current_setting\('app\.(\w+)'::text, true\), ''::text\)\)::uuid/g, ':$1')
    .replaceAll("'00000000-0000-7000-8000-000000000001'::uuid", ':vendor');
}
