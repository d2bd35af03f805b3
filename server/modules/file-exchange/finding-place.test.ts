import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { empRowOf, generatePerson } from '#modules/payroll/index.ts';
import { read } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { employeeColumns, type FileHome, openFileHome } from '#testing/file-home.ts';
import { csvLine } from './csv-scanner.ts';

let t: TestDatabase;
let at: FileHome;
before(async () => {
  t = await openTestDatabase();
  at = await openFileHome(t);
});
after(() => t.close());

const columns = ['note', ...employeeColumns.toReversed()];
const rowOf = (n: number, cells: Record<string, string> = {}) => {
  const row: Record<string, string> = { ...empRowOf(generatePerson(51, n), 'KOW01'), ...cells };
  return csvLine(columns.map((column) => row[column] ?? ''));
};

async function findingsOf(name: string) {
  return read(t.platform, at.scope, async (sql) => [
    ...(await sql<
      { code: string; row: number | null; line: number | null; field: string; position: number | null }[]
    >`
      select f.code, f.row_number as row, f.line, f.field, f.position from file_exchange.findings f
      join file_exchange.transfers r on r.environment_id = f.environment_id and r.id = f.transfer_id
      where r.file_name = ${name} and f.code not like 'header-%' and f.code not in ('code-new', 'no-changes', 'too-many-errors')
      order by f.ordinal`),
  ]);
}

test('what only the database finds stands at its row, line and column, also after a field with line breaks', async () => {
  const name = at.fileName('FULL');
  const file = [
    csvLine(columns),
    rowOf(1, { note: 'one\ntwo\nthree' }),
    rowOf(2, { ird_number: '' }),
    rowOf(3),
    rowOf(4, { end_date: '2000-01-01', termination_reason: 'RESIGNATION' }),
  ].join('');
  await at.send(file, name);
  const places = (await findingsOf(name)).map((one) => [
    one.code,
    one.row,
    one.line,
    one.field,
    one.position,
  ]);
  const position = (column: string) => columns.indexOf(column) + 1;
  assert.deepEqual(places, [
    ['ird-missing-needs-nd', 2, 5, 'tax_code', position('tax_code')],
    ['end-before-start', 4, 7, 'end_date', position('end_date')],
  ]);
});

test('what shows beside other employees has its place too, and a column that the file lacks has that of the key', async () => {
  const shared = generatePerson(51, 21).irdNumber;
  const name = at.fileName();
  const file = [
    csvLine(columns),
    rowOf(21),
    rowOf(22, { note: 'a\r\nb', ird_number: shared }),
    rowOf(23),
  ].join('');
  await at.send(file, name);
  const found = (await findingsOf(name)).map((one) => [one.code, one.row, one.line, one.position]);
  const position = columns.indexOf('ird_number') + 1;
  assert.deepEqual(found, [
    ['ird-number-shared', 1, 2, position],
    ['ird-number-shared', 2, 3, position],
  ]);
  const next = at.fileName();
  await at.send(`company_code,employee_number,cost_centre\r\nKOW01,NEW1,77\r\n`, next);
  const lacking = await findingsOf(next);
  assert.ok(lacking.length > 1);
  for (const one of lacking) assert.ok(one.row === 1 && one.position !== null, JSON.stringify(one));
});
