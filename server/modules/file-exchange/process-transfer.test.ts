import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createCompany, empColumns, empRowOf, generatePerson } from '#modules/payroll/index.ts';
import { systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makeCustomer, makePerson } from '#testing/factories.ts';
import type { Login } from './account-store.ts';
import { createAccount } from './create-account.ts';
import { createExchange } from './create-exchange.ts';
import { csvLine } from './csv-scanner.ts';
import { approveTransfer, rejectTransfer } from './decide-transfer.ts';
import { type Home, openHome } from './home.ts';
import { processPendingTransfers } from './transfer-loop.ts';

let t: TestDatabase;
let home: Home;
let scope: { customerId: string; environmentId: string };
let code: string;
let serial = 0;

before(async () => {
  t = await openTestDatabase({ files: { maxRows: 60 } });
  const made = await makeCustomer(t.platform);
  code = made.code;
  scope = { customerId: made.customerId, environmentId: made.sandboxId };
  const login = await transact(t.platform, scope, systemActor('test'), async (work): Promise<Login> => {
    const { accountId, userName } = await createAccount(work);
    await createExchange(work, { code: 'employees' });
    await createCompany(work, scope, {
      code: 'KOW01',
      name: 'Kowhai',
      timeZone: 'Pacific/Auckland',
      country: 'NZ',
    });
    return { ...scope, accountId, keyId: accountId, userName, publicKey: '', allowedAddresses: [] };
  });
  home = openHome(t.platform, login);
});
after(() => t.close());

const columns = empColumns.map((column) => column.name);

function employees(
  count: number,
  change: (row: Record<string, string>, index: number) => void = () => {},
  from = 0,
): string {
  const lines = [csvLine(columns)];
  for (let i = from; i < from + count; i++) {
    const row = empRowOf(generatePerson(7, i), 'KOW01');
    change(row, i - from);
    lines.push(csvLine(columns.map((column) => row[column] ?? '')));
  }
  return lines.join('');
}

function fileName(mode: 'FULL' | 'DELTA' = 'DELTA'): string {
  serial += 1;
  return `${code}_EMP_${mode}_20261124T020000Z_${String(serial).padStart(3, '0')}.csv`;
}

async function store(content: string | Buffer) {
  const writer = await t.platform.objects.create();
  await writer.write(Buffer.from(content as string));
  return writer.finish();
}

interface Ack {
  status: string;
  rows: { read: number; accepted: number; rejected: number };
  codes: Record<string, number>;
  effects: Record<string, number> | null;
  errorFile: string | null;
}

async function send(content: string | Buffer, name = fileName(), folder = '/in/employees') {
  await home.receive(`${folder}/${name}`, await store(content));
  while ((await processPendingTransfers(t.platform)) > 0);
  return answers(name);
}

async function answers(name: string): Promise<{ ack: Ack; errors: string[] }> {
  const stem = name.replace(/\.csv$/, '');
  const text = async (path: string) => {
    const file = (await home.find(path))?.file;
    return file && (await t.platform.objects.readBuffer(file.objectKey, 10_000_000)).toString('utf8');
  };
  const ack = JSON.parse((await text(`/out/ack/${stem}.ack.json`)) ?? 'null') as Ack;
  const errors = ack.errorFile === null ? '' : ((await text(`/out/ack/${stem}.err.csv`)) ?? '');
  return { ack, errors: errors.split('\r\n').slice(1, -1) };
}

const count = (table: string) =>
  read(t.platform, scope, async (sql) => {
    const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`;
    return row?.n ?? 0;
  });
const events = () =>
  read(
    t.platform,
    scope,
    async (sql) =>
      sql<{ type: string; data: Record<string, unknown> }[]>`
      select type, data from platform.events
      where stream_id = ${scope.environmentId} and type like 'transfer.%' order by sequence`,
  );

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

const header = `${columns.join(',')}\r\n`;
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
    [{ ...good, controlTotals: { hashEmployeeNumber: 1 } }, 'control-total'],
    ['{"rows":', 'control-unreadable'],
  ];
  for (const [control, faultCode] of cases) {
    const name = fileName();
    await home.receive(
      `/in/employees/${name.replace('.csv', '.ctl.json')}`,
      await store(typeof control === 'string' ? control : JSON.stringify(control)),
    );
    const { ack } = await send(content, name);
    assert.equal(ack.status, 'rejected', faultCode);
    assert.ok(ack.codes[faultCode], `${faultCode}: ${JSON.stringify(ack.codes)}`);
  }
  const name = fileName();
  await home.receive(`/in/employees/${name.replace('.csv', '.ctl.json')}`, await store(JSON.stringify(good)));
  assert.equal((await send(content, name)).ack.status, 'accepted');
});

test('a FULL file that lacks too many employees is held until a second person approves it', async () => {
  const present = await count('payroll.employments');
  const { ack, errors } = await send(employees(20), fileName('FULL'));
  assert.equal(ack.status, 'held');
  assert.equal(errors.filter((line) => line.includes('not-in-full-file')).length, present - 20);
  const [held] = await read(
    t.platform,
    scope,
    (sql) => sql<{ state: string; held: { before: number; after: number } }[]>`
    select state, held from file_exchange.transfers where environment_id = ${scope.environmentId} and state = 'held'`,
  );
  assert.deepEqual([held?.held.before, held?.held.after], [present, 20]);
});

test('a file made before one that was applied is held', async () => {
  const early = `${code}_EMP_DELTA_20261123T020000Z_001.csv`;
  const { ack } = await send(
    employees(3, (row) => {
      row['position_title'] = 'Early';
    }),
    early,
  );
  assert.equal(ack.status, 'held');
  assert.equal(ack.codes['out-of-order'], 1);
});

test('a held file is applied once it is approved, and never when it is rejected', async () => {
  const heldIds = await read(
    t.platform,
    scope,
    (sql) => sql<{ id: string; mode: string; fileName: string }[]>`
      select id, mode, file_name as "fileName" from file_exchange.transfers
      where environment_id = ${scope.environmentId} and state = 'held' order by id`,
  );
  const [full, early] = heldIds;
  assert.ok(full !== undefined && early !== undefined);
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const before = await count('payroll.employments');
  await transact(t.platform, scope, manager, (work) => approveTransfer(work, full.id, 'A branch was sold'));
  await transact(t.platform, scope, manager, (work) => rejectTransfer(work, early.id, 'Too late'));
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(full.fileName)).ack.status, 'accepted');
  assert.equal((await answers(early.fileName)).ack.status, 'rejected');
  assert.equal(await count('payroll.employments'), before, 'a missing employee is reported, never ended');
  await assert.rejects(
    transact(t.platform, scope, manager, (work) => approveTransfer(work, early.id, 'again')),
    /not held/,
  );
});

test('a held file that a later one overtook waits for an approval of just that', async () => {
  const early = fileName('FULL');
  const few = employees(20, (row) => {
    row['position_title'] = 'Overtaken';
  });
  assert.equal((await send(few, early)).ack.status, 'held');
  const later = employees(2, (row) => {
    row['position_title'] = 'Later';
  });
  assert.equal((await send(later)).ack.status, 'accepted');
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const approve = async () => {
    const id = await read(t.platform, scope, async (sql) => {
      const [row] = await sql<{ id: string }[]>`
        select id from file_exchange.transfers
        where environment_id = ${scope.environmentId} and file_name = ${early}`;
      return row?.id ?? '';
    });
    await transact(t.platform, scope, manager, (work) => approveTransfer(work, id, 'Meant so'));
    while ((await processPendingTransfers(t.platform)) > 0);
    return (await answers(early)).ack;
  };
  const again = await approve();
  assert.equal(again.status, 'held');
  assert.equal(again.codes['out-of-order'], 1);
  assert.equal((await approve()).status, 'accepted');
});

test('a file that is tried again later is not overtaken by the next of its exchange', async () => {
  const [first, second] = [fileName(), fileName()];
  for (const [index, name] of [first, second].entries()) {
    const content = employees(1, (row) => {
      row['position_title'] = `Postponed ${index}`;
    });
    await home.receive(`/in/employees/${name}`, await store(content));
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

test('what the database refuses after every check holds the file, names no value, and is never tried for ever', async () => {
  await t.owner`alter table payroll.employment_details add constraint unforeseen check (position_title <> 'Unforeseen')`;
  const name = fileName();
  const content = employees(1, (row) => {
    row['position_title'] = 'Unforeseen';
  });
  const { ack } = await send(content, name);
  assert.equal(ack.status, 'held');
  assert.equal(ack.codes['not-storable'], 1);
  assert.ok(!JSON.stringify(ack).includes('Unforeseen'));
  await t.owner`alter table payroll.employment_details drop constraint unforeseen`;
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const held = await read(t.platform, scope, async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select id from file_exchange.transfers
      where environment_id = ${scope.environmentId} and file_name = ${name} and state = 'held'`;
    return row?.id ?? '';
  });
  await transact(t.platform, scope, manager, (work) => approveTransfer(work, held, 'The table was mended'));
  while ((await processPendingTransfers(t.platform)) > 0);
  assert.equal((await answers(name)).ack.status, 'accepted');
});

test('what only shows beside other employees is answered too, by line, once the file is applied', async () => {
  const shared = generatePerson(7, 0).irdNumber;
  const { ack, errors } = await send(
    employees(2, (row, index) => index === 1 && Object.assign(row, { ird_number: shared }), 500),
  );
  assert.equal(ack.status, 'accepted', JSON.stringify(ack));
  assert.equal(ack.codes['ird-number-shared'], 1);
  const line = errors.find((one) => one.includes('ird-number-shared'));
  assert.match(String(line), /^,3,KOW01\/\d+,ird_number,ird-number-shared,warning,/);
  assert.ok(!errors.join().includes(shared));
});
