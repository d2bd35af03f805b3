import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { Problem } from '#platform/problem.ts';
import { fireDueTimers } from '#platform/timers.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { checkRows, eventsOf, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import {
  employeeInputOf,
  empRowOf,
  generatePerson,
  getEmployee,
  listEmployees,
  payroll,
  putEmployee,
} from './index.ts';
import { confirmKey, joinEmployment, separateEmployment } from './person-identity.ts';

let t: TestDatabase;
let scope: PayrollScope;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const actor = systemActor('test');
const bodyOf = (n: number, externalId?: string): EmployeeInputJson => {
  const input = employeeInputOf(generatePerson(21, n));
  return { ...input, person: { ...input.person, ...(externalId === undefined ? {} : { externalId }) } };
};
const rowOf = (n: number, cells: Record<string, string> = {}) => ({
  ...empRowOf(generatePerson(21, n), 'KOW01'),
  ...cells,
});

async function put(employeeNumber: string, input: EmployeeInputJson) {
  return transact(t.platform, scope, actor, (work) =>
    putEmployee(work, {
      ...scope,
      companyCode: 'KOW01',
      employeeNumber,
      input: employeeInput.parse(input),
      source: { channel: 'api' },
    }),
  );
}

/** The problem that a PUT is refused with: its code, and each place that is named. */
async function refusal(employeeNumber: string, input: EmployeeInputJson) {
  const error = await put(employeeNumber, input).then(
    () => assert.fail('it was accepted'),
    (fault: unknown) => fault,
  );
  assert.ok(error instanceof Problem, String(error));
  return [error.status, error.code, error.errors?.map((one) => one.pointer)] as const;
}

async function documentOf(employeeNumber: string) {
  const found = await getEmployee(t.platform, scope.environmentId, { companyCode: 'KOW01', employeeNumber });
  assert.ok(found, employeeNumber);
  return found;
}

async function errorsOf(rows: Record<string, string>[], mode: 'FULL' | 'DELTA' = 'FULL') {
  const { findings } = await checkRows(t.platform, scope, mode, rows);
  return findings
    .filter((one) => one.severity === 'error')
    .map((one) => [one.line, one.code, one.field] as const);
}

const numbers = async () =>
  (await listEmployees(t.platform, scope.environmentId)).items.map((one) => one.employeeNumber);

test('three people who are sent with one external id stay three, and the refusal names what differs, no value', async () => {
  scope = await makeEmployer(t.platform);
  await put('1', bodyOf(1, '0'));
  const differing = [
    '/person/legalFirstName',
    '/person/legalLastName',
    '/person/dateOfBirth',
    '/taxNz/irdNumber',
  ];
  for (const n of [2, 3]) {
    const [status, code, pointers] = await refusal(String(n), bodyOf(n, '0'));
    assert.deepEqual([status, code], [409, 'person-differs']);
    assert.deepEqual(new Set(pointers), new Set(differing));
  }
  assert.deepEqual(await numbers(), ['1']);
  const error = await put('2', bodyOf(2, '0')).catch((fault: unknown) => JSON.stringify(fault));
  for (const value of [generatePerson(21, 1), generatePerson(21, 2)].flatMap((one) => [
    one.irdNumber,
    one.birthDate,
  ]))
    assert.ok(!String(error).includes(value));
  assert.deepEqual(
    (await errorsOf([rowOf(2, { external_id: '0', employee_number: '2' })])).map((one) => one[1]),
    Array(4).fill('person-differs'),
    'a file is refused alike',
  );
});

test('a second employment joins by its external id only when name, birth date and IRD number agree', async () => {
  scope = await makeEmployer(t.platform);
  await put('1', bodyOf(1, 'HR-1'));
  const same = bodyOf(1, 'hr-1');
  assert.deepEqual(await refusal('2', { ...same, taxNz: { taxCode: 'ND' } }), [
    409,
    'person-differs',
    ['/taxNz/irdNumber'],
  ]);
  const joined = await put('2', { ...same, taxNz: { ...same.taxNz, taxCode: 'S' } });
  assert.ok(joined.created);
  assert.equal((await documentOf('1')).personId, (await documentOf('2')).personId);
});

test('rows of one file that share an external id are one person only when they agree', async () => {
  scope = await makeEmployer(t.platform);
  const errors = await errorsOf([
    rowOf(1, { external_id: 'X' }),
    rowOf(2, { external_id: 'x' }),
    rowOf(3, { external_id: 'Y' }),
    rowOf(3, { external_id: 'Y', employee_number: '900000', tax_code: 'S' }),
  ]);
  assert.deepEqual(new Set(errors.map((one) => one[0])), new Set([3]));
  assert.deepEqual(new Set(errors.map((one) => one[1])), new Set(['person-differs']));
});

test('an employee number is never given to another person by sending their details to it', async () => {
  scope = await makeEmployer(t.platform);
  await put('1', bodyOf(1));
  const other = bodyOf(2);
  assert.deepEqual((await refusal('1', other)).slice(0, 2), [409, 'employee-number-taken']);
  assert.deepEqual(
    (await errorsOf([rowOf(2, { employee_number: '1' })])).map((one) => one[1]),
    ['employee-number-taken'],
  );
  assert.ok((await put('1', { person: { ...bodyOf(1).person, legalLastName: 'Married' } as never })).changed);
});

test('a number that differs by zeros, case, an apostrophe or punctuation for the same person is refused at every door', async () => {
  scope = await makeEmployer(t.platform);
  await put('009602', bodyOf(1));
  await put('E-9603', bodyOf(2));
  for (const [n, looks] of [
    [1, '9602'],
    [1, "'009602"],
    [1, '0009602'],
    [2, 'e-9603'],
    [2, 'E9603'],
    [2, 'E 9603'],
  ] as const) {
    assert.deepEqual(
      await refusal(looks, bodyOf(n)),
      [409, 'employee-number-alike', ['/employeeNumber']],
      looks,
    );
    assert.deepEqual(await errorsOf([rowOf(n, { employee_number: looks })]), [
      [2, 'number-look-alike', 'employee_number'],
    ]);
  }
  const { findings } = await checkRows(t.platform, scope, 'FULL', [rowOf(1, { employee_number: '9602' })]);
  assert.match(findings[0]?.message ?? '', /KOW01\/009602; did you mean it\?/);
  // Name and date of birth differ, the IRD number is the same.
  const byNumber = { ...bodyOf(5), taxNz: bodyOf(1).taxNz };
  assert.equal((await refusal('9602', byNumber))[1], 'employee-number-alike');
  assert.deepEqual(await numbers(), ['009602', 'E-9603']);
});

test('somebody else may have a number that looks alike, with a warning, but never one that only differs in case', async () => {
  scope = await makeEmployer(t.platform);
  await put('E9603', bodyOf(1));
  const { warnings } = await put('E-9603', bodyOf(2));
  assert.deepEqual(
    warnings.map((one) => [one.code, one.field]),
    [['number-looks-alike', '/employeeNumber']],
  );
  assert.equal((await refusal('e9603', bodyOf(3)))[1], 'employee-number-alike');
  const found = await getEmployee(t.platform, scope.environmentId, {
    companyCode: 'KOW01',
    employeeNumber: 'e9603',
  });
  assert.equal(found?.document.employeeNumber, 'E9603');
});

test('numbers that look alike within one file are refused for one person, and keys that fold alike always', async () => {
  scope = await makeEmployer(t.platform);
  assert.deepEqual(
    await errorsOf([
      rowOf(1, { employee_number: '009602' }),
      rowOf(1, { employee_number: '9602' }),
      rowOf(2, { employee_number: 'E1' }),
      rowOf(3, { employee_number: 'e1' }),
      rowOf(4, { employee_number: '77' }),
      rowOf(5, { employee_number: '077' }),
    ]),
    [
      [2, 'number-look-alike', 'employee_number'],
      [3, 'number-look-alike', 'employee_number'],
      [4, 'duplicate-key', 'employee_number'],
      [5, 'duplicate-key', 'employee_number'],
    ],
  );
});

test('a code that looks like a registered one is refused, until somebody confirms it', async () => {
  scope = await makeEmployer(t.platform);
  const input = bodyOf(1);
  const inDepartment = (departmentCode: string, locationCode = 'L1') => ({
    ...input,
    employment: { ...input.employment, departmentCode, locationCode } as never,
  });
  await put('1', inDepartment('OPS-1'));
  assert.deepEqual(await refusal('1', inDepartment('OPS1')), [
    422,
    'employee-invalid',
    ['/employment/departmentCode'],
  ]);
  const row = { company_code: 'KOW01', employee_number: '1', location_code: 'L01' };
  assert.deepEqual(await errorsOf([row], 'DELTA'), [[2, 'code-look-alike', 'location_code']]);
  const twice = [rowOf(2, { pay_group: 'P-1' }), rowOf(3, { pay_group: 'P01' })];
  assert.deepEqual(await errorsOf(twice), [[3, 'code-look-alike', 'pay_group']]);
  await transact(t.platform, scope, actor, (work) =>
    confirmKey(work, scope, { kind: 'department', code: 'ops1', reason: 'It is another team' }),
  );
  assert.ok((await put('1', inDepartment('OPS1'))).changed);
});

test('what a person confirmed about a number and about a person is taken, with who said so in the audit trail', async () => {
  scope = await makeEmployer(t.platform);
  await put('009602', bodyOf(1, 'HR-1'));
  const place = { companyCode: 'KOW01', reason: 'They are twins' };
  await transact(t.platform, scope, actor, (work) =>
    confirmKey(work, scope, { kind: 'employee-number', employeeNumber: '9602', ...place }),
  );
  assert.ok((await put('9602', bodyOf(1))).created);
  await assert.rejects(put('3', bodyOf(3, 'HR-1')));
  await transact(t.platform, scope, actor, (work) =>
    confirmKey(work, scope, { kind: 'person', employeeNumber: '3', externalId: 'HR-1', ...place }),
  );
  await put('3', bodyOf(3, 'HR-1'));
  assert.equal((await documentOf('3')).personId, (await documentOf('009602')).personId);
  const audit = await read(
    t.platform,
    scope,
    (sql) => sql`
    select subject, detail from platform.audit where action = 'employee.confirm-key' order by at`,
  );
  assert.deepEqual(
    audit.map((one) => one['subject']),
    ['employee-number KOW01/9602', 'person KOW01/3'],
  );
});

test('people who were joined wrongly are separated: each reads as their own, and the history keeps what it said', async () => {
  scope = await makeEmployer(t.platform);
  await put('1', bodyOf(1, 'HR-1'));
  await put('2', bodyOf(2));
  const [first, second] = [await documentOf('1'), await documentOf('2')];
  await transact(t.platform, scope, actor, (work) =>
    joinEmployment(
      work,
      { ...scope, employmentId: second.employmentId },
      { employmentId: first.employmentId, reason: 'Same person' },
    ),
  );
  assert.equal((await documentOf('2')).document.person?.legalLastName, first.document.person?.legalLastName);
  await put('2', { person: { ...bodyOf(2).person, legalFirstName: 'Overwritten' } as never }).catch(() => {});
  const from = (await eventsOf(t.platform, scope)).length;
  await transact(t.platform, scope, actor, (work) =>
    separateEmployment(work, { ...scope, employmentId: second.employmentId }, 'They are two'),
  );
  const [one, two] = [await documentOf('1'), await documentOf('2')];
  assert.notEqual(one.personId, two.personId);
  assert.deepEqual(one.document.person, {
    ...first.document.person,
    effectiveFrom: one.document.person?.effectiveFrom,
  });
  assert.equal(two.document.person?.legalLastName, second.document.person?.legalLastName);
  assert.equal(two.document.person?.dateOfBirth, second.document.person?.dateOfBirth);
  assert.deepEqual([one.document.person?.externalId, two.document.person?.externalId], ['HR-1', null]);
  const events = (await eventsOf(t.platform, scope)).slice(from);
  assert.ok(events.some((event) => event.subject['employeeNumber'] === '2'));
  await assert.rejects(
    transact(t.platform, scope, actor, (work) =>
      separateEmployment(work, { ...scope, employmentId: second.employmentId }, 'Once more'),
    ),
    (error) => error instanceof Problem && error.code === 'person-alone',
  );
});

test('what one employment told about the other is taken back when they are separated', async () => {
  scope = await makeEmployer(t.platform);
  const same = bodyOf(1, 'HR-1');
  await put('1', same);
  await put('2', { ...same, taxNz: { ...same.taxNz, taxCode: 'S' } });
  await put('2', { person: { ...same.person, mobile: '+64 21 555', preferredName: 'Two' } as never });
  assert.equal((await documentOf('1')).document.person?.preferredName, 'Two');
  const second = await documentOf('2');
  await transact(t.platform, scope, actor, (work) =>
    separateEmployment(work, { ...scope, employmentId: second.employmentId }, 'They are two'),
  );
  assert.equal((await documentOf('1')).document.person?.mobile, generatePerson(21, 1).mobile);
  assert.equal((await documentOf('2')).document.person?.preferredName, 'Two');
  const recorded = await read(
    t.platform,
    scope,
    (sql) => sql`
    select count(*)::int as rows, count(*) filter (where superseded_at is null)::int as live from payroll.person_details`,
  );
  assert.deepEqual({ ...recorded[0] }, { rows: 4, live: 2 }, 'nothing that was recorded is gone');
  await importRows(t.platform, scope, 'DELTA', [
    { company_code: 'KOW01', employee_number: '1', mobile: '+64 21 777' },
  ]);
  assert.equal((await documentOf('2')).document.person?.mobile, '+64 21 555');
});

test('each employment of a person has its event when the person changes, now or on a later day', async () => {
  scope = await makeEmployer(t.platform);
  const same = bodyOf(1, 'HR-1');
  const person = { ...same.person } as NonNullable<EmployeeInputJson['person']>;
  await put('1', same);
  await put('2', { ...same, taxNz: { ...same.taxNz, taxCode: 'S' } as never });
  const from = (await eventsOf(t.platform, scope)).length;
  await put('1', { person: { ...person, legalLastName: 'Renamed' } });
  await put('2', { effectiveFrom: '2027-01-01', person: { ...person, legalLastName: 'Later' } });
  const read = async () =>
    (await eventsOf(t.platform, scope))
      .slice(from)
      .map((event) => [
        event.type,
        event.subject['employeeNumber'],
        event.data.version,
        event.data.change.fields.join(),
      ]);
  const first = (await read()).sort();
  assert.deepEqual(first, [
    ['employee.update_scheduled', '1', 3, 'legalLastName'],
    ['employee.update_scheduled', '2', 3, 'legalLastName'],
    ['employee.updated', '1', 2, 'legalLastName'],
    ['employee.updated', '2', 2, 'legalLastName'],
  ]);
  await put('3', {
    ...same,
    person: { ...person, legalLastName: 'Renamed', mobile: '+64 21 3' },
    taxNz: { ...same.taxNz, taxCode: 'S' } as never,
  });
  const joined = (await read())
    .slice(4)
    .map(([type, number]) => `${type} ${number}`)
    .sort();
  assert.deepEqual(joined, ['employee.updated 1', 'employee.updated 2', 'employment.created 3']);
  const start = t.platform.clock.now();
  t.platform.clock.set(Temporal.Instant.from('2027-01-01T00:00:00Z'));
  await fireDueTimers(t.platform, payroll.timers?.(t.platform) ?? {});
  t.platform.clock.set(start);
  const effective = (await read())
    .slice(7)
    .map(([type, number]) => `${type} ${number}`)
    .sort();
  assert.deepEqual(
    effective,
    ['1', '2', '3'].map((number) => `employee.update_effective ${number}`),
  );
});

test('one file that changes a person through one row says so of every employment', async () => {
  scope = await makeEmployer(t.platform);
  const row = rowOf(1, { external_id: 'X', employee_number: '1' });
  await importRows(t.platform, scope, 'FULL', [row, { ...row, employee_number: '2', tax_code: 'S' }]);
  const from = (await eventsOf(t.platform, scope)).length;
  const key = (employee_number: string) => ({ company_code: 'KOW01', employee_number });
  await importRows(t.platform, scope, 'DELTA', [
    { ...key('1'), cost_centre: '77' },
    { ...key('2'), mobile: '+64 21 2' },
  ]);
  const events = (await eventsOf(t.platform, scope)).slice(from);
  assert.deepEqual(
    events.map((one) => `${one.type} ${one.subject['employeeNumber']} ${one.data.version}`).sort(),
    ['employee.updated 1 2', 'employee.updated 2 2', 'employment.updated 1 2'],
  );
});

test('a search finds names without their accents and macrons, and with them', async () => {
  scope = await makeEmployer(t.platform);
  const named = (n: number, first: string, last: string) => {
    const input = bodyOf(n);
    return {
      ...input,
      person: { ...input.person, legalFirstName: first, legalLastName: last, preferredName: null } as never,
    };
  };
  await put('1', named(1, 'Siobhán', 'O’Brien'));
  await put('2', named(2, 'Kōwhai', 'Ngāta'));
  await put('3', named(3, 'Bjørn', 'Łukasz'));
  await put('E4', named(4, 'Plain', 'Name'));
  const found = async (search: string) =>
    (await listEmployees(t.platform, scope.environmentId, { search })).items.map((one) => one.employeeNumber);
  for (const [search, numbers] of [
    ['Siobhan', ['1']],
    ['SIOBHÁN', ['1']],
    ['Kowhai', ['2']],
    ['kōwhai ngata', ['2']],
    ['ngat', ['2']],
    ['bjorn', ['3']],
    ['lukasz', ['3']],
    ['e4', ['E4']],
    ['%', []],
    ['_', []],
  ] as const)
    assert.deepEqual(await found(search), numbers, search);
});
