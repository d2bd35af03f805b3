import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { employeeInput } from '#contract/payroll.ts';
import { isMask, isMisread } from '#contract/payroll-text.ts';
import { systemActor } from '#platform/actor.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeEmployer } from '#testing/payroll.ts';
import { employeeInputOf, empRowOf, generatePerson, putEmployee, validateEmpRow } from './index.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const rules = { mode: 'FULL', today: '2026-11-24', irdHighest: 150_000_000 } as const;
const person = generatePerson(1, 0);
const row = {
  ...empRowOf(person, 'KOW01'),
  bank_1_reference: 'PAY',
  external_id: 'HR-1',
  position_code: 'P1',
};
/** Columns of an EMP file, and where the same text stands in the body of a PUT. */
const texts: [column: string, pointer: (string | number)[]][] = [
  ['first_name', ['person', 'legalFirstName']],
  ['last_name', ['person', 'legalLastName']],
  ['external_id', ['person', 'externalId']],
  ['mobile', ['person', 'mobile']],
  ['res_line1', ['person', 'address', 'line1']],
  ['res_city', ['person', 'address', 'city']],
  ['position_title', ['employment', 'positionTitle']],
  ['position_code', ['employment', 'positionCode']],
  ['department_code', ['employment', 'departmentCode']],
  ['location_code', ['employment', 'locationCode']],
  ['pay_group', ['employment', 'payGroupCode']],
  ['cost_centre', ['employment', 'costAllocations', 0, 'costCentre']],
  ['bank_1', ['bankAccounts', 0, 'account']],
  ['bank_1_name', ['bankAccounts', 0, 'accountName']],
  ['bank_1_reference', ['bankAccounts', 0, 'reference']],
];
const keys = new Set([
  'external_id',
  'position_code',
  'department_code',
  'location_code',
  'pay_group',
  'cost_centre',
]);

function bodyWith(pointer: (string | number)[], value: string): unknown {
  const body: Record<string | number, unknown> = structuredClone(employeeInputOf(person));
  const last = pointer.at(-1) ?? '';
  const holder = pointer
    .slice(0, -1)
    .reduce((at, part) => at[part] as Record<string | number, unknown>, body);
  holder[last] = value;
  return body;
}

function refusals(column: string, pointer: (string | number)[], value: string) {
  const inFile = validateEmpRow({ ...row, [column]: value }, rules);
  const parsed = employeeInput.safeParse(bodyWith(pointer, value));
  return {
    file:
      inFile.staged === null &&
      inFile.findings.some((one) => one.field === column && one.severity === 'error'),
    body: parsed.error?.issues.some((issue) => issue.path.join('/') === pointer.join('/')) ?? false,
  };
}

test('a character that nobody sees is refused with its place in every text of a row and of a body', () => {
  const characters = ['\u200b', '\u202e', '\u0007', '\ufffd', '\u2028', '\u00ad', 'a\nb', 'a\r\nb'];
  for (const [column, pointer] of texts)
    for (const character of characters)
      assert.deepEqual(
        refusals(column, pointer, `A${character}B`),
        { file: true, body: true },
        `${column} ${JSON.stringify(character)}`,
      );
  for (const [column, pointer] of texts)
    assert.deepEqual(refusals(column, pointer, '\u200b'), { file: true, body: true }, `${column} invisible`);
  const { findings } = validateEmpRow({ ...row, last_name: 'Nga\u200bta' }, rules);
  assert.match(findings[0]?.message ?? '', /last_name holds the character U\+200B at position 4/);
});

test('a mask that is sent back is refused, in whatever characters it is written', () => {
  for (const mask of [
    '•••',
    '***',
    '●●●●',
    'XXXX',
    '01-••••-•••••89-00',
    '$•••,•••',
    '###-####',
    '***-***-360',
  ])
    for (const [column, pointer] of texts)
      assert.deepEqual(refusals(column, pointer, mask), { file: true, body: true }, `${column} ${mask}`);
  for (const value of ['Flat 2 / 12 Max Street', 'Gal·la', 'Xanthe', '+64 21 000 360', 'O’Neill', 'A*', '#3'])
    assert.ok(!isMask(value), value);
});

test('keys and codes are refused in a form that only looks like another', () => {
  for (const [column, pointer] of texts.filter(([column]) => keys.has(column)))
    assert.deepEqual(refusals(column, pointer, '９６０２'), { file: true, body: true }, column);
  const { findings } = validateEmpRow({ ...row, employee_number: '００９６０２' }, rules);
  assert.deepEqual(
    findings.map((one) => [one.field, one.code]),
    [['employee_number', 'key-form']],
  );
  assert.match(findings[0]?.message ?? '', /write it as 009602/);
});

test('text that was read in another encoding is warned of at both doors', async () => {
  const misread = 'HÄ“mi';
  assert.ok(isMisread(misread) && isMisread('ZoÃ©') && isMisread('Oâ€™Neill'));
  for (const name of ['Hēmi', 'Zoë', 'Ängström', 'Åse', 'Māhina', 'Âgé']) assert.ok(!isMisread(name), name);
  const inFile = validateEmpRow({ ...row, first_name: misread }, rules);
  assert.deepEqual(
    inFile.findings.map((one) => [one.code, one.field, one.severity]),
    [['text-misread', 'first_name', 'warning']],
  );
  const scope = await makeEmployer(t.platform);
  const put = await transact(t.platform, scope, systemActor('test'), (work) =>
    putEmployee(work, {
      ...scope,
      companyCode: 'KOW01',
      employeeNumber: '1',
      input: employeeInput.parse(bodyWith(['person', 'legalFirstName'], misread)),
      source: { channel: 'api' },
    }),
  );
  assert.deepEqual(
    put.warnings.map((one) => [one.code, one.field]),
    [['text-misread', '/person/legalFirstName']],
  );
});
