import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { generatePerson } from '#modules/payroll/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { employeeColumns, employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { agreeExchange } from './agree-exchange.ts';
import { createExchange } from './create-exchange.ts';
import { termsMark } from './exchange.ts';
import { getExchange } from './exchange-store.ts';
import { processPendingTransfers } from './transfer-loop.ts';

let t: TestDatabase;
let at: FileHome;
let { answers, code, count, events, fileName, home, put, scope, send } = {} as FileHome;

before(async () => {
  t = await openTestDatabase({ files: { maxRows: 60 } });
  at = await openFileHome(t);
  ({ answers, code, count, events, fileName, home, put, scope, send } = at);
});
after(() => t.close());

test('a FULL file is applied once, acknowledged and archived; the same bytes again have no effect', async () => {
  const content = employees(40);
  const name = fileName('FULL');
  const { ack } = await send(content, name);
  assert.equal(ack.status, 'accepted', JSON.stringify(ack));
  assert.deepEqual(ack.rows, {
    read: 40,
    accepted: 40,
    rejected: 0,
    warnings: ack.rows['warnings' as never],
  });
  assert.equal(ack.effects?.['created'], 40);
  assert.equal(await count('payroll.employments'), 40);
  assert.equal(await home.find(`/in/employees/${name}`), undefined);
  assert.equal((await home.find(`/archive/${name}`))?.sizeBytes, Buffer.byteLength(content));
  const again = await send(content, fileName('FULL'));
  assert.equal(again.ack.status, 'duplicate');
  assert.equal(await count('payroll.employments'), 40);
  const types = (await events()).map((one) => one.type);
  assert.deepEqual(types, [
    'transfer.received',
    'transfer.applied',
    'transfer.received',
    'transfer.duplicate',
  ]);
  const [, applied] = await events();
  assert.equal(applied?.data['sha256'], hash('sha256', content, 'hex'));
});

test('a dry run gives the same answer and loads nothing', async () => {
  const { ack } = await send(
    employees(10, () => {}, 100),
    fileName(),
    '/in/validate',
  );
  assert.equal(ack.status, 'accepted');
  assert.equal(ack.rows.accepted, 10);
  assert.equal(await count('payroll.employments'), 40);
  assert.equal((await events()).at(-1)?.type, 'transfer.checked');
});

test('up to a tenth of the rows may be wrong: they are answered with line, column and code, the others are applied', async () => {
  const wrong = employees(20, (row, i) => {
    row['position_title'] = 'Changed';
    if (i === 7) row['ird_number'] = '123456789';
  });
  const { ack, errors } = await send(wrong);
  assert.equal(ack.status, 'acceptedWithErrors', JSON.stringify(ack));
  assert.equal(ack.rows.rejected, 1);
  assert.equal(ack.effects?.['updated'], 19);
  const line = errors.find((one) => one.includes('ird_number'));
  assert.match(line ?? '', /^8,9,KOW01\/[^,]+,ird_number,ird-/);
  assert.ok(!errors.join().includes('123456789'), 'the error file holds a P4 value');
});

const header = `${employeeColumns.join(',')}\r\n`;
const rows = (n: number) => employees(n, () => {}, 300);
const badFiles: [string, () => string | Buffer, string, number | null][] = [
  ['zero bytes', () => '', 'file-empty', null],
  ['a wrong header', () => rows(3).replace('employee_number', 'emp_no'), 'header-missing-column', 1],
  [
    'a header that lacks nothing but names a column twice',
    () => rows(3).replace('first_name', 'last_name'),
    'header-duplicate-column',
    1,
  ],
  ['semicolons', () => rows(3).replaceAll(',', ';'), 'header-delimiter', 1],
  ['UTF-16', () => Buffer.from(`\ufeff${rows(3)}`, 'utf16le'), 'encoding-utf16', 1],
  [
    'Windows-1252',
    () =>
      Buffer.from(
        employees(
          3,
          (row, i) => {
            if (i === 1) row['last_name'] = 'Hémi';
          },
          300,
        ),
        'latin1',
      ),
    'encoding-not-utf8',
    3,
  ],
  ['a last line that is cut off', () => rows(3).slice(0, -60), 'file-cut-off', 4],
  [
    'a last line that is cut off within its last field',
    () => rows(3).replaceAll('\r\n', ',note\r\n').slice(0, -4),
    'file-cut-off',
    4,
  ],
  ['a last line that lacks nothing but its line break', () => rows(3).trimEnd(), 'file-cut-off', 4],
  ['a last line cut off within quotes', () => `${rows(2)}KOW01,"0001`, 'file-cut-off', 4],
  ['more rows than the limit', () => rows(61), 'too-many-rows', 62],
  [
    'wrong check digits in every row',
    () =>
      employees(
        5,
        (row) => {
          row['ird_number'] = '123456789';
        },
        300,
      ),
    'ird-check-digit',
    2,
  ],
  [
    'the same employee in every row',
    () => header + rows(1).split('\r\n')[1]?.concat('\r\n').repeat(4),
    'duplicate-key',
    2,
  ],
  ['a NUL', () => rows(3).replace('KOW01', 'KOW\u00001'), 'nul-byte', 2],
];
for (const [what, content, faultCode, line] of badFiles)
  test(`a file with ${what} is rejected as ${faultCode} at its line, and nothing of it is applied`, async () => {
    const before = await count('payroll.employments');
    const { ack, errors } = await send(content());
    assert.equal(ack.status, 'rejected', JSON.stringify(ack));
    assert.ok((ack.codes[faultCode] ?? 0) >= 1, JSON.stringify(ack.codes));
    const fault = errors.find((one) => one.includes(`,${faultCode},`));
    assert.equal(fault?.split(',')[1], line === null ? '' : String(line));
    assert.equal(await count('payroll.employments'), before);
    assert.equal((await events()).at(-1)?.type, 'transfer.rejected');
  });

test('a name that does not follow the pattern, or carries the code of another customer, is rejected', async () => {
  assert.ok((await send(rows(1), 'employees.csv')).ack.codes['file-name']);
  assert.ok((await send(rows(1), fileName().replace(code, 'OTHER'))).ack.codes['file-customer']);
});

test('a control file that does not fit rejects the file; one that fits lets it pass', async () => {
  const content = rows(2);
  const total = content
    .split('\r\n')
    .slice(1, 3)
    .reduce((sum, line) => sum + BigInt((line.split(',')[1] ?? '').replaceAll(/\D/g, '')), 0n);
  const good = {
    sha256: hash('sha256', content, 'hex'),
    rows: 2,
    mode: 'DELTA',
    controlTotals: { hashEmployeeNumber: String(total) },
  };
  const cases: [object | string, string][] = [
    [{ ...good, sha256: '0'.repeat(64) }, 'control-sha256'],
    [{ ...good, rows: 3 }, 'control-rows'],
    [{ ...good, mode: 'FULL' }, 'control-mode'],
    [{ ...good, file: 'another.csv' }, 'control-file'],
    [{ ...good, controlTotals: { hashEmployeeNumber: 1 } }, 'control-total'],
    ['{"rows":', 'control-unreadable'],
  ];
  for (const [control, faultCode] of cases) {
    const name = fileName();
    await put(
      `/in/employees/${name.replace('.csv', '.ctl.json')}`,
      typeof control === 'string' ? control : JSON.stringify(control),
    );
    const { ack } = await send(content, name);
    assert.equal(ack.status, 'rejected', faultCode);
    assert.ok(ack.codes[faultCode], `${faultCode}: ${JSON.stringify(ack.codes)}`);
  }
  const name = fileName();
  await put(`/in/employees/${name.replace('.csv', '.ctl.json')}`, JSON.stringify({ ...good, file: name }));
  assert.equal((await send(content, name)).ack.status, 'accepted');
});

test('a last line without its line break is let pass when the hash of the control file shows that it is whole', async () => {
  const content = employees(2, (row) => {
    row['position_title'] = 'Without an end';
  }).trimEnd();
  const name = fileName();
  const control = { sha256: hash('sha256', content, 'hex') };
  await put(`/in/employees/${name.replace('.csv', '.ctl.json')}`, JSON.stringify(control));
  const { ack } = await send(content, name);
  assert.deepEqual([ack.status, ack.codes['no-final-line-break']], ['accepted', 1]);
});

test('the naming that both sides agreed on is what names are checked by, and one that is only proposed is not', async () => {
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const owner = await makePerson(t.platform, { roles: ['project-owner'], customerId: scope.customerId });
  const exchange = await transact(t.platform, scope, manager, (work) =>
    createExchange(work, { code: 'hr', delimiter: '|' }),
  );
  const agree = (who: Actor, terms: { naming?: string } = {}) =>
    transact(t.platform, scope, who, async (work) => {
      const before = await getExchange(work.sql, scope.environmentId, exchange.id);
      assert.ok(before);
      return agreeExchange(work, exchange.id, { seen: termsMark(before), ...terms });
    });
  const content = employees(2, (row) => {
    row['position_title'] = 'By another name';
  }).replaceAll(',', '|');
  await agree(manager, { naming: '{CUSTOMER} people {YYYYMMDD}-{FULL|DELTA}.csv' });
  const proposed = await send(content, `${code} people 20261124-DELTA.csv`, '/in/hr');
  assert.deepEqual(Object.keys(proposed.ack.codes), ['file-name']);
  assert.match(proposed.errors[0] ?? '', new RegExp(`${code}_EMP_`), 'the error file names what is in force');
  await agree(owner);
  assert.equal((await send(content, `${code} people 20261125-DELTA.csv`, '/in/hr')).ack.status, 'accepted');
  const other = await send(content.replaceAll('By', 'Not by'), fileName(), '/in/hr');
  assert.deepEqual(Object.keys(other.ack.codes), ['file-name']);
  const unseen = content.replaceAll('By', 'Only checked by');
  const control = { rows: 3 };
  await put(`/in/validate/${code} people 20261126-DELTA.ctl.json`, JSON.stringify(control));
  const { ack } = await send(unseen, `${code} people 20261126-DELTA.csv`, '/in/validate');
  assert.deepEqual(
    Object.keys(ack.codes),
    ['control-rows'],
    'checked by the rules of the exchange it is named for',
  );
  const commas = await send(unseen.replaceAll('|', ','), fileName(), '/in/validate');
  assert.equal(commas.ack.status, 'accepted', 'the name is one of the other exchange');
  const there = await send(unseen, fileName(), '/in/validate/hr');
  assert.deepEqual(Object.keys(there.ack.codes), ['file-name'], 'the folder says which exchange is meant');
});

test('a file that is tried again later is not overtaken by the next of its exchange', async () => {
  const [first, second] = [fileName(), fileName()];
  for (const [index, name] of [first, second].entries()) {
    const content = employees(1, (row) => {
      row['position_title'] = `Postponed ${index}`;
    });
    await put(`/in/employees/${name}`, content);
  }
  const postpone = (until: string) =>
    transact(t.platform, scope, systemActor('test'), async ({ sql }) => {
      await sql`update file_exchange.transfers set retry_at = ${until}::timestamptz
                where environment_id = ${scope.environmentId} and file_name = ${first}`;
    });
  await postpone('2999-01-01');
  assert.equal(await processPendingTransfers(t.platform), 0);
  await postpone('2000-01-01');
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(second)).ack.status, 'accepted');
});

test('a run that dies after the import is resumed and applies nothing twice', async () => {
  const content = employees(5, (row) => {
    row['position_title'] = 'Resumed';
  });
  const name = fileName();
  await send(content, name);
  const before = await read(
    t.platform,
    scope,
    (sql) =>
      sql<{ n: number }[]>`select count(*)::int as n from platform.events where type like 'employment.%'`,
  );
  await transact(t.platform, scope, systemActor('test'), async ({ sql }) => {
    await sql`update file_exchange.transfers set state = 'applying', finished_at = null
              where environment_id = ${scope.environmentId} and file_name = ${name}`;
  });
  while ((await processPendingTransfers(t.platform)) > 0);
  const { ack } = await answers(name);
  assert.equal(ack.status, 'accepted');
  assert.equal(ack.effects?.['updated'], 5);
  const after = await read(
    t.platform,
    scope,
    (sql) =>
      sql<{ n: number }[]>`select count(*)::int as n from platform.events where type like 'employment.%'`,
  );
  assert.deepEqual(after, before);
});

test('what only shows beside other employees is answered too, by line, and so by a dry run', async () => {
  const shared = generatePerson(7, 0).irdNumber;
  const content = employees(
    2,
    (row, index) => index === 1 && Object.assign(row, { ird_number: shared }),
    500,
  );
  const there = await count('payroll.employments');
  const logged = (await events()).length;
  const dryRun = await send(content, fileName(), '/in/validate');
  assert.deepEqual([await count('payroll.employments'), (await events()).length], [there, logged + 2]);
  for (const { ack, errors } of [dryRun, await send(content)]) {
    assert.equal(ack.status, 'accepted', JSON.stringify(ack));
    assert.equal(ack.codes['ird-number-shared'], 1);
    const line = errors.find((one) => one.includes('ird-number-shared'));
    assert.match(String(line), /^2,3,KOW01\/\d+,ird_number,ird-number-shared,warning,/);
    assert.ok(!errors.join().includes(shared));
  }
});
