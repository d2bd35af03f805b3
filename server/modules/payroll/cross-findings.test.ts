import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { selectCrossFindings } from './cross-finding-store.ts';
import {
  createCompany,
  employeeInputOf,
  empRowOf,
  generatePerson,
  openEmpImport,
  putEmployee,
  validateEmpRow,
} from './index.ts';

let t: TestDatabase;
let scope: PayrollScope;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const plain = (n: number, change: (input: EmployeeInputJson) => void = () => {}) => {
  const input = employeeInputOf(generatePerson(5, n));
  change(input);
  return input;
};

async function put(number: string, input: EmployeeInputJson, into = scope, companyCode = 'KOW01') {
  const result = await transact(t.platform, into, systemActor('test'), (work) =>
    putEmployee(work, {
      ...into,
      companyCode,
      employeeNumber: number,
      input: employeeInput.parse(input),
      source: { channel: 'api' },
    }),
  );
  return result.warnings.map((one) => [one.code, one.field, one.message]);
}

test('two people with one IRD number are found, whoever comes second, and nobody of another environment', async () => {
  scope = await makeEmployer(t.platform);
  const elsewhere = await makeEmployer(t.platform);
  assert.deepEqual(await put('1', plain(1)), []);
  const same = plain(2, (input) =>
    Object.assign(input.taxNz ?? {}, { irdNumber: plain(1).taxNz?.irdNumber }),
  );
  assert.deepEqual(await put('2', same, elsewhere), []);
  const warnings = await put('2', same);
  assert.deepEqual(warnings, [
    ['ird-number-shared', '/taxNz/irdNumber', 'Another person has the same IRD number (KOW01/1)'],
  ]);
  assert.ok(!JSON.stringify(warnings).includes(String(plain(1).taxNz?.irdNumber)));
  assert.deepEqual(await put('1', { taxNz: plain(1).taxNz }), [
    ['ird-number-shared', '/taxNz/irdNumber', 'Another person has the same IRD number (KOW01/2)'],
  ]);
  assert.deepEqual(await put('1', { kiwiSaver: plain(1).kiwiSaver }), [], 'it was not spoken of');
  await put('2', { taxNz: plain(2).taxNz });
  assert.deepEqual(await put('1', { taxNz: plain(1).taxNz }), [], 'it was mended');
});

test('one person with two jobs shares nothing with themselves, but has one main tax code', async () => {
  scope = await makeEmployer(t.platform);
  const job = (code: 'M' | 'ME' | 'S') =>
    plain(1, (input) => {
      Object.assign(input.person ?? {}, { externalId: 'P-1' });
      Object.assign(input.taxNz ?? {}, { taxCode: code });
    });
  assert.deepEqual(await put('1', job('M')), []);
  assert.deepEqual(await put('2', job('S')), []);
  assert.deepEqual(await put('2', job('ME')), [
    ['main-tax-code-twice', '/taxNz/taxCode', 'The person has a main tax code on another job too (KOW01/1)'],
  ]);
  await put('1', {
    employment: {
      ...employeeInputOf(generatePerson(5, 1)).employment,
      endDate: '2026-11-20',
      terminationReason: 'resignation',
    },
  });
  assert.deepEqual(await put('2', job('ME')), [], 'the other job has ended');
});

test('an account is found with two people however its suffix is written, in any place, and while it waits', async () => {
  scope = await makeEmployer(t.platform);
  const account = (text: string) => ({
    country: 'NZ' as const,
    account: text,
    allocation: { type: 'balance' as const },
  });
  const split = [
    { ...account('08-6523-1954512-001'), allocation: { type: 'fixed' as const, value: '10.00' } },
    account('03-0049-0001100-27'),
  ];
  await put(
    '1',
    plain(1, (input) => Object.assign(input, { bankAccounts: split })),
  );
  const second = plain(2, (input) =>
    Object.assign(input, { bankAccounts: [account('03-0049-0001100-0027')] }),
  );
  const shared = [
    'bank-account-shared',
    '/bankAccounts',
    'Another person is paid to the same bank account (KOW01/1)',
  ];
  assert.deepEqual(await put('2', second), [shared]);
  await put('3', plain(3));
  const held = await put('3', { bankAccounts: [account('08-6523-1954512-01')] });
  assert.deepEqual(
    held.map(([code]) => code),
    ['bank-change-shared'],
  );
  await put('1', {
    employment: {
      ...employeeInputOf(generatePerson(5, 1)).employment,
      endDate: '2026-11-20',
      terminationReason: 'resignation',
    },
  });
  assert.deepEqual(
    await put('2', { bankAccounts: second.bankAccounts }),
    [],
    'nobody else is paid there any more',
  );
});

test('a manager who is unknown or has ended, and managers in a ring, are found', async () => {
  scope = await makeEmployer(t.platform);
  const under = (n: number, manager: string | null, ended = false) =>
    plain(n, (input) =>
      Object.assign(input.employment ?? {}, {
        managerEmployeeNumber: manager,
        ...(ended ? { endDate: '2026-11-20', terminationReason: 'resignation' } : {}),
      }),
    );
  const codes = async (number: string, input: EmployeeInputJson) =>
    (await put(number, input)).map(([code]) => code);
  assert.deepEqual(await codes('1', under(1, '2')), ['manager-unknown']);
  assert.deepEqual(await codes('2', under(2, '3')), ['manager-unknown']);
  assert.deepEqual(await codes('3', under(3, null)), []);
  assert.deepEqual(await codes('1', under(1, '2')), []);
  assert.deepEqual(await codes('3', under(3, '1')), ['manager-ring']);
  assert.deepEqual(await codes('4', under(4, '1')), [], 'who leads into a ring is not in it');
  assert.deepEqual(await codes('5', under(5, '5')), ['manager-ring']);
  await put('2', under(2, '3', true));
  assert.deepEqual(await codes('1', under(1, '2')), ['manager-ended', 'manager-ring']);
});

test('whether somebody has ended is judged by the day where the employer is', async () => {
  scope = await makeEmployer(t.platform);
  const sydney = { code: 'SYD01', name: 'Sydney', timeZone: 'Australia/Sydney', country: 'AU' as const };
  await transact(t.platform, scope, systemActor('test'), (work) => createCompany(work, scope, sydney));
  const ending = plain(1, (input) =>
    Object.assign(input.employment ?? {}, { endDate: '2026-11-24', terminationReason: 'resignation' }),
  );
  const under = (n: number) =>
    plain(n, (input) => Object.assign(input.employment ?? {}, { managerEmployeeNumber: '1' }));
  // It is half past ten in the evening there, and half past midnight in Auckland.
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T11:30:00Z'));
  await put('1', ending, scope, 'SYD01');
  const managers = async () =>
    (await put('2', under(2), scope, 'SYD01'))
      .map(([code]) => code)
      .filter((code) => code?.startsWith('manager'));
  assert.deepEqual(await managers(), []);
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T13:00:00Z'));
  assert.deepEqual(await managers(), ['manager-ended']);
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});

test('a long file is judged as its rows are one by one', async () => {
  scope = await makeEmployer(t.platform);
  const rows = Array.from({ length: 1_300 }, (_, n) => ({
    ...empRowOf(generatePerson(5, n), 'KOW01'),
    ...(n % 50 === 1 ? { ird_number: generatePerson(5, 0).irdNumber } : {}),
    ...(n % 40 === 2 ? { bank_1: generatePerson(5, n - 1).bankAccount } : {}),
    manager_employee_number: n % 100 === 3 ? 'NOBODY' : String(Math.floor(n / 8) + 1).padStart(6, '0'),
  }));
  await importRows(t.platform, scope, 'FULL', rows, { chunkRows: 500 });
  const ids = await read(t.platform, scope, async (sql) =>
    (
      await sql<
        { id: string }[]
      >`select id from payroll.employments where environment_id = ${scope.environmentId}`
    ).map((row) => row.id),
  );
  const among = (of: string[]) =>
    read(t.platform, scope, (sql) =>
      selectCrossFindings(sql, scope.environmentId, of, t.platform.clock.now()),
    );
  const together = (await among(ids)).map((one) => `${one.employmentId} ${one.code}`);
  const apart: string[] = [];
  for (const id of ids) for (const one of await among([id])) apart.push(`${id} ${one.code}`);
  assert.deepEqual(together.sort(), apart.sort());
  const count = (code: string) => together.filter((one) => one.endsWith(code)).length;
  assert.deepEqual(
    ['ird-number-shared', 'bank-account-shared', 'manager-unknown', 'manager-ring'].map(count),
    [27, 66, 13, 1],
    'n = 0 manages itself',
  );
});

test('an import names the lines of its own rows, as far as they speak of it, up to a limit', async () => {
  scope = await makeEmployer(t.platform);
  const { irdNumber } = generatePerson(5, 0);
  await importRows(t.platform, scope, 'FULL', [empRowOf(generatePerson(5, 0), 'KOW01')]);
  const importer = await openEmpImport(t.platform, {
    importId: scope.customerId,
    ...scope,
    mode: 'DELTA',
    actor: systemActor('test'),
    source: { channel: 'file' },
  });
  const rows: Record<string, string>[] = [1, 2].map((n) => ({
    ...empRowOf(generatePerson(5, n), 'KOW01'),
    ird_number: irdNumber,
  }));
  rows.push({ company_code: 'KOW01', employee_number: '000001', cost_centre: '77' });
  for (const [i, row] of rows.entries()) {
    const { staged } = validateEmpRow(row, {
      mode: 'DELTA',
      today: '2026-11-24',
      irdHighest: t.platform.config.payroll.irdHighest,
    });
    assert.ok(staged);
    await importer.stage([{ line: i + 2, staged }]);
  }
  await importer.check();
  await importer.apply();
  const found = await importer.compare(10);
  const first = await importer.compare(1);
  await importer.close();
  assert.deepEqual(
    found.map(({ line, code, field, severity }) => [line, code, field, severity]),
    [2, 3].map((line) => [line, 'ird-number-shared', 'ird_number', 'warning']),
  );
  assert.equal(first.length, 1);
  assert.ok(!JSON.stringify(found).includes(irdNumber));
});

test('what stands against the country, the start or the end of the employment is warned of at every door', async () => {
  scope = await makeEmployer(t.platform);
  const base = employeeInputOf(generatePerson(5, 1));
  const rate = { effectiveFrom: '2027-02-01', rateType: 'annualSalary' as const, amount: '90000.00' };
  const codes = async (number: string, input: EmployeeInputJson) =>
    (await put(number, input)).map(([code]) => code).sort();
  await put('1', base);
  const ended = { ...base.employment, endDate: '2027-01-31', terminationReason: 'resignation' as const };
  assert.deepEqual(await codes('1', { employment: ended }), []);
  assert.deepEqual(await codes('1', { payRates: [rate] }), ['pay-rate-after-end']);
  assert.deepEqual(await codes('1', { employment: ended }), ['pay-rate-after-end'], 'until it is corrected');
  await put('2', employeeInputOf(generatePerson(5, 2)));
  const foreign = { ...rate, currency: 'AUD' as const };
  assert.deepEqual(await codes('2', { payRates: [foreign] }), ['pay-currency']);
  const early = { ...rate, effectiveFrom: '1950-01-01' };
  await put('3', employeeInputOf(generatePerson(5, 3)));
  assert.deepEqual(await codes('3', { payRates: [early] }), ['date-unlikely', 'pay-rate-before-start']);
  const abroad = {
    country: 'AU' as const,
    account: '062-000 12345678',
    allocation: { type: 'balance' as const },
  };
  assert.deepEqual(
    await codes('3', { bankAccounts: [abroad] }),
    ['bank-account-abroad'],
    'also while it waits',
  );
  const tailored = { ...base.taxNz, taxCode: 'STC' as const, taxRatePercent: '20.00', studentLoan: false };
  await put('4', employeeInputOf(generatePerson(5, 4)));
  const over = { ...tailored, irdNumber: plain(4).taxNz?.irdNumber, taxRateEndDate: '2026-10-31' };
  assert.deepEqual(await codes('4', { taxNz: over }), ['tailored-code-over']);
  const taxAu = { tfn: '123456782', residencyStatus: 'australianResident' as const };
  assert.deepEqual(await codes('4', { taxAu }), ['tax-abroad']);

  const rows = [
    {
      ...empRowOf(generatePerson(5, 6), 'KOW01'),
      end_date: '2027-01-31',
      termination_reason: 'RESIGNATION',
      rate_effective_date: '2027-02-01',
    },
    {
      ...empRowOf(generatePerson(5, 7), 'KOW01'),
      tax_code: 'STC',
      tax_rate_pct: '20',
      tax_rate_end: '2026-10-31',
      student_loan: 'N',
    },
    {
      ...empRowOf(generatePerson(5, 8), 'KOW01'),
      bank_country: 'AU',
      bank_1: '062-000 12345678',
    },
  ];
  const importer = await openEmpImport(t.platform, {
    importId: scope.customerId,
    ...scope,
    mode: 'FULL',
    actor: systemActor('test'),
    source: { channel: 'file' },
  });
  for (const [i, row] of rows.entries()) {
    const { staged } = validateEmpRow(row, { mode: 'FULL', today: '2026-11-24', irdHighest: 150_000_000 });
    assert.ok(staged);
    await importer.stage([{ line: i + 2, staged }]);
  }
  await importer.check();
  const expected = [
    [2, 'pay-rate-after-end', 'rate_effective_date'],
    [3, 'tailored-code-over', 'tax_rate_end'],
    [4, 'bank-account-abroad', 'bank_country'],
  ];
  const shown = (findings: { line: number; code: string; field: string }[]) =>
    findings.map(({ line, code, field }) => [line, code, field]);
  assert.deepEqual(shown(await importer.preview(10)), expected, 'a dry run');
  await importer.apply();
  assert.deepEqual(shown(await importer.compare(10)), expected);
  await importer.close();
});
