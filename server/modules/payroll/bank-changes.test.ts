import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { Problem } from '#platform/problem.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { checkRows, eventsOf, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  approveBankChange,
  employeeInputOf,
  generateAccount,
  generatePerson,
  getEmployee,
  payroll,
  putEmployee,
  refuseBankChange,
} from './index.ts';
import { listBankChanges } from './show-bank-changes.ts';

let t: TestDatabase;
let approver: Actor;
before(async () => {
  t = await openTestDatabase();
  approver = await makePerson(t.platform, { roles: ['customer-team-lead'] });
});
after(() => t.close());

const key = { companyCode: 'KOW01', employeeNumber: '000001' };
const full = employeeInputOf(generatePerson(1, 0));
const paidTo = (n: number) => [
  { country: 'NZ' as const, account: generateAccount(3, n), allocation: { type: 'balance' as const } },
];

function put(scope: PayrollScope, input: EmployeeInputJson, actor: Actor = systemActor('test')) {
  return transact(t.platform, scope, actor, (work) =>
    putEmployee(work, { ...scope, ...key, input: employeeInput.parse(input), source: { channel: 'api' } }),
  );
}

const refused = (code: string) => (error: unknown) => error instanceof Problem && error.code === code;
const get = async (scope: PayrollScope, asOf?: string) =>
  (await getEmployee(t.platform, scope.environmentId, key, asOf))?.document;
const accountOn = async (scope: PayrollScope, day: string) =>
  (await get(scope, day))?.bankAccounts[0]?.account;
const typesAfter = async (scope: PayrollScope, sequence: number) =>
  (await eventsOf(t.platform, scope)).filter((one) => one.sequence > sequence).map((one) => one.type);
const approve = (scope: PayrollScope, changeId: string, actor = approver) =>
  transact(t.platform, scope, actor, (work) => approveBankChange(work, { ...scope, changeId }));

async function newEmployer() {
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
  return makeEmployer(t.platform);
}

test('a new bank account waits for somebody other than who asked, then takes effect', async () => {
  const scope = await newEmployer();
  const asker = await makePerson(t.platform, { roles: ['support'] });
  await put(scope, full);
  const account = generateAccount(3, 12_345);
  const held = await put(scope, { bankAccounts: paidTo(12_345) }, asker);
  assert.deepEqual([held.bankChangeHeld, held.version], [true, 1]);
  const again = await put(scope, { bankAccounts: paidTo(12_345) }, asker);
  assert.deepEqual([again.bankChangeHeld, again.changed], [true, false], 'a lost answer, asked again');
  assert.deepEqual(await typesAfter(scope, 1), ['bank_account.change_held']);
  assert.equal((await get(scope))?.bankAccounts[0]?.account, full.bankAccounts?.[0]?.account);
  const changeId = await openChange(scope);
  await assert.rejects(approve(scope, changeId, asker), refused('second-approver'));
  await approve(scope, changeId);
  await assert.rejects(approve(scope, changeId), refused('bank-change-decided'));
  assert.equal((await get(scope))?.bankAccounts[0]?.account, account);
  assert.deepEqual(await typesAfter(scope, 2), ['bank_account.changed']);
});

test('the accounts in force, sent again, take back what waits', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await put(scope, { bankAccounts: paidTo(7) });
  const changeId = await openChange(scope);
  const back = await put(scope, { bankAccounts: full.bankAccounts });
  assert.deepEqual([back.bankChangeHeld, back.version], [false, 1]);
  const again = await put(scope, { bankAccounts: full.bankAccounts });
  assert.equal(again.changed, false);
  assert.deepEqual(await typesAfter(scope, 2), ['bank_account.change_withdrawn']);
  assert.equal((await eventsOf(t.platform, scope)).at(-1)?.data.version, 1);
  await assert.rejects(approve(scope, changeId), refused('bank-change-decided'));
  assert.equal(
    (await put(scope, { bankAccounts: paidTo(7) })).bankChangeHeld,
    true,
    'it can be asked for anew',
  );
});

test('a refused bank change leaves the accounts as they are', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await put(scope, { bankAccounts: paidTo(7) });
  const changeId = await openChange(scope);
  await transact(t.platform, scope, approver, (work) =>
    refuseBankChange(work, { ...scope, changeId, reason: 'the employee knows nothing of it' }),
  );
  assert.equal((await get(scope))?.bankAccounts[0]?.account, full.bankAccounts?.[0]?.account);
  assert.deepEqual(await typesAfter(scope, 2), ['bank_account.change_refused']);
});

/** The change that waits from a day on, else the only one. */
async function openChange(scope: PayrollScope, from?: string): Promise<string> {
  const rows = await read(
    t.platform,
    scope,
    (sql) => sql<{ id: string }[]>`
      select id from payroll.held_bank_changes where environment_id = ${scope.environmentId} and status = 'held'
        and (${from ?? null}::date is null or effective_from = ${from ?? null})`,
  );
  const [row] = rows;
  assert.ok(row && rows.length === 1);
  return row.id;
}

const waiting = async (scope: PayrollScope) =>
  (
    await read(t.platform, scope, (sql) =>
      listBankChanges(t.platform, sql, scope.environmentId, { status: 'held', after: null, limit: 9 }),
    )
  ).items.map((one) => [
    one.effectiveFrom,
    ...one.findings.map(({ code, message }) => `${code} ${message.slice(-11)}`),
  ]);

/** New accounts from a day on, asked for and approved. */
async function change(scope: PayrollScope, n: number, effectiveFrom: string): Promise<void> {
  await put(scope, { effectiveFrom, bankAccounts: paidTo(n) });
  await approve(scope, await openChange(scope, effectiveFrom));
}

test('who changes accounts is told of others that stand from a later day on, and so is who approves', async () => {
  const scope = await newEmployer();
  await put(scope, full);
  await change(scope, 1, '2026-12-07');
  const stands = (list: { code: string; field: string; severity: string }[]) =>
    list.filter((one) => one.code === 'later-change-stands').map((one) => [one.field, one.severity]);
  const row = {
    company_code: 'KOW01',
    employee_number: '000001',
    bank_country: 'NZ',
    bank_1: generateAccount(3, 2),
    bank_1_type: 'BALANCE',
  };
  const { findings, refusedRows } = await checkRows(t.platform, scope, 'DELTA', [row]);
  assert.deepEqual([stands(findings), refusedRows], [[['bank_1', 'warning']], 0]);
  const { warnings } = await put(scope, { bankAccounts: paidTo(2) });
  assert.deepEqual(stands(warnings), [['/bankAccounts', 'warning']]);
  assert.deepEqual(await waiting(scope), [['2026-11-24', 'later-change-stands 2026-12-07)']]);
  await approve(scope, await openChange(scope));
  assert.equal(await accountOn(scope, '2026-12-06'), generateAccount(3, 2));
  assert.equal(await accountOn(scope, '2026-12-07'), generateAccount(3, 1));
  const { warnings: none } = await put(scope, { effectiveFrom: '2026-12-08', bankAccounts: paidTo(3) });
  assert.deepEqual(stands(none), []);
});

test('accounts that are taken away are not paid again by a later set that repeats them', async () => {
  const scope = await newEmployer();
  await put(scope, { ...full, bankAccounts: paidTo(1) });
  await change(scope, 2, '2026-12-07');
  await change(scope, 1, '2026-12-07');
  await change(scope, 4, '2027-02-01');
  await change(scope, 3, '2026-11-24');
  assert.equal(await accountOn(scope, '2026-12-07'), generateAccount(3, 3));
  assert.equal(await accountOn(scope, '2027-02-01'), generateAccount(3, 4));
  const logged = (await eventsOf(t.platform, scope)).length;
  t.platform.clock.set(Temporal.Instant.from('2026-12-07T00:00:00Z'));
  await fireDueTimers(t.platform, payroll.timers?.(t.platform) ?? {});
  const [news] = (await eventsOf(t.platform, scope)).slice(logged);
  assert.deepEqual(
    [news?.type, news?.data.change.fields],
    ['bank_account.effective', []],
    'nothing is different',
  );
});

test('changes for different days wait beside each other, each replaced and taken back for its own day', async () => {
  const scope = await newEmployer();
  await put(scope, { ...full, bankAccounts: paidTo(1) });
  await put(scope, { bankAccounts: paidTo(2) });
  await put(scope, { effectiveFrom: '2026-12-07', bankAccounts: paidTo(3) });
  assert.deepEqual(await waiting(scope), [['2026-12-07'], ['2026-11-24', 'later-change-stands 2026-12-07)']]);
  // Back to the first accounts, which are in force, but not any more once what waits for today is approved.
  assert.equal(
    (await put(scope, { effectiveFrom: '2026-12-07', bankAccounts: paidTo(1) })).bankChangeHeld,
    true,
  );
  assert.equal(
    (await put(scope, { effectiveFrom: '2026-12-07', bankAccounts: paidTo(2) })).bankChangeHeld,
    true,
  );
  assert.deepEqual(await waiting(scope), [['2026-11-24']], 'as it will be anyway');
  await put(scope, { effectiveFrom: '2026-12-07', bankAccounts: paidTo(3) });
  await put(scope, { bankAccounts: paidTo(1) });
  assert.deepEqual(await waiting(scope), [['2026-12-07']]);
  t.platform.clock.set(Temporal.Instant.from('2026-12-08T00:00:00Z'));
  await put(scope, { bankAccounts: paidTo(4) });
  assert.deepEqual(await waiting(scope), [['2026-12-08']], 'both would count from today');
});

test('a change that would be over by now is not approved over the one after it', async () => {
  const scope = await newEmployer();
  await put(scope, { ...full, bankAccounts: paidTo(1) });
  await put(scope, { bankAccounts: paidTo(2) });
  await change(scope, 3, '2026-12-07');
  t.platform.clock.set(Temporal.Instant.from('2026-12-07T00:00:00Z'));
  await assert.rejects(approve(scope, await openChange(scope)), refused('bank-change-overtaken'));
  assert.equal(await accountOn(scope, '2026-12-07'), generateAccount(3, 3));
});
