import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type EmployeeInputJson, employeeInput } from '#contract/payroll.ts';
import { systemActor } from '#platform/actor.ts';
import { Problem } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from '#testing/database.ts';
import { checkRows, importRows, makeEmployer, type PayrollScope } from '#testing/payroll.ts';
import { empColumns, employeeInputOf, empRowOf, generatePerson, getEmployee, putEmployee } from './index.ts';
import { columnOf, pointerOf } from './record-faults.ts';
import { stagedColumns } from './staged-columns.ts';

let t: TestDatabase;
before(async () => {
  t = await openTestDatabase();
  t.platform.clock.set(Temporal.Instant.from('2026-11-24T00:00:00Z'));
});
after(() => t.close());

const person = {
  ...generatePerson(1, 0),
  taxCode: 'M' as const,
  studentLoan: true,
  kiwiSaverPercent: '3.50' as const,
};
const key = { companyCode: 'KOW01', employeeNumber: person.employeeNumber };
const columnOfPointer = new Map(stagedColumns.map((staged) => [pointerOf(staged), columnOf(staged)]));

const cells = fc.record(
  {
    ird_number: fc.constantFrom('~', person.irdNumber),
    tax_code: fc.constantFrom('M', 'S', 'ND', 'STC', 'WT', 'NSW'),
    tax_rate_pct: fc.constantFrom('~', '8.00', '17.50'),
    student_loan: fc.constantFrom('Y', 'N'),
    kiwisaver_status: fc.constantFrom('AUTO_ENROLLED', 'OPTED_OUT', 'NOT_MEMBER', 'TEMPORARY_RATE_REDUCTION'),
    kiwisaver_employee_pct: fc.constantFrom('~', '3.00', '3.50', '10.00'),
    kiwisaver_reduction_end: fc.constantFrom('~', '2027-02-10', '2027-06-30', '2029-01-01'),
    employment_type: fc.constantFrom('FIXED_TERM', 'PERM_FT'),
    fixed_term_end: fc.constantFrom('~', '2027-06-30'),
    end_date: fc.constantFrom('~', '2027-03-31', '2000-01-01'),
    termination_reason: fc.constantFrom('~', 'RESIGNATION'),
    effective_date: fc.constantFrom('2026-11-10', '2026-11-24', '2026-12-10', '2027-01-20'),
  },
  { requiredKeys: ['effective_date'] },
);
type Cells = Partial<Record<string, string>>;

/** The PUT that says what the row says: whole groups, as they read on that day, with the row's cells over them. */
async function putOf(scope: PayrollScope, row: Cells): Promise<EmployeeInputJson> {
  const day = row['effective_date'] ?? '';
  const document = (await getEmployee(t.platform, scope.environmentId, key, day))?.document;
  assert.ok(document?.employment && document.taxNz && document.kiwiSaver);
  const told = (column: string, old: string | null) => {
    const text = row[column];
    if (text === undefined || text === '~') return text === undefined ? old : null;
    return empColumns.find((one) => one.name === column)?.choices?.[text] ?? text;
  };
  const { effectiveFrom: _1, ...employment } = document.employment;
  const { effectiveFrom: _2, ...tax } = document.taxNz;
  const { effectiveFrom: _3, ...saver } = document.kiwiSaver;
  const speaksOf = (columns: string[]) => columns.some((column) => row[column] !== undefined);
  const endDate = told('end_date', employment.endDate);
  const status = told('kiwisaver_status', saver.status);
  const reductionEnd = told('kiwisaver_reduction_end', saver.rateReductionEnd);
  const groups = {
    employment: {
      ...employment,
      employmentType: told('employment_type', employment.employmentType),
      fixedTermEndDate: told('fixed_term_end', employment.fixedTermEndDate),
      endDate,
      // Clearing the end clears the reason, unless the row says otherwise.
      terminationReason: told(
        'termination_reason',
        row['end_date'] === '~' ? null : employment.terminationReason,
      ),
    },
    taxNz: {
      ...tax,
      irdNumber: told('ird_number', tax.irdNumber),
      taxCode: told('tax_code', tax.taxCode),
      taxRatePercent: told('tax_rate_pct', tax.taxRatePercent),
      studentLoan: row['student_loan'] === undefined ? tax.studentLoan : row['student_loan'] === 'Y',
    },
    kiwiSaver: {
      ...saver,
      status,
      employeeRatePercent: told('kiwisaver_employee_pct', saver.employeeRatePercent),
      rateReductionEnd: reductionEnd,
      rateReductionStart:
        status === 'temporaryRateReduction' && speaksOf(['kiwisaver_status', 'kiwisaver_reduction_end'])
          ? reductionStart(saver.status === status ? saver : undefined, reductionEnd, day)
          : saver.rateReductionStart,
      optOutDate: status === 'optedOut' && saver.status !== status ? day : saver.optOutDate,
    },
  };
  const input = {
    effectiveFrom: day,
    ...(speaksOf(['employment_type', 'fixed_term_end', 'end_date', 'termination_reason'])
      ? { employment: groups.employment }
      : {}),
    ...(speaksOf(['ird_number', 'tax_code', 'tax_rate_pct', 'student_loan']) ? { taxNz: groups.taxNz } : {}),
    ...(speaksOf(['kiwisaver_status', 'kiwisaver_employee_pct', 'kiwisaver_reduction_end'])
      ? { kiwiSaver: groups.kiwiSaver }
      : {}),
  };
  return input as EmployeeInputJson;
}

/** The start the file's row stands for: the known one while it fits, else the row's day, or three months before the end. */
function reductionStart(
  known: { rateReductionStart: string | null } | undefined,
  end: string | null,
  day: string,
): string {
  if (end === null) return known?.rateReductionStart ?? day;
  const start = known?.rateReductionStart;
  if (start && lasts(start, end)) return start;
  const latest = Temporal.PlainDate.from(end).add({ days: 1 }).subtract({ months: 3 }).toString();
  return [day, latest].sort()[0] as string;
}

function lasts(start: string, end: string): boolean {
  const from = Temporal.PlainDate.from(start);
  const shortest = from.add({ months: 3 }).subtract({ days: 1 }).toString();
  return end >= shortest && end <= from.add({ months: 12 }).toString();
}

async function byFile(scope: PayrollScope, row: Cells): Promise<string[]> {
  const delta = { company_code: key.companyCode, employee_number: key.employeeNumber, ...row };
  const { findings } = await checkRows(t.platform, scope, 'DELTA', [delta]);
  const errors = findings.filter((one) => one.severity === 'error');
  if (errors.length === 0) await importRows(t.platform, scope, 'DELTA', [delta]);
  return errors.map((one) => `${one.field}:${one.code}`).sort();
}

async function byApi(scope: PayrollScope, input: EmployeeInputJson): Promise<string[]> {
  try {
    await transact(t.platform, scope, systemActor('test'), (work) =>
      putEmployee(work, { ...scope, ...key, input: employeeInput.parse(input), source: { channel: 'api' } }),
    );
    return [];
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return (error.errors ?? []).map((one) => `${columnOfPointer.get(one.pointer)}:${one.code}`).sort();
  }
}

interface Live {
  from: string;
  until: string;
  ird_number: string | null;
  tax_code: string;
  student_loan: boolean;
  tax_rate_pct: string | null;
  status: string;
  employee_pct: string | null;
  reduction_start: string | null;
  reduction_end: string | null;
  opt_out_date: string | null;
  employment_type: string;
  fixed_term_end: string | null;
}

const live = (scope: PayrollScope, table: string) =>
  read(
    t.platform,
    scope,
    (sql) => sql<Live[]>`
      select d.*, d.effective_from as "from", lead(d.effective_from, 1, '9999-12-31') over (order by d.effective_from) as until
      from ${sql(`payroll.${table}`)} d where d.environment_id = ${scope.environmentId} and d.superseded_at is null`,
  );

/** The rules once more, as payroll people write them, over everything that is in force on some day. */
async function assertInForce(scope: PayrollScope): Promise<void> {
  const taxes = await live(scope, 'tax_nz');
  const savers = await live(scope, 'kiwisaver');
  for (const tax of taxes) {
    assert.ok(tax.ird_number !== null || tax.tax_code === 'ND', 'no IRD number needs ND');
    assert.ok(!tax.student_loan || ['M', 'S'].includes(tax.tax_code), 'a student loan needs a code for it');
    if (['STC', 'WT'].includes(tax.tax_code)) assert.ok(tax.tax_rate_pct !== null, 'the code needs a rate');
    if (tax.tax_code === 'WT') assert.ok(Number(tax.tax_rate_pct) >= 10, 'a schedular rate is 10 or more');
  }
  for (const saver of savers) {
    const rate = saver.employee_pct === null ? null : Number(saver.employee_pct);
    if (saver.status === 'autoEnrolled') assert.ok(rate === 3.5 || rate === 10, 'an elected rate');
    if (saver.status === 'temporaryRateReduction') {
      assert.equal(rate, 3, 'a reduction is 3 per cent');
      assert.ok(saver.reduction_start && saver.reduction_end, 'a reduction has both ends');
      assert.ok(lasts(saver.reduction_start, saver.reduction_end), 'a reduction lasts 3 to 12 months');
    }
    if (['optedOut', 'notMember'].includes(saver.status)) assert.equal(rate, null, 'no rate without saving');
    if (saver.status === 'optedOut') assert.ok(saver.opt_out_date, 'opting out has its date');
    for (const tax of taxes)
      if (tax.tax_code === 'NSW' && tax.from < saver.until && saver.from < tax.until)
        assert.equal(saver.status, 'notMember', 'a seasonal worker has no KiwiSaver');
  }
  for (const job of await live(scope, 'employment_details'))
    assert.ok(job.employment_type !== 'fixedTerm' || job.fixed_term_end !== null, 'a fixed term has its end');
  const ends = await read(
    t.platform,
    scope,
    (sql) => sql<{ end: string | null; reason: string | null; start: string }[]>`
      select n.end_date as "end", n.termination_reason as reason, e.start_date as start from payroll.endings n
      join payroll.employments e on e.environment_id = n.environment_id and e.id = n.employment_id
      where n.environment_id = ${scope.environmentId} and n.superseded_at is null`,
  );
  for (const { end, reason, start } of ends) {
    assert.equal(end === null, reason === null, 'an end and its reason come together');
    assert.ok(end === null || end >= start, 'nobody ends before the start');
  }
}

test('rows and bodies in any order leave no record in contradiction, and both doors refuse alike', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 8 }), async (rows) => {
      const [files, api] = [await makeEmployer(t.platform), await makeEmployer(t.platform)];
      await importRows(t.platform, files, 'FULL', [empRowOf(person, 'KOW01')]);
      await byApi(api, employeeInputOf(person));
      for (const row of rows) {
        const refusedByApi = await byApi(api, await putOf(api, row));
        assert.deepEqual(await byFile(files, row), refusedByApi, JSON.stringify(row));
        await assertInForce(files);
        await assertInForce(api);
      }
    }),
    { numRuns: 8 },
  );
});
