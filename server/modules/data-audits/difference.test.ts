import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formOf } from './column-form.ts';
import { causeOf, columnOf } from './difference.ts';

function cause(field: string, ours: string, theirs: string, others: string[] = []) {
  const column = columnOf(field);
  assert.ok(column, field);
  return causeOf(column, ours, theirs, formOf(column, [theirs, ...others]));
}

test('a difference is named by the mildest cause that explains it', () => {
  assert.equal(cause('employee_number', '000123', '123'), 'leading-zeros');
  assert.equal(cause('preferred_name', '', 'NULL'), 'blank');
  assert.equal(cause('preferred_name', 'Bob', ''), 'blank');
  assert.equal(cause('last_name', 'Smith', 'SMITH '), 'case-or-space');
  assert.equal(cause('last_name', 'Mc Donald', 'Mc  Donald'), 'case-or-space');
  assert.equal(cause('last_name', 'Tāne', 'Tane'), 'macron');
  assert.equal(cause('last_name', 'Kōwhai', 'Koowhai'), 'macron');
  assert.equal(cause('birth_date', '1991-04-18', '18/04/1991'), 'date-format');
  assert.equal(cause('birth_date', '1991-04-18', '18-Apr-91'), 'date-format');
  assert.equal(cause('start_date', '2026-11-30', '2026/11/30'), 'date-format');
  assert.equal(cause('salary_annual', '78000.00', '$78,000'), 'number-format');
  assert.equal(cause('kiwisaver_employee_pct', '3.50', '3.5'), 'number-format');
  assert.equal(cause('student_loan', 'Y', 'true'), 'code-mapped');
  assert.equal(cause('employment_type', 'PERM_FT', 'permanentFullTime'), 'code-mapped');
  assert.equal(cause('ird_number', '048125360', '48-125-360'), 'leading-zeros');
  assert.equal(cause('bank_1', '01-0902-0068389-00', '010902006838900'), 'number-format');
  assert.equal(cause('bank_1', '01-0902-0068389-00', '01-902-0068389-000'), 'number-format');
  assert.equal(cause('bank_1', '01-0902-0068389-00', '01-0902-0068389-01'), 'different');
  assert.equal(cause('super_member_no', '12345678901234567', '12345678901234568'), 'different');
  assert.equal(cause('salary_annual', '78000.00', '78,000.01'), 'different');
  assert.equal(cause('department_code', 'OPS', 'WHSE'), 'different');
  assert.equal(cause('birth_date', '1991-04-18', '19/04/1991'), 'different');
});

test('the order of day and month is decided by the column, and what is not certain is different', () => {
  const ambiguous = ['1990-04-03', '04/03/1990'] as const;
  assert.equal(cause('birth_date', ...ambiguous), 'different', 'alone it can be either day');
  assert.equal(cause('birth_date', ...ambiguous, ['04/03/1990', '25/12/1988']), 'different', 'day first');
  assert.equal(cause('birth_date', ...ambiguous, ['04/03/1990', '12/25/1988']), 'date-format', 'month first');
  assert.equal(cause('birth_date', ...ambiguous, ['25/12/1988', '12/25/1988']), 'different', 'both orders');
  assert.equal(cause('birth_date', '1990-03-04', '04/03/1990', ['25/12/1988']), 'date-format');
  assert.equal(cause('birth_date', '1990-03-03', '3/3/1990'), 'date-format', 'the same in either order');
  assert.equal(cause('birth_date', '1990-04-03', '3 Apr 1990'), 'date-format');
  assert.equal(cause('birth_date', '1990-04-03', 'Apr 3 1990'), 'date-format');
});

test('a comma with one or two digits is a decimal comma', () => {
  assert.equal(cause('hours_per_week', '15.00', '1,5'), 'different');
  assert.equal(cause('hours_per_week', '37.50', '37,5'), 'number-format');
  assert.equal(cause('salary_annual', '78000.50', '78.000,50'), 'number-format');
  assert.equal(cause('salary_annual', '78000.00', '78,000'), 'number-format');
  assert.equal(
    cause('salary_annual', '78000.00', '78,000', ['61.500,25']),
    'different',
    'here it is 78 point 000',
  );
  assert.equal(cause('salary_annual', '78000.00', '7,80,00'), 'different');
  assert.equal(cause('department_code', '15', '1,5'), 'different', 'a code is no number');
});

test('a difference that a person would see as one is never named by a milder cause', () => {
  assert.equal(cause('last_name', 'Aron', 'Aaron'), 'different', 'no macron is there to be written out');
  assert.equal(cause('last_name', 'None', ''), 'blank', "a person's name is no empty cell");
  assert.equal(cause('last_name', 'Nil', 'n/a'), 'blank');
});

test('cells that say the same are no difference', () => {
  assert.equal(cause('last_name', 'Smith', 'Smith'), undefined);
  assert.equal(cause('last_name', 'Smith', ' Smith '), undefined);
  assert.equal(cause('preferred_name', '', ' '), undefined);
  assert.equal(cause('employment_type', 'PERM_FT', 'PERMANENT_FULL_TIME'), undefined);
});
