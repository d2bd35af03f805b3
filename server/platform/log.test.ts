import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { empColumns } from '#modules/payroll/index.ts';
import { fieldClasses } from '#modules/payroll/sensitivity.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { createLog, logDestination } from './log.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
});
after(() => t.close());

function logged(entry: object): string {
  let text = '';
  const log = createLog(
    { level: 'info', role: 'test' },
    {
      write: (line) => {
        text += line;
      },
    },
  );
  log.info(entry, 'words');
  return text;
}

async function faultOf(statement: string): Promise<Error> {
  return t.owner.unsafe(statement).then(
    () => assert.fail('it should have failed'),
    (error: Error) => error,
  );
}

test("a database's fault is logged with its place and without the row or value it is about", async () => {
  await t.owner`create temporary table pay (salary numeric check (salary < 10), ird text unique)`;
  await t.owner`insert into pay values (1, '49091850')`;
  const row = logged({ err: await faultOf("insert into pay values (78123, '49098576')") });
  assert.match(row, /"code":"23514".*"table":"pay".*"constraint":"pay_salary_check"/);
  const key = logged({ err: await faultOf("insert into pay values (1, '49091850')") });
  const value = logged({ err: await faultOf("insert into pay values ('78123 dollars')") });
  assert.match(value, /invalid input syntax for type numeric: \\"…\\"/);
  const wrapped = logged({ err: new Error('no', { cause: await faultOf("select '78123 dollars'::int") }) });
  assert.match(wrapped, /"cause":\{"type":"PostgresError"/);
  for (const text of [row, key, value, wrapped]) {
    assert.doesNotMatch(text, /78123|49091850|49098576/);
    assert.match(text, /at .*log\.test\.ts|"stack":/);
  }
});

test("a parser's fault does not repeat its input", () => {
  for (const parse of [() => JSON.parse('{"ird": 49091850'), () => Temporal.PlainDate.from('1980-02-31x')]) {
    try {
      parse();
      assert.fail('it should have failed');
    } catch (error) {
      assert.doesNotMatch(logged({ err: error }), /49091850|1980-02-31x/);
    }
  }
});

test('an address in a fault, of a person or of a server with its password, is left out', () => {
  const refused = new Error('550 5.1.1 <hemi@kowhai.example>: Recipient address rejected');
  const lost = new Error('connect to postgres://fairlead:hidden@db.example/fairlead failed');
  assert.doesNotMatch(logged({ err: refused }) + logged({ err: lost }), /hemi|hidden/);
  assert.match(logged({ err: refused }), /550 5\.1\.1 <…@…>: Recipient address rejected/);
});

test('private names lose their values at any depth and however they are written', () => {
  const text = logged({
    employee: {
      details: [{ ird_number: '49091850', dateOfBirth: '1980-02-03', payRates: [{ amount: '78123' }] }],
    },
    headers: { Authorization: 'Bearer 78123', 'set-cookie': '78123' },
    attempt: { endpoint: 'kept' },
  });
  assert.doesNotMatch(text, /49091850|1980-02-03|78123/);
  assert.match(text, /kept/);
});

test('no field of payroll and no column of its file that holds a name or a P2–P4 value is logged with it', () => {
  // Words of many things, in payroll too: nothing personal follows from them alone.
  const common = ['status', 'currency', 'reasonCode'];
  const names = [
    ...Object.entries(fieldClasses)
      .filter(([name, of]) => /^P[234]$/.test(of) || /name/i.test(name))
      .map(([name]) => name),
    ...empColumns
      .filter((column) => /^P[234]$/.test(column.class) || ['name', 'email'].includes(column.kind))
      .map((column) => column.name),
  ].filter((name) => !common.includes(name));
  assert.ok(names.length > 70, `${names.length} names`);
  assert.deepEqual(
    names.filter((name) => logged({ [name]: '78123' }).includes('78123')),
    [],
  );
});

test('a log that cannot be written, as on a full disk, ends nothing', {
  skip: process.platform !== 'linux',
}, () => {
  const full = openSync('/dev/full', 'w');
  const log = createLog({ level: 'info', role: 'test' }, logDestination(full));
  for (let line = 0; line < 3; line++) log.error('nobody can read this');
  closeSync(full);
});
