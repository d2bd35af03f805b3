import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Papa from 'papaparse';
import { openTestDatabase } from './database.ts';
import { hasEmployeeData, readEmployeeHistory } from './employee-history.ts';
import { importRows, makeEmployer } from './payroll.ts';

const folder = new URL('../../../shared/data/employees', import.meta.url).pathname;
const skip = hasEmployeeData(folder) ? false : 'the data set ../shared/data/employees is not on this machine';
const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length - 1;

test('the files hold every person and every salary of the data set once', { skip }, () => {
  const history = readEmployeeHistory({ folder, customer: 'KOWHAI', companyCode: 'KOW01' });
  assert.equal(history.employees, lines('employee.csv'));
  assert.equal(history.salaries, lines('salary.csv'));
  assert.equal(history.salaries, 94_917);
  let rows = 0;
  const names = new Set<string>();
  let last = '';
  for (const file of history.files()) {
    assert.match(file.name, /^KOWHAI_EMP_(FULL|DELTA)_\d{8}T\d{6}Z_\d{3}\.csv$/);
    names.add(file.name);
    if (file.content.startsWith('company_code,employee_number,end_date')) last = file.name;
    else rows += file.rows;
  }
  assert.equal(rows, 94_917);
  assert.ok(last !== '' && [...names].at(-1) === last);
  assert.ok(history.left > 0 && history.left < history.employees);
});

test('no row of the files is refused, one file after the other', { skip }, async () => {
  const t = await openTestDatabase();
  try {
    const scope = await makeEmployer(t.platform);
    const history = readEmployeeHistory({ folder, customer: 'KOWHAI', companyCode: 'KOW01', employees: 300 });
    for (const file of history.files()) {
      const { data } = Papa.parse<Record<string, string>>(file.content, {
        header: true,
        skipEmptyLines: true,
      });
      assert.equal(data.length, file.rows);
      const counts = await importRows(t.platform, scope, file.mode, data, { chunkRows: 1000 });
      assert.equal(counts.created + counts.updated + counts.unchanged, file.rows);
    }
  } finally {
    await t.close();
  }
});
