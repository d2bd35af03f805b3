import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { empColumns, rowFaults, validateEmpRow } from '#modules/payroll/index.ts';
import { empFormat } from './emp-format.ts';
import { fileFaults } from './file-faults.ts';
import { formatDownload } from './format-documents.ts';

const employer = { code: 'RATA07', country: 'NZ' } as const;
const download = (name: Parameters<typeof formatDownload>[1]) =>
  formatDownload(empFormat, name, 100, employer).text;
const rules = { mode: 'DELTA', today: '2026-11-30', irdHighest: 150_000_000 } as const;

interface CellSchema {
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  enum?: string[];
  not?: { const: string };
}
const schema: Record<string, CellSchema> = JSON.parse(download('schema.json')).properties;

function isValid(cell: string, rule: CellSchema): boolean {
  return (
    cell.length >= (rule.minLength ?? 0) &&
    cell.length <= (rule.maxLength ?? Number.POSITIVE_INFINITY) &&
    (rule.pattern === undefined || new RegExp(rule.pattern, 'u').test(cell)) &&
    (rule.enum === undefined || rule.enum.includes(cell)) &&
    rule.not?.const !== cell
  );
}

/** Faults of a cell by itself; others are about what stands beside it. */
const ofCells = new Set([
  'required',
  'too-long',
  'date-format',
  'number-format',
  'email-format',
  'flag',
  'unknown-word',
  'country',
  'company-code',
  'employee-number',
  'tax-code',
  'esct-rate',
  'bank-country',
]);
const words = new Set([
  ...empColumns.flatMap((one) => Object.keys(one.choices ?? {})),
  'M SL',
  'MESL',
  '17.5',
  'NZ',
]);
const cells = [
  ...words,
  ...[
    '',
    '~',
    'Y',
    'N',
    'x',
    'nonsense words',
    '2026-11-30',
    '2026-13-01',
    '30/11/2026',
    '37.50',
    '78000',
    '-1',
  ],
  ...[
    '1,234.00',
    '100',
    '100.01',
    '250',
    'a@b.example',
    'a@b',
    'RATA07',
    '048125360',
    '1024',
    'x'.repeat(300),
  ],
];

test('what the schema of a row takes, the reader takes as a cell, and what the reader refuses the schema refuses', () => {
  const base = empFormat.samples.NZ[0] ?? {};
  for (const column of empColumns)
    for (const cell of cells) {
      const row: Record<string, string> = { ...base, company_code: 'RATA07', [column.name]: cell };
      // Beside a rate by the year none by the hour can stand, and the other way round.
      if (column.name === 'hourly_rate') row['salary_annual'] = '';
      if (column.name.startsWith('bank_2') || column.name.startsWith('bank_3')) continue;
      const { findings } = validateEmpRow(row, rules);
      const refused = findings.some(
        (one) => one.severity === 'error' && one.field === column.name && ofCells.has(one.code),
      );
      const rule = schema[column.name] ?? {};
      if (isValid(cell, rule)) {
        const isBeside = cell === '' && /^(bank_|salary_annual)/.test(column.name);
        assert.ok(!refused || isBeside, `${column.name} = ${cell.slice(0, 40)}: ${JSON.stringify(findings)}`);
      }
    }
});

test('every example and every word on the page is taken by the reader and by the schema', () => {
  for (const column of empFormat.columns)
    for (const cell of [column.example, ...column.values].filter(Boolean)) {
      assert.ok(isValid(cell, schema[column.name] ?? {}), `${column.name} = ${cell}`);
      const isAustralian =
        empFormat.samples.NZ[0]?.[column.name] === undefined && empFormat.samples.AU[0]?.[column.name];
      const base = isAustralian ? empFormat.samples.AU[0] : empFormat.samples.NZ[0];
      const row: Record<string, string> = { ...base, [column.name]: cell };
      if (column.name === 'hourly_rate') row['salary_annual'] = '';
      const { findings } = validateEmpRow(row, rules);
      const refused = findings.filter(
        (one) => one.severity === 'error' && one.field === column.name && ofCells.has(one.code),
      );
      assert.deepEqual(refused, [], `${column.name} = ${cell}`);
    }
});

test('the samples of each country are rows that the reader takes', () => {
  for (const country of ['NZ', 'AU'] as const)
    for (const row of empFormat.samples[country])
      for (const mode of ['FULL', 'DELTA'] as const) {
        const names = new Set(empFormat.samples[country].flatMap((one) => Object.keys(one)));
        const whole = Object.fromEntries([...names].map((name) => [name, row[name] ?? '']));
        const { findings } = validateEmpRow(whole, { ...rules, mode });
        assert.deepEqual(
          findings.filter((one) => one.severity === 'error'),
          [],
          `${country} ${mode}`,
        );
      }
});

test('every code that the rules of a row report is on the page, with what it means', () => {
  const listed = new Set(rowFaults.map((one) => one.code));
  assert.equal(listed.size, rowFaults.length, 'a code is listed once');
  const folder = new URL('../payroll/', import.meta.url);
  const reported = new Set<string>();
  for (const name of readdirSync(folder)) {
    if (!/^(emp-|validate-emp|group-rules|address-rules|unlikely|contradictions|import-employees)/.test(name))
      continue;
    if (name.endsWith('.test.ts')) continue;
    const source = readFileSync(new URL(name, folder), 'utf8');
    for (const [, code = ''] of source.matchAll(/report\(\s*'(?:error|warning)',\s*'([a-z0-9-]+)'/g))
      reported.add(code);
    for (const [, code = ''] of source.matchAll(/code: '([a-z0-9-]+)'/g)) reported.add(code);
    for (const [, code = ''] of source.matchAll(/case '([a-z]+(?:-[a-z]+)+)':/g)) reported.add(code);
  }
  for (const code of reported) assert.ok(listed.has(code), code);
  const page = download('format.md');
  for (const code of [...listed, ...Object.keys(fileFaults)]) assert.ok(page.includes(`\`${code}\``), code);
  for (const code of ['SB', 'NSW', 'M SL']) assert.ok(page.includes(code), code);
  assert.match(page, /## Accepted forms/);
});
