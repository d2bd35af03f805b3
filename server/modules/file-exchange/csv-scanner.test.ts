import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delimiters } from '#contract/file-exchange.ts';
import { type CsvFault, type CsvRecord, CsvScanner, csvLine } from './csv-scanner.ts';

function scan(bytes: Buffer, pieceBytes = bytes.length || 1, delimiter = ','): CsvRecord[] {
  const scanner = new CsvScanner(delimiter);
  const records: CsvRecord[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    records.push(...scanner.push(bytes.subarray(at, at + pieceBytes)));
  return [...records, ...scanner.end()];
}

test('whatever is written is read back the same, at its exact line, in whatever pieces the bytes come', () => {
  const field = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'ā', '"', ',', ';', '\t', '|', '\n', '\r\n', ' ', '😀', '0') }),
    fc.constantFrom('', '~', '-12.50'),
  );
  const record = fc.array(field, { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(...delimiters),
      (records, pieceBytes, delimiter) => {
        const lines = records.map((fields) => csvLine(fields, delimiter));
        const read = scan(Buffer.from(lines.join('')), pieceBytes, delimiter);
        assert.deepEqual(
          read.map((one) => one.fields),
          records,
        );
        let line = 1;
        for (const [i, one] of read.entries()) {
          assert.equal(one.line, line);
          line += (lines[i]?.match(/\n/g) ?? []).length;
        }
      },
    ),
    { numRuns: 300 },
  );
});

const faults: [string, Buffer | string, string, number][] = [
  ['UTF-16 with its mark', Buffer.from('\ufeffa,b\r\n', 'utf16le'), 'encoding-utf16', 1],
  ['UTF-16 without', Buffer.from('a,b\r\n1,2\r\n', 'utf16le'), 'encoding-utf16', 1],
  ['Windows-1252 at line 3', Buffer.from('a,b\n1,2\nM\u00e9,3\n4,5\n', 'latin1'), 'encoding-not-utf8', 3],
  [
    'half a character at the end',
    Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from([0xc4])]),
    'encoding-not-utf8',
    2,
  ],
  ['a NUL at line 2', 'a,b\n1,\u00002\n', 'nul-byte', 2],
  ['a quote that is never closed', `a,b\n1,"${'x\n'.repeat(40_000)}`, 'quote-unclosed', 2],
  ['a file that ends within quotes', 'a,b\n1,2\n3,"cut', 'file-cut-off', 3],
  ['a quote in the middle of a field', 'a,b\n5" pipe,2\n', 'quote-misplaced', 2],
  ['text after a closing quote', 'a,b\n"1"x,2\n', 'quote-misplaced', 2],
  ['a line without end', `a,b\n${'x'.repeat(300_000)}`, 'record-too-long', 2],
];
for (const [what, bytes, code, line] of faults)
  test(`${what} is ${code} at line ${line}, in whatever pieces it comes`, () => {
    const whole = Buffer.from(bytes as string);
    for (const pieceBytes of [3, 1_000, whole.length]) {
      if (pieceBytes === 3 && whole.length > 10_000) continue;
      assert.throws(
        () => scan(whole, pieceBytes),
        (error: CsvFault) => error.code === code && error.line === line,
      );
    }
  });

test('a byte order mark is let pass, and a missing last line break is noticed', () => {
  const scanner = new CsvScanner(',');
  const records = [...scanner.push(Buffer.from('\ufeffa,b\r\n1,2')), ...scanner.end()];
  assert.deepEqual(
    records.map((one) => one.fields),
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  );
  assert.equal(scanner.endsWithLineBreak, false);
  const half = new CsvScanner(',');
  assert.equal([...half.push(Buffer.from('a,b\r\n1,2\r')), ...half.end()].length, 2);
  assert.equal(half.endsWithLineBreak, true, 'a line break that was begun ends its line');
});
