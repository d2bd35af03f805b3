import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { makePerson } from '#testing/factories.ts';
import { type Ack, employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { createExchange } from './create-exchange.ts';
import { transferStandings } from './exchange-store.ts';
import { getTransfer } from './transfer-store.ts';

let t: TestDatabase;
let at: FileHome;
/** Numbers of employees who are there. */
const numbers: string[] = [];

before(async () => {
  t = await openTestDatabase();
  at = await openFileHome(t);
  const full = employees(30, (row) => numbers.push(row['employee_number'] ?? ''));
  assert.equal((await at.send(full, at.fileName('FULL'))).ack.status, 'accepted');
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const make = (code: string, acceptance: Parameters<typeof createExchange>[1]['acceptance']) =>
    transact(t.platform, at.scope, manager, (work) => createExchange(work, { code, acceptance }));
  await make('strict', { unknownColumns: 'refuse' });
  await make('whole', { wholeFile: 'renamed-or-control' });
  await make('controlled', { wholeFile: 'control' });
});
after(() => t.close());

const titles = () =>
  read(t.platform, at.scope, async (sql) => {
    const rows = await sql<{ number: string; title: string }[]>`
      select e.employee_number as number, d.position_title as title
      from payroll.employments e join payroll.employment_details d
        on d.environment_id = e.environment_id and d.employment_id = e.id and d.superseded_at is null
      where e.environment_id = ${at.scope.environmentId}`;
    return new Map(rows.map((row) => [row.number, row.title]));
  });

/** Lines of a DELTA that gives titles. */
const lines = (title: string, count = 2) => [
  'company_code,employee_number,position_title',
  ...numbers.slice(0, count).map((number) => `KOW01,${number},${title}`),
];
const file = (title: string, header = lines('')[0], count = 2) =>
  `${[header, ...lines(title, count).slice(1)].join('\r\n')}\r\n`;

for (const [what, write] of [
  ['CR', (all: string[]) => all.map((line) => `${line}\r`).join('')],
  [
    'a mixture of CR, LF and CRLF',
    (all: string[]) => all.map((line, i) => line + (['\r', '\n', '\r\n'][i % 3] ?? '')).join(''),
  ],
] as const)
  test(`lines that end with ${what} are rows like any others`, async () => {
    const title = `Ends with ${what.length}`;
    const { ack } = await at.send(write(lines(title, 4)));
    assert.deepEqual([ack.status, ack.rows.read, ack.rows.accepted], ['accepted', 4, 4], JSON.stringify(ack));
    const stored = await titles();
    for (const number of numbers.slice(0, 4)) assert.equal(stored.get(number), title);
  });

test('a file without rows is answered as that, and counts as no valid file', async () => {
  const valid = () =>
    read(
      t.platform,
      at.scope,
      async (sql) => (await transferStandings(sql, at.scope.environmentId))[0]?.validInARow,
    );
  const before = await valid();
  const { ack } = await at.send(`${lines('')[0]}\r\n`);
  assert.deepEqual([ack.status, ack.rows.read, ack.codes['no-changes']], ['accepted', 0, 1]);
  assert.match(ack.nextStep, /no rows, so it changes nothing/);
  assert.equal(await valid(), before);
  assert.equal((await at.events()).at(-1)?.data['rows'], 0);
});

const nearHeaders: [string, string, string][] = [
  ['a letter left out', 'company_code,employee_number,positon_title', 'position_title'],
  ['a zero-width space behind it', 'company_code,employee_number,position_title\u200b', 'position_title'],
  ['a space instead of the line', 'company_code,employee_number,Position Title', 'position_title'],
  ['its words the other way round', 'company_code,employee_number,title_position', 'position_title'],
  ['a letter of another alphabet', 'company_code,employee_number,p\u043esition_title', 'position_title'],
  ['another number of letters', 'company_code,employee_number,salary_anual', 'salary_annual'],
];
for (const [what, header, meant] of nearHeaders)
  test(`a column named with ${what} refuses the file and says which one was meant, at its place`, async () => {
    const { ack, errors } = await at.send(file('Not read', header));
    assert.equal(ack.status, 'rejected', JSON.stringify(ack));
    assert.match(
      errors[0] ?? '',
      new RegExp(`^,1,,${meant},header-near-column,error,.*Column 3.*did you mean ${meant}\\?`),
    );
  });

test('a column of another kind is named with its place, also in the next step; an exchange can refuse it', async () => {
  const header = 'company_code,employee_number,position_title,favourite_colour';
  const content = file('Coloured', header).replaceAll('Coloured', 'Coloured,blue');
  const { ack, errors } = await at.send(content);
  assert.equal(ack.status, 'accepted', JSON.stringify(ack));
  assert.match(
    errors[0] ?? '',
    /header-unknown-column,warning,"Column 4, ""favourite_colour"", is not a column/,
  );
  assert.match(ack.nextStep, /Column 4, "favourite_colour", is not a column of the format and was not read/);
  const strict = await at.send(content.replaceAll('Coloured', 'Strict'), at.fileName(), '/in/strict');
  assert.deepEqual(
    [strict.ack.status, Object.keys(strict.ack.codes)],
    ['rejected', ['header-unknown-column']],
  );
});

test('what stands where the header should be is shown to nobody', async () => {
  const { ack, errors } = await at.send(
    'KOW01,000001,048125360,secret person\r\nKOW01,000002,048125379,other\r\n',
  );
  assert.deepEqual([ack.status, Object.keys(ack.codes)], ['rejected', ['header-missing']]);
  assert.ok(!JSON.stringify([ack, errors]).includes('048125360'));
});

const rowOf = (title: string, i = 0) => `KOW01,${numbers[i]},${title}`;
const header: string = 'company_code,employee_number,position_title';
const faulty: [string, string[], string, string, RegExp][] = [
  [
    'a quotation mark that is never closed',
    [header, rowOf('Plain'), `KOW01,${numbers[1]},"Open`, rowOf('Third', 2), rowOf('Fourth', 3)],
    ',quote-unclosed,',
    '2,3,,position_title',
    /nothing closes it: expected a closing one before the next comma, found a field that goes on over 2 more lines/,
  ],
  [
    'a quotation mark that the next one closes rows later',
    [header, `KOW01,${numbers[1]},"Open`, rowOf('Third', 2), `KOW01,${numbers[3]},"Quoted"`],
    ',quote-unclosed,',
    '1,2,,position_title',
    /over 2 more lines/,
  ],
  [
    'a quotation mark inside a field',
    [header, `KOW01,${numbers[1]},5" pipe fitter`],
    ',quote-misplaced,',
    '1,2,,position_title',
    /inside a field that does not begin with one/,
  ],
  [
    'semicolons and quotation marks',
    [header.replaceAll(',', ';'), `KOW01;${numbers[0]};"Lead; night"`],
    ',header-delimiter,',
    ',1,,',
    /separated by semicolons; the exchange expects commas/,
  ],
  [
    'a first line that names another separator',
    ['sep=;', header.replaceAll(',', ';'), rowOf('x').replaceAll(',', ';')],
    ',header-delimiter,',
    ',1,,',
    /separated by semicolons; the exchange expects commas/,
  ],
];
for (const [what, all, code, place, message] of faulty)
  test(`a file with ${what} is refused for that, at its row and column`, async () => {
    const { ack, errors } = await at.send(`${all.join('\r\n')}\r\n`);
    assert.equal(ack.status, 'rejected', JSON.stringify(ack));
    assert.ok(String(errors[0]).includes(code), errors.join());
    assert.ok(String(errors[0]).startsWith(place), errors.join());
    assert.match(String(errors[0]), message);
    assert.equal(errors.length, 1);
  });

test('empty columns and rows at the end and a line that names the separator are skipped, and counted', async () => {
  const content = [
    'sep=,',
    `${header},,`,
    `${rowOf('Skipped')},,`,
    `${rowOf('Skipped', 1)},,,`,
    ',,,,',
    ',,',
    '   ',
  ].join('\r\n');
  const { ack, errors } = await at.send(`${content}\r\n`);
  assert.deepEqual([ack.status, ack.rows.read, ack.rows.rejected], ['accepted', 2, 0], JSON.stringify(ack));
  assert.ok(
    errors.some((line) => line.includes('empty-columns-skipped,warning,3 empty columns at the end')),
    errors.join(),
  );
  assert.ok(
    errors.some((line) => line.startsWith(',5,') && line.includes('3 empty rows were skipped')),
    errors.join(),
  );
  const stored = await titles();
  assert.equal(stored.get(numbers[1] ?? ''), 'Skipped');
  const value = await at.send(`${header},\r\n${rowOf('Beyond')},a value\r\n`);
  assert.equal(value.ack.codes['field-count'], 1, 'a value in a column without a name is not dropped');
});

/** Sends a file with a control file. */
async function controlled(content: string, control: object, folder = '/in/employees'): Promise<Ack> {
  const name = at.fileName();
  await at.put(`${folder}/${name.replace('.csv', '.ctl.json')}`, JSON.stringify(control));
  return (await at.send(content, name, folder)).ack;
}

test('a control file with keys that nobody checks refuses the file and names them', async () => {
  const name = at.fileName();
  await at.put(
    `/in/employees/${name.replace('.csv', '.ctl.json')}`,
    JSON.stringify({ row: 5, SHA256: 'x', controlTotals: { sumSalary: '5' } }),
  );
  const { ack, errors } = await at.send(file('Unknown'), name);
  assert.deepEqual([ack.status, Object.keys(ack.codes)], ['rejected', ['control-unknown-key']]);
  for (const said of [
    '""row""',
    'did you mean rows?',
    '""SHA256""',
    'did you mean sha256?',
    '""controlTotals.sumSalary""',
  ])
    assert.ok(errors.join('\n').includes(said), `${said} in ${errors.join('\n')}`);
  assert.deepEqual(Object.keys((await controlled(file('Wrong'), { rows: 'two' })).codes), ['control-value']);
});

test('the sum of a column of amounts is checked to the cent, and never told', async () => {
  const content = `company_code,employee_number,hours_per_week\r\nKOW01,${numbers[0]},37.5\r\nKOW01,${numbers[1]},40.10\r\n`;
  const sum = (text: string) => controlled(content, { controlTotals: { sums: { hours_per_week: text } } });
  const wrong = await sum('77.61');
  assert.deepEqual([wrong.status, Object.keys(wrong.codes)], ['rejected', ['control-sum']]);
  assert.equal((await sum('77.60')).status, 'accepted');
});

test('an exchange can demand what shows that a file is whole; else every answer says when nothing did', async () => {
  const content = file('Whole');
  const bare = await at.send(content, at.fileName(), '/in/whole');
  assert.deepEqual([bare.ack.status, Object.keys(bare.ack.codes)], ['rejected', ['not-vouched']]);
  const renamed = at.fileName();
  await at.put(`/in/whole/${renamed}.part`, content);
  await at.home.rename(`/in/whole/${renamed}.part`, `/in/whole/${renamed}`, false);
  await at.put('/in/whole/nothing.part', '');
  const { ack } = await at.send(file('Another'), at.fileName(), '/in/employees');
  assert.match(ack.nextStep, /Nothing shows that the file is whole/);
  assert.equal((ack as unknown as { vouchedBy: string | null }).vouchedBy, null);
  const whole = (await at.answers(renamed)).ack as unknown as Ack & { vouchedBy: string };
  assert.deepEqual([whole.status, whole.vouchedBy], ['accepted', 'rename']);
  assert.equal(whole.nextStep, 'Nothing to do.');
  assert.doesNotMatch(whole.nextStep, /whole/);
  const bytes = file('Controlled');
  const { status } = await controlled(bytes, { sha256: hash('sha256', bytes, 'hex') }, '/in/controlled');
  assert.equal(status, 'accepted');
  const only = at.fileName();
  await at.put(`/in/controlled/${only}.part`, file('Renamed only'));
  await at.home.rename(`/in/controlled/${only}.part`, `/in/controlled/${only}`, false);
  const last = await at.send(file('And nothing'), at.fileName(), '/in/controlled');
  assert.equal(last.ack.status, 'rejected');
  assert.equal((await at.answers(only)).ack.status, 'rejected');
});

test('a dry run of bytes that were applied before ends as valid, and says that they were', async () => {
  const content = file('Applied before');
  assert.equal((await at.send(content)).ack.status, 'accepted');
  const name = at.fileName();
  const { ack } = await at.send(content, name, '/in/validate');
  assert.deepEqual([ack.status, ack.codes['would-be-duplicate']], ['accepted', 1]);
  const id = await at.transferOf(name);
  const transfer = await read(t.platform, at.scope, (sql) => getTransfer(sql, at.scope.environmentId, id));
  assert.equal(transfer?.state, 'validated');
});
