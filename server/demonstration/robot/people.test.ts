import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { employeeInput } from '#contract/payroll.ts';
import { empColumns, validateEmpRow } from '#modules/payroll/index.ts';
import { employeeFile } from './employee-file.ts';
import { makePerson } from './hr-person.ts';
import { employeeDocument } from './people.ts';

const today = '2026-11-27';
const irdHighest = 150_000_000;

/** A file's rows by column; the robot quotes nothing here, for no name of its own needs it. */
function rowsOf(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\r\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
}

test('whoever the customer’s HR system makes up, payroll finds nothing wrong with', () => {
  fc.assert(
    fc.property(fc.nat(150_000), (n) => {
      const [row = {}] = rowsOf(employeeFile(n, 1));
      assert.deepEqual(validateEmpRow(row, { mode: 'FULL', today, irdHighest }).findings, []);
      employeeInput.parse(employeeDocument(n).employee);
      assert.deepEqual(makePerson(n), makePerson(n));
    }),
  );
});

test('no two of 20,000 people share a number that belongs to one', () => {
  const people = Array.from({ length: 20_000 }, (_, n) => makePerson(n));
  for (const field of ['number', 'ird', 'account', 'mail', 'phone'] as const)
    assert.equal(new Set(people.map((person) => person[field])).size, people.length, field);
});

test('the columns that the customer took from the format’s page are those of the format', () => {
  const [header = ''] = employeeFile(0, 0).split('\r\n');
  assert.deepEqual(
    header.split(','),
    empColumns.map((column) => column.name),
  );
});
