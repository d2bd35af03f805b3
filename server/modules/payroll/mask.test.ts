import assert from 'node:assert/strict';
import { test } from 'node:test';
import { empColumns } from './emp-columns.ts';
import { maskAccount, maskDocument, maskIrd, maskTfn } from './mask.ts';
import { classOf, fieldClasses, type SensitivityClass } from './sensitivity.ts';

const document = {
  employeeId: 'emp_00000000000000000000000000',
  personId: 'pp_00000000000000000000000000',
  companyCode: 'KOW01',
  employeeNumber: '000123',
  version: 1,
  status: 'active' as const,
  asOf: '2026-11-24',
  masked: [],
  person: null,
  employment: null,
  taxAu: null,
  kiwiSaver: null,
  taxNz: {
    irdNumber: '048125360',
    taxCode: 'M',
    studentLoan: true,
    taxRatePercent: null,
    taxRateEndDate: null,
    slSpecialRatePercent: null,
    slSpecialRateEndDate: null,
    esctRatePercent: '30',
    declarationDate: null,
    declarationForm: null,
    effectiveFrom: '2026-11-24',
  },
  bankAccounts: [
    {
      country: 'NZ',
      account: '01-0902-0068389-00',
      accountName: 'P CHEN',
      reference: null,
      allocation: { type: 'balance', value: null },
    },
  ],
  payRates: [
    {
      effectiveFrom: '2026-11-24',
      rateType: 'annualSalary',
      amount: '78000.00',
      currency: 'NZD',
      hoursPerWeek: null,
      reasonCode: null,
    },
  ],
};

test('the masks show what a person needs to compare, and no more', () => {
  assert.equal(maskIrd('048125360'), '•••-•••-360');
  assert.equal(maskTfn('123456782'), '••• ••• 782');
  assert.equal(maskAccount('01-0902-0068389-00'), '01-••••-•••••89-00');
  assert.equal(maskAccount('123-456 12345123'), '•••-•••  •••••123');
});

test('a reader who may see work identity finds no pay and no number in the document', () => {
  const shown = JSON.stringify(maskDocument(document, new Set<SensitivityClass>(['P0', 'P1'])));
  for (const value of ['048125360', '0068389', 'P CHEN', '78000', '"M"', 'true'])
    assert.ok(!shown.includes(value), value);
  assert.ok(shown.includes('•••-•••-360') && shown.includes('$•••,•••'));
  const all = new Set<SensitivityClass>(['P0', 'P1', 'P2', 'P3', 'P4']);
  assert.deepEqual(maskDocument(document, all), document);
});

test('a field that nobody classified counts as restricted', () => {
  assert.equal(classOf('somethingNew'), 'P4');
  assert.equal(fieldClasses['irdNumber'], 'P4');
  assert.ok(empColumns.every((column) => /^P[0-4]$/.test(column.class)));
});
