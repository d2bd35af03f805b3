import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { rowFaults, selectCompanies } from '#modules/payroll/index.ts';
import type { Objects } from '#platform/objects.ts';
import { read } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { employees, type FileHome, openFileHome } from '#testing/file-home.ts';
import { fileFaults } from './file-faults.ts';
import { FindingLog } from './finding-log.ts';
import { readEmployeesFile } from './read-employees-file.ts';

/** Printed, so that a run that fails is run again alike. */
const seed = Number(process.env['FILES_SEED'] ?? Date.now() % 1_000_000);
const people: Record<string, string>[] = [];
employees(40, (row) => people.push({ ...row }));

let t: TestDatabase;
let at: FileHome;
before(async () => {
  console.log(`seed ${seed}`);
  t = await openTestDatabase();
  at = await openFileHome(t);
  assert.equal((await at.send(employees(40), at.fileName('FULL'))).ack.status, 'accepted');
});
after(() => t.close());

/** A file near the ones that were seen to go wrong: which columns, how it is written, and what is careless in it. */
interface Draft {
  columns: string[];
  rows: { person: number; cells: Record<string, string> }[];
  lineEnd: string;
  header: string;
  tail: string;
  lastBreak: boolean;
  quotes: string;
}

const cellsOf: Record<string, fc.Arbitrary<string>> = {
  position_title: fc.oneof(
    { arbitrary: fc.constantFrom('Lead', 'Ngā mihi', 'a b', '', '~'), weight: 6 },
    fc.constantFrom('"', 'x"y', '\ufffd', '\u200b', ' ', '***', 'Nga\u0304'),
  ),
  hours_per_week: fc.constantFrom('40.00', '37.5', '', '0', '120', '-1', '1e3', '40,0'),
  kiwisaver_employer_pct: fc.constantFrom('3.50', '4', '', '100', '101', '~'),
  tax_code: fc.constantFrom('M', 'm sl', 'ME', '', 'XX', '~'),
  end_date: fc.constantFrom('', '', '', '2026-12-24', '24/12/2026', '9999-12-31'),
  termination_reason: fc.constantFrom('', 'RESIGNATION', 'bored'),
  department_code: fc.constantFrom('OPS', '', 'ops', 'Õps'),
};
const draft: fc.Arbitrary<Draft> = fc.record({
  columns: fc.subarray(Object.keys(cellsOf), { minLength: 1, maxLength: 4 }),
  rows: fc.array(fc.record({ person: fc.integer({ min: 0, max: 44 }), cells: fc.record(cellsOf) }), {
    maxLength: 6,
  }) as fc.Arbitrary<Draft['rows']>,
  lineEnd: fc.constantFrom('\r\n', '\r\n', '\n', '\r'),
  header: fc.constantFrom(
    '',
    '',
    '',
    '',
    'sep=,',
    'sep=;',
    'upper',
    'near',
    'hidden',
    'unknown',
    'empty',
    'twice',
    'gap',
  ),
  tail: fc.constantFrom('', '', '', ',,,', '   ', '"', '"open'),
  lastBreak: fc.constantFrom(true, true, true, true, false),
  quotes: fc.constantFrom('needed', 'needed', 'always', 'never'),
});

function headerOf({ header, columns }: Draft): string[] {
  const names = ['company_code', 'employee_number', ...columns];
  if (header === 'upper') return names.map((name) => ` ${name.toUpperCase()} `);
  if (header === 'near') return names.map((name, i) => (i === 2 ? name.slice(0, -1) : name));
  if (header === 'hidden') return names.map((name, i) => (i === 2 ? `${name}\u200b` : name));
  if (header === 'unknown') return [...names, 'favourite_colour'];
  if (header === 'empty') return [...names, '', ''];
  if (header === 'twice') return [...names, names[2] ?? ''];
  return header === 'gap' ? [...names.slice(0, 2), '', ...names.slice(2)] : names;
}

function write(one: Draft): { text: string; keys: string[] } {
  const quote = (cell: string) =>
    one.quotes === 'always' || (one.quotes === 'needed' && /[",\r\n]/.test(cell))
      ? `"${cell.replaceAll('"', '""')}"`
      : cell;
  const extra =
    one.header === 'unknown'
      ? ['blue']
      : one.header === 'empty'
        ? ['', '']
        : one.header === 'twice'
          ? ['x']
          : [];
  const keys: string[] = [];
  const lines = one.rows.map(({ person, cells }) => {
    const number = people[person]?.['employee_number'] ?? `9${person}`;
    keys.push(`KOW01/${number}`);
    const own = one.columns.map((name) => cells[name] ?? '');
    const row = one.header === 'gap' ? ['KOW01', number, '', ...own] : ['KOW01', number, ...own];
    return [...row, ...extra].map(quote).join(',');
  });
  const first = one.header.startsWith('sep=') ? [one.header] : [];
  const all = [...first, headerOf(one).join(','), ...lines, ...(one.tail === '' ? [] : [one.tail])];
  return { text: all.join(one.lineEnd) + (one.lastBreak ? one.lineEnd : ''), keys };
}

const codes = new Set([...rowFaults.map((one) => one.code), ...Object.keys(fileFaults), 'more']);

test('of a thousand careless files each row is staged or named, and nothing is dropped in silence', async () => {
  const companies = await read(t.platform, at.scope, (sql) => selectCompanies(sql, at.scope.environmentId));
  assert.equal(companies.length, 1);
  await fc.assert(
    fc.asyncProperty(
      draft,
      fc.constantFrom('FULL', 'DELTA'),
      fc.integer({ min: 1, max: 200 }),
      async (one, mode, size) => {
        const { text } = write(one);
        const bytes = Buffer.from(text);
        const objects = {
          read: async function* () {
            for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
          },
          create: () => t.platform.objects.create({ class: 'answer', ...at.scope }),
        } as unknown as Objects;
        const log = new FindingLog(objects, at.scope);
        const staged: number[] = [];
        const result = await readEmployeesFile(
          objects,
          {
            objectKey: '',
            mode: mode as 'FULL' | 'DELTA',
            delimiter: ',',
            maxRows: 1_000,
            irdHighest: 150_000_000,
            refusesUnknownColumns: false,
            todayOf: () => '2026-11-30',
            control: undefined,
          },
          { stage: async (rows) => void staged.push(...rows.map((row) => row.line)) },
          log,
        );
        await log.abandon();
        for (const { code } of log.kept) assert.ok(codes.has(code), `${code} is on no page`);
        if (!result.isReadable) {
          assert.ok(log.errors > 0, 'a refused file says why');
          return;
        }
        assert.equal(
          result.unstaged + staged.length,
          result.rows,
          'each row is staged, or counted as refused',
        );
        // Two lone quotation marks make one field of what is between them, which the reader then refuses.
        if (one.quotes === 'never' && text.includes('"')) return;
        assert.equal(result.rows, one.rows.length, 'each row that was written is read');
        const refused = new Set(
          log.kept.filter((f) => f.severity === 'error' && f.row !== null).map((f) => f.row),
        );
        assert.equal(refused.size, result.refused, 'each refused row is named');
        const unread = headerOf(one).some((name) => name.trim() !== '' && !/^ ?[a-z_]+ ?$/i.test(name));
        assert.ok(!unread, 'no column with a hidden character is let pass');
        if (one.header === 'unknown') assert.ok(log.codes['header-unknown-column']);
        assert.ok(!['near', 'twice', 'gap', 'sep=;'].includes(one.header));
      },
    ),
    { numRuns: 1_000, seed },
  );
});

interface Answer {
  status: string;
  rows: { read: number; accepted: number; rejected: number };
  effects: Record<string, number> | null;
}

test('what an accepted file says is in force, or a finding names its row', async () => {
  const runs = fc.sample(draft, { numRuns: 25, seed });
  for (const one of runs) {
    const { text, keys } = write(one);
    const name = at.fileName();
    const { ack, errors } = (await at.send(text, name)) as unknown as { ack: Answer; errors: string[] };
    assert.ok(
      ['accepted', 'acceptedWithErrors', 'rejected', 'held', 'duplicate'].includes(ack.status),
      ack.status,
    );
    if (!ack.status.startsWith('accepted')) continue;
    const { created = 0, updated = 0, unchanged = 0 } = ack.effects ?? {};
    assert.equal(
      created + updated + unchanged,
      ack.rows.accepted,
      `each accepted row had its effect: ${text}`,
    );
    assert.equal(ack.rows.accepted + ack.rows.rejected, keys.length, text);
    const titles = await titlesInForce();
    for (const [i, row] of one.rows.entries()) {
      const key = keys[i] ?? '';
      const wanted = row.cells['position_title']?.trim().normalize('NFC') ?? '';
      if (!one.columns.includes('position_title') || ['', '~'].includes(wanted)) continue;
      const isNamed = errors.some((line) => line.includes(key) || line.startsWith(`${i + 1},`));
      assert.ok(isNamed || titles.get(key) === wanted, `${key} should be ${wanted} after ${text}`);
    }
  }
});

const titlesInForce = () =>
  read(t.platform, at.scope, async (sql) => {
    const rows = await sql<{ key: string; title: string }[]>`
      select distinct on (e.id) e.company_code || '/' || e.employee_number as key, d.position_title as title
      from payroll.employments e join payroll.employment_details d
        on d.environment_id = e.environment_id and d.employment_id = e.id and d.superseded_at is null
      where e.environment_id = ${at.scope.environmentId} and d.effective_from <= current_date + 1
      order by e.id, d.effective_from desc`;
    return new Map(rows.map((row) => [row.key, row.title]));
  });
