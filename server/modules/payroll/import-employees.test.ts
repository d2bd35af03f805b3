import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemActor } from '#platform/actor.ts';
import { databaseRoles, openDatabase } from '#platform/database.ts';
import { uuidv7 } from '#platform/ids.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { eventsOf, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { until } from '#testing/until.ts';
import {
  type EmpImportOptions,
  empRowOf,
  generatePerson,
  getEmployee,
  listEmployees,
  openEmpImport,
  validateEmpRow,
} from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const people = (count: number, seed = 1) =>
  Array.from({ length: count }, (_, n) => empRowOf(generatePerson(seed, n), 'KOW01'));
const irdHighest = 150_000_000;
const key = (employeeNumber: string) => ({ companyCode: 'KOW01', employeeNumber });
const delta = (employeeNumber: string, cells: Record<string, string>) => ({
  company_code: 'KOW01',
  employee_number: employeeNumber,
  ...cells,
});
/** The rows of a DELTA file as they are staged, the first at line 2. */
const stagedOf = (rows: Record<string, string | undefined>[]) =>
  rows.map((row, i) => {
    const { staged } = validateEmpRow(row, { mode: 'DELTA', today: '2026-11-24', irdHighest });
    assert.ok(staged);
    return { line: i + 2, staged };
  });
const importOptions = (scope: PayrollScope): EmpImportOptions => ({
  importId: uuidv7(),
  ...scope,
  mode: 'DELTA',
  actor: systemActor('test'),
  source: { channel: 'file' },
});

test('a FULL file creates everybody once, and the same again changes nothing and says nothing', async () => {
  const scope = await makeEmployer(t.platform);
  const counts = { created: 20, updated: 0, unchanged: 0, ended: 0, held: 0, events: 20 };
  assert.deepEqual(await importRows(t.platform, scope, 'FULL', people(20)), counts);
  assert.deepEqual(await importRows(t.platform, scope, 'FULL', people(20)), {
    ...counts,
    created: 0,
    unchanged: 20,
    events: 0,
  });
  const log = await eventsOf(t.platform, scope);
  assert.deepEqual(
    log.map((one) => one.sequence),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  assert.deepEqual(new Set(log.map((one) => one.type)), new Set(['employee.created']));
});

test('blank leaves a DELTA cell as it is, ~ clears it, and each kind of change is one event', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', people(2));
  const counts = await importRows(t.platform, scope, 'DELTA', [
    delta('000001', {
      cost_centre: '9000',
      mobile: '~',
      position_title: '',
      kiwisaver_employee_pct: '10.00',
    }),
  ]);
  assert.deepEqual(counts, { created: 0, updated: 1, unchanged: 0, ended: 0, held: 0, events: 3 });
  const found = await getEmployee(t.platform, scope.environmentId, key('000001'));
  assert.equal(found?.document.person?.mobile, null);
  assert.equal(found?.document.employment?.costAllocations[0]?.costCentre, '9000');
  assert.equal(found?.document.employment?.positionTitle, generatePerson(1, 0).positionTitle);
  assert.equal(found?.document.kiwiSaver?.employeeRatePercent, '10.00');
  assert.equal(found?.version, 2);
  const events = (await eventsOf(t.platform, scope)).slice(2);
  assert.deepEqual(
    events.map((one) => [one.type, one.data.change.fields]),
    [
      ['employee.updated', ['mobile']],
      ['employment.updated', ['costAllocations']],
      ['kiwisaver.changed', ['employeeRatePercent']],
    ],
  );
  assert.deepEqual(Object.keys(events[1]?.data.change.values ?? {}), ['costAllocations']);
  assert.deepEqual(events[2]?.data.change.values, {});
});

test('bank accounts in a file wait for a second approver; the others of the row apply', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', people(1));
  const row = delta('000001', {
    bank_country: 'NZ',
    bank_1: '03-0049-0001100-27',
    bank_1_type: 'BALANCE',
    department_code: 'NEW',
  });
  const counts = await importRows(t.platform, scope, 'DELTA', [row]);
  assert.deepEqual(counts, { created: 0, updated: 1, unchanged: 0, ended: 0, held: 1, events: 2 });
  const found = await getEmployee(t.platform, scope.environmentId, key('000001'));
  assert.notEqual(found?.document.bankAccounts[0]?.account, '03-0049-0001100-27');
  const again = await importRows(t.platform, scope, 'DELTA', [row]);
  assert.equal(again.events, 0);
});

test('an end date ends, and the person stays in payroll', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', people(3));
  const counts = await importRows(t.platform, scope, 'DELTA', [
    delta('000002', { end_date: '2026-11-20', termination_reason: 'RESIGNATION' }),
    delta('000003', { end_date: '2026-12-20', termination_reason: 'REDUNDANCY' }),
  ]);
  assert.equal(counts.ended, 2);
  const page = await listEmployees(t.platform, scope.environmentId, {});
  assert.deepEqual(
    page.items.map((one) => one.status),
    ['active', 'terminated', 'active'],
  );
  assert.deepEqual(
    (await eventsOf(t.platform, scope)).slice(3).map((one) => one.type),
    ['employment.terminated', 'employment.termination_scheduled'],
  );
});

test('the database refuses duplicate keys, unknown employers and incomplete newcomers, by line and column', async () => {
  const scope = await makeEmployer(t.platform);
  const importer = await openEmpImport(t.platform, importOptions(scope));
  const rows = [
    delta('1', { cost_centre: '1' }),
    { ...people(1)[0], employee_number: '2' },
    { ...people(1)[0], employee_number: '2' },
    { ...people(1)[0], company_code: 'OTHER', employee_number: '3' },
    { ...people(1)[0], employee_number: '4' },
  ];
  await importer.stage(stagedOf(rows));
  const check = await importer.check();
  assert.equal(check.refusedRows, 4);
  const errors = check.findings.filter((one) => one.severity === 'error');
  assert.ok(
    errors.some((one) => one.line === 2 && one.code === 'required-when-new' && one.field === 'first_name'),
  );
  assert.deepEqual(
    errors.filter((one) => one.code === 'duplicate-key').map((one) => one.line),
    [3, 4],
  );
  assert.deepEqual(
    errors.filter((one) => one.line === 5).map((one) => [one.code, one.field]),
    [['company-unknown', 'company_code']],
  );
  assert.equal((await importer.apply()).created, 1);
  await importer.close();
});

test('a row that would leave a group without what it needs is refused, the others apply', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', people(2));
  const importer = await openEmpImport(t.platform, importOptions(scope));
  const rows = [delta('000001', { study_loan: 'Y' }), delta('000002', { position_title: 'Baker' })];
  await importer.stage(stagedOf(rows));
  const { findings } = await importer.check();
  assert.deepEqual(
    findings.filter((one) => one.severity === 'error').map((one) => [one.line, one.code, one.field]),
    [[2, 'required-with-group', 'residency_status']],
  );
  assert.equal((await importer.apply()).updated, 1);
  await importer.close();
});

test('who opted out of KiwiSaver did so once, however often the file says it', async () => {
  const scope = await makeEmployer(t.platform);
  const [row] = people(1);
  const optedOut = [
    { ...row, kiwisaver_status: 'OPTED_OUT', kiwisaver_employee_pct: '', kiwisaver_employer_pct: '' },
  ];
  await importRows(t.platform, scope, 'FULL', people(1));
  assert.equal((await importRows(t.platform, scope, 'FULL', optedOut)).updated, 1);
  const start = t.platform.clock.now();
  t.platform.clock.set(start.add({ hours: 48 }));
  const again = await importRows(t.platform, scope, 'FULL', optedOut);
  t.platform.clock.set(start);
  assert.deepEqual([again.updated, again.unchanged], [0, 1]);
});

test('an external id stays with one person, whoever else claims it', async () => {
  const scope = await makeEmployer(t.platform);
  const [first, second, third] = people(3);
  await importRows(t.platform, scope, 'FULL', [
    { ...first, external_id: 'HR-1' },
    { ...second },
    { ...third },
  ]);
  const importer = await openEmpImport(t.platform, importOptions(scope));
  const rows = [
    delta('000002', { external_id: 'HR-1' }),
    delta('000001', { external_id: 'HR-2' }),
    delta('000003', { external_id: 'HR-2' }),
  ];
  await importer.stage(stagedOf(rows));
  const { findings } = await importer.check();
  assert.deepEqual(
    findings.filter((one) => one.severity === 'error').map((one) => [one.line, one.code, one.message]),
    [
      [2, 'external-id-taken', 'The external_id belongs to another person'],
      [4, 'external-id-taken', 'The external_id belongs to the person at line 3'],
    ],
  );
  const { created, updated } = await importer.apply();
  assert.deepEqual([created, updated], [0, 1]);
  await importer.close();
});

test('a FULL file that leaves somebody out reports them and ends nobody', async () => {
  const scope = await makeEmployer(t.platform);
  await importRows(t.platform, scope, 'FULL', people(5));
  const importer = await openEmpImport(t.platform, { ...importOptions(scope), mode: 'FULL' });
  for (const [i, row] of people(4).entries())
    await importer.stage([
      {
        line: i,
        staged: validateEmpRow(row, { mode: 'FULL', today: '2026-11-24', irdHighest }).staged ?? [],
      },
    ]);
  const check = await importer.check();
  assert.deepEqual([check.present, check.missing, check.missingKeys], [5, 1, ['KOW01/000005']]);
  assert.equal((await importer.apply()).ended, 0);
  await importer.close();
});

test('an import that was cut off resumes: chunks that were applied are not applied again', async () => {
  const scope = await makeEmployer(t.platform);
  const importId = uuidv7();
  const rows = people(20);
  const run = async (applyChunks: boolean) => {
    const importer = await openEmpImport(t.platform, {
      ...importOptions(scope),
      importId,
      mode: 'FULL',
      chunkRows: 5,
    });
    await importer.stage(
      rows.map((row, i) => ({
        line: i,
        staged: validateEmpRow(row, { mode: 'FULL', today: '2026-11-24', irdHighest }).staged ?? [],
      })),
    );
    await importer.check();
    if (applyChunks) {
      const counts = await importer.apply();
      await importer.close();
      return counts;
    }
    // Cut off after two chunks, as a killed process would be: nothing but those two transactions remains.
    const stop = new Error('killed');
    let wakes = 0;
    const platform = {
      ...t.platform,
      wake: () => {
        wakes += 1;
        if (wakes === 2) throw stop;
      },
    };
    await importer.close();
    const cut = await openEmpImport(platform, {
      ...importOptions(scope),
      importId,
      mode: 'FULL',
      chunkRows: 5,
    });
    await cut.stage(
      rows.map((row, i) => ({
        line: i,
        staged: validateEmpRow(row, { mode: 'FULL', today: '2026-11-24', irdHighest }).staged ?? [],
      })),
    );
    await assert.rejects(cut.apply(), stop);
    await cut.close();
    return undefined;
  };
  await run(false);
  assert.equal((await eventsOf(t.platform, scope)).length, 10);
  const counts = await run(true);
  assert.deepEqual([counts?.created, counts?.unchanged], [20, 0]);
  assert.equal((await eventsOf(t.platform, scope)).length, 20);
});

test('two employments of one person share the person', async () => {
  const scope = await makeEmployer(t.platform);
  const [row] = people(1);
  const rows = ['000001', '000002'].map((employee_number) => ({
    ...row,
    employee_number,
    external_id: 'HR-7',
  }));
  await importRows(t.platform, scope, 'FULL', rows);
  const first = await getEmployee(t.platform, scope.environmentId, key('000001'));
  const second = await getEmployee(t.platform, scope.environmentId, key('000002'));
  assert.ok(first && second);
  assert.equal(first.personId, second.personId);
  assert.notEqual(first.employmentId, second.employmentId);
});

test('a file is read for longer than a statement may take otherwise', async () => {
  const scope = await makeEmployer(t.platform);
  const limits = { ...t.platform.config.database, statementTimeoutMs: 500 };
  const db = openDatabase(t.ownerUrl, { max: 2, role: databaseRoles.app, limits });
  const importer = await openEmpImport({ ...t.platform, db }, importOptions(scope));
  try {
    await importer.stage([]);
    await until(async () => {
      const [copying] = await t.owner`
        select from pg_stat_activity where datname = current_database() and query like 'copy pg_temp.payroll_staged%'
          and state = 'active' and clock_timestamp() - query_start > interval '600 ms'`;
      return copying !== undefined;
    });
    assert.equal((await importer.check()).staged, 0);
  } finally {
    await importer.close();
  }
  assert.deepEqual(
    (await Promise.all([db`show statement_timeout`, db`show statement_timeout`]))
      .flat()
      .map((row) => row['statement_timeout']),
    ['500ms', '500ms'],
  );
  await db.end();
});
