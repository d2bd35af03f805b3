import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerName, compileNaming, customerOfName, NamingFault } from './file-name.ts';

const standard = 'KOWHAI_EMP_{FULL|DELTA}_{YYYYMMDD}T{HHMMSS}Z_{NNN}.csv';

test('names of an agreed pattern sort in the order the files were made', () => {
  const read = compileNaming(standard);
  const first = read('KOWHAI_EMP_DELTA_20261124T020000Z_999.csv');
  const second = read('KOWHAI_EMP_FULL_20261124T020000Z_1000.csv');
  assert.ok((first?.sequence ?? '') < (second?.sequence ?? ''));
  assert.deepEqual([first?.mode, second?.mode], ['DELTA', 'FULL']);
  for (const name of [
    'kowhai_EMP_FULL_20261124T020000Z_001.csv',
    'KOWHAI_EMP_HALF_20261124T020000Z_001.csv',
    'KOWHAI_EMP_FULL_20261124T020000Z_001.csv.csv',
    'KOWHAI_EMP_FULL_20261124T020000Z_001xcsv',
    'x.csv',
  ])
    assert.equal(read(name), undefined, name);
  assert.equal(customerOfName('MANUKA_EMP_FULL_20261124T020000Z_001.csv'), 'MANUKA');
  assert.equal(answerName('A_EMP.csv', '.ack.json'), 'A_EMP.ack.json');
});

test('whatever stands outside of braces stands for itself, and what is written by a pattern is read by it', () => {
  const plain = fc.string({
    unit: fc.constantFrom('a', 'Z', '.', '+', '(', ')', '[', '\\', '^', '$', '|', '-', ' '),
  });
  fc.assert(
    fc.property(
      fc.tuple(plain, plain, plain, plain),
      fc.constantFrom('FULL', 'DELTA'),
      fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 999_999 }),
      ([a, b, c, e], mode, at, number) => {
        const day = at.toISOString().slice(0, 10).replaceAll('-', '');
        const digits = String(number).padStart(4, '0');
        const read = compileNaming(`x${a}{FULL|DELTA}${b}{YYYYMMDD}${c}{NNNN}${e}.csv`);
        const name = `x${a}${mode}${b}${day}${c}${digits}${e}.csv`;
        const named = read(name);
        assert.equal(named?.mode, mode);
        assert.equal(named?.sequence, `${day}T000000Z_${String(number).padStart(6, '0')}`);
        assert.equal(named?.at?.toString(), `${at.toISOString().slice(0, 10)}T00:00:00Z`);
        assert.equal(read(`${name}x`), undefined);
      },
    ),
    { numRuns: 200 },
  );
});

test('a pattern that no name could be checked by is a fault', () => {
  for (const naming of [
    'people.csv',
    'EMP_{YYYYMMDD}.csv',
    'EMP_{FULL|DELTA}_{NNN}.csv',
    'EMP_{FULL|DELTA}_{YYYYMMDD}_{WEEK}.csv',
    'EMP_{FULL|DELTA}_{YYYYMMDD}_{YYYYMMDD}.csv',
    'EMP_{FULL|DELTA}_{YYYYMMDD.csv',
    'a/{FULL|DELTA}_{YYYYMMDD}.csv',
    '{FULL|DELTA}_{YYYYMMDD}.csv.part',
    '{FULL|DELTA}_{YYYYMMDD}.ctl.json',
  ])
    assert.throws(() => compileNaming(naming), NamingFault, naming);
});

test('a stamp is a time of the calendar and the clock', () => {
  const read = compileNaming(standard);
  for (const stamp of [
    '20269901T020000Z',
    '20260230T020000Z',
    '20261124T990000Z',
    '20261124T026000Z',
    '00000000T000000Z',
  ])
    assert.equal(read(`KOWHAI_EMP_FULL_${stamp}_001.csv`)?.at, null, stamp);
  const leap = read('KOWHAI_EMP_FULL_20280229T235959Z_001.csv');
  assert.equal(leap?.at?.toString(), '2028-02-29T23:59:59Z');
});
