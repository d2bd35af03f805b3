import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, columnOf } from './difference.ts';

function cause(field: string, ours: string, theirs: string) {
  const column = columnOf(field);
  assert.ok(column, field);
  return causeOf(column, ours, theirs);
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

test('cells that say the same are no difference', () => {
  assert.equal(cause('last_name', 'Smith', 'Smith'), undefined);
  assert.equal(cause('last_name', 'Smith', ' Smith '), undefined);
  assert.equal(cause('preferred_name', '', ' '), undefined);
  assert.equal(cause('employment_type', 'PERM_FT', 'PERMANENT_FULL_TIME'), undefined);
});
