import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stdnum } from 'stdnum';
import { checkStateOfPostcode } from './address-rules.ts';
import { isAbn, judgeTfn } from './au-numbers.ts';
import { generateAccount } from './generate-people.ts';
import { checkAccount } from './group-rules.ts';
import { irdCheckDigit, judgeIrd, normaliseIrd } from './ird-number.ts';
import {
  accountSum,
  algorithmOf,
  judgeNzAccount,
  normaliseNzAccount,
  parseNzAccount,
} from './nz-bank-account.ts';
import { legacyBanks } from './nz-banks.ts';

const irdHighest = 150_000_000;

// Inland Revenue's worked examples and casebook, and boundary cases computed from its rules.
const ird = {
  valid: [
    '49091850',
    '35901981',
    '49098576',
    '136410132',
    '49-091-850',
    '049091850',
    '048125352',
    '048125360',
    '048125379',
    '048125387',
    '048125395',
    '048125409',
  ],
  invalid: [
    '136410133',
    '9125568',
    '10000050',
    '10000051',
    '10000052',
    '10000053',
    '10000054',
    '10000055',
    '10000056',
    '10000057',
    '10000058',
    '10000059',
    '',
    'abc',
    '1234567890',
  ],
};
const bank = {
  valid: [
    ['01-902-0068389-00', 'A', 176],
    ['08-6523-1954512-001', 'D', 121],
    ['03-0049-0001100-27', 'A', 121],
    ['12-3141-0989995-00', 'A', 319],
    ['12-3141-0990008-00', 'B', 143],
    ['25-2500-1000009-00', 'F', 10],
    ['31-2840-0000000-000', 'X', 0],
    ['04-2020-1000000-000', 'B', 0],
  ] as const,
  invalid: ['01-0902-0068388-00', '08-6523-1954513-001', '12-3141-0990000-00', '07-0001-0000000-00'],
  legacyOnly: ['26-2600-0320871-032'],
};

test('every published IRD number is judged as Inland Revenue judges it', () => {
  for (const number of ird.valid) assert.equal(judgeIrd(number, irdHighest), 'valid', number);
  for (const number of ird.invalid) assert.notEqual(judgeIrd(number, irdHighest), 'valid', number);
});

test('000000000 means not supplied and is never valid', () => {
  assert.equal(judgeIrd('000000000', irdHighest), 'not-supplied');
  assert.equal(judgeIrd('000-000-000', irdHighest), 'not-supplied');
});

test('an IRD number counts as issued up to the ceiling that is configured', () => {
  assert.equal(judgeIrd('136410132', 136_410_132), 'valid');
  assert.equal(judgeIrd('136410132', 136_410_131), 'range');
});

test('an IRD number keeps its leading zero however it is written', () => {
  assert.equal(normaliseIrd('49-091-850'), '049091850');
  assert.equal(normaliseIrd('49091850'), '049091850');
});

test('IRD verdicts agree with an independent library over random numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10_000_000, max: 149_999_999 }), (value) => {
      const text = String(value).padStart(9, '0');
      assert.equal(judgeIrd(text, irdHighest) === 'valid', stdnum.NZ?.ird?.validate(text).isValid);
    }),
    { numRuns: 3000 },
  );
});

test('a single wrong digit in an IRD number is never accepted by the primary check', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000, max: 14_999_999 }), fc.nat(9), (value, wrong) => {
      const base = String(value).padStart(8, '0');
      const check = irdCheckDigit(base);
      fc.pre(check !== undefined && check !== wrong);
      assert.notEqual(judgeIrd(base + wrong, irdHighest), 'valid');
    }),
  );
});

test('every published bank account is judged by its algorithm with its sum', () => {
  for (const [account, algorithm, sum] of bank.valid) {
    assert.equal(judgeNzAccount(account), 'valid', account);
    const parts = parseNzAccount(account);
    assert.ok(parts);
    assert.equal(algorithmOf(parts), algorithm, account);
    assert.equal(accountSum(parts, algorithm), sum, account);
  }
  for (const account of bank.invalid) assert.notEqual(judgeNzAccount(account), 'valid', account);
  for (const account of bank.legacyOnly) {
    assert.equal(judgeNzAccount(account), 'unknown-bank');
    assert.equal(judgeNzAccount(account, legacyBanks), 'valid');
  }
});

test('suffixes 00 and 000 name the same account', () => {
  assert.equal(normaliseNzAccount('01-902-0068389-000'), '01-0902-0068389-00');
  assert.equal(normaliseNzAccount('010902006838900'), '01-0902-0068389-00');
  assert.equal(normaliseNzAccount('01 0902 00068389 0000'), '01-0902-0068389-00');
});

test('an account of a branch that the register lacks, or of nothing but zeros, warns and is not refused', () => {
  const found = (account: string) => {
    const codes: string[] = [];
    checkAccount((severity, code) => codes.push(`${severity} ${code}`), 'bank_1', 'NZ', account);
    return codes;
  };
  for (const account of [
    '01-902-0068389-00',
    '08-6523-1954512-001',
    '03-0049-0001100-27',
    '04-2020-1000000-000',
  ])
    assert.deepEqual(found(account), [], account);
  assert.deepEqual(found('12-3141-0989995-00'), []);
  assert.deepEqual(found('31-2840-0000000-000'), ['warning bank-all-zero']);
  assert.deepEqual(found('25-2600-1000009-00'), ['warning bank-branch-unknown']);
  assert.deepEqual(found('88-8800-0100006-00'), [], 'a bank without ranges');
  for (let n = 0; n < 200; n++) assert.deepEqual(found(generateAccount(n, n * 9_000)), []);
});

test('an Australian postcode outside its state warns; borders and boxes of the state do not', () => {
  const found = (state: string | null, postcode: string, country = 'AU') => {
    const codes: string[] = [];
    checkStateOfPostcode((_severity, code) => codes.push(code), 'res_postcode', { country, state, postcode });
    return codes;
  };
  for (const [state, postcode] of [
    ['NSW', '2000'],
    ['NSW', '1234'],
    ['NSW', '2620'],
    ['ACT', '2600'],
    ['ACT', '0200'],
    ['VIC', '8001'],
    ['QLD', '9726'],
    ['NT', '0800'],
    ['TAS', '7000'],
    ['wa', '6000'],
  ] as const)
    assert.deepEqual(found(state, postcode), [], `${state} ${postcode}`);
  assert.deepEqual(found('VIC', '2000'), ['state-postcode']);
  assert.deepEqual(found('NSW', '2600'), ['state-postcode']);
  assert.deepEqual(found('XYZ', '2600'), ['state-postcode']);
  assert.deepEqual(found(null, '2000'), []);
  assert.deepEqual(found('Otago', '2000', 'NZ'), []);
});

test('sums of A, B and D agree with an independent library wherever it knows the branch', () => {
  const branches = { '01': 902, '02': 100, '03': 49, '06': 200, '08': 6523, '12': 3141 };
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(branches) as (keyof typeof branches)[])),
      fc.integer({ min: 0, max: 9_999_999 }),
      (id, base) => {
        const text = `${id}-${String(branches[id]).padStart(4, '0')}-${String(base).padStart(7, '0')}-00`;
        const theirs = stdnum.NZ?.bank?.validate(text);
        assert.equal(judgeNzAccount(text) === 'valid', theirs?.isValid, text);
      },
    ),
    { numRuns: 3000 },
  );
});

test('normalising an account twice changes nothing and keeps the verdict', () => {
  const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^\\d{${min},${max}}$`));
  fc.assert(
    fc.property(digits(2, 2), digits(3, 4), digits(7, 8), digits(2, 4), (...parts) => {
      const text = parts.join('-');
      const once = normaliseNzAccount(text);
      assert.ok(once);
      assert.equal(normaliseNzAccount(once), once);
      assert.equal(judgeNzAccount(once), judgeNzAccount(text));
    }),
  );
});

test('TFNs and ABNs are judged as published, placeholders are never numbers', () => {
  assert.equal(judgeTfn('123456782'), 'valid');
  assert.equal(judgeTfn('123 456 782'), 'valid');
  assert.equal(judgeTfn('123456783'), 'check-digit');
  assert.equal(judgeTfn('12345678'), 'legacy');
  for (const code of ['000000000', '111111111', '333333333', '444444444', '987654321'])
    assert.equal(judgeTfn(code), 'placeholder');
  for (const abn of ['51824753556', '53004085616', '11223491505']) assert.ok(isAbn(abn));
  assert.ok(!isAbn('11223493504'));
});

test('ABN verdicts agree with an independent library over random numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10_000_000_000, max: 99_999_999_999 }), (value) => {
      assert.equal(isAbn(String(value)), stdnum.AU?.abn?.validate(String(value)).isValid);
    }),
    { numRuns: 5000 },
  );
});
