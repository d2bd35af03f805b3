import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAuditFile } from './read-audit-file.ts';
import { readAuditFileApart } from './read-audit-file-apart.ts';

const codeOf = async (text: string | Buffer) => {
  const read = await readAuditFileApart(Buffer.from(text));
  return 'code' in read ? read.code : 'read';
};

test('a file that is too wide, too long in a cell or never closes a quote is refused while it is read', {
  timeout: 20_000,
}, async () => {
  const wide = Array.from({ length: 120_000 }, (_, n) => `c${n}`).join(',');
  assert.equal(await codeOf(`employee_number,${wide}\n1,${wide}\n`), 'too-many-columns');
  assert.equal(await codeOf(`employee_number,last_name\n1,${'a'.repeat(10_001)}\n`), 'cell-too-long');
  assert.equal(await codeOf(`employee_number,last_name\n1,"${'a,b\n'.repeat(500_000)}`), 'bad-quotes');
  assert.equal(await codeOf(`employee_number,last_name\n${'1,a\n'.repeat(200_002)}`), 'too-many-rows');
  assert.equal(await codeOf('employee_number,last_name\n1,Kōwhai\n'), 'read', 'the next file is read');
});

test('whatever the bytes are, the file is read or refused with a reason', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'employee_number',
      'last_name',
      ',',
      ';',
      '\n',
      '\r',
      '\r\n',
      '"',
      '""',
      '1',
      '0001',
      '\u200b',
      ' ',
    ),
    fc.string({ maxLength: 4, unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, headed) => {
      const text = `${headed ? 'employee_number,last_name\n' : ''}${pieces.join('')}`;
      const read = readAuditFile(Buffer.from(text));
      if ('code' in read) assert.ok(read.message.length > 10, read.code);
      else
        for (const cells of read.rows.values()) assert.notEqual(cells['employee_number']?.trim() ?? '', '');
    }),
    { numRuns: 1_000 },
  );
});
