/** Bits of `touches`: which groups a staged row speaks of. The SQL of functions.sql goes by the same bits. */
export const groupBits = {
  person: 1,
  employment: 2,
  taxNz: 4,
  taxAu: 8,
  kiwiSaver: 16,
  bankAccounts: 32,
  payRates: 64,
  ending: 128,
} as const;
export type GroupName = keyof typeof groupBits;

const columnsByGroup = {
  key: 'company_code employee_number effective_from',
  person:
    'external_id title first_name middle_names last_name preferred_name birth_date gender work_email personal_email mobile line1 line2 suburb city state postcode country',
  start: 'start_date continuous_service_date',
  ending: 'end_date termination_reason',
  employment:
    'employment_type fixed_term_end agreement_code position_code position_title department_code location_code manager_employee_number cost_allocations pay_group pay_frequency hours_per_week pattern_code',
  taxNz:
    'ird_number tax_code student_loan tax_rate_pct tax_rate_end sl_special_pct sl_special_end esct_pct declaration_date declaration_form',
  taxAu: 'tfn tfn_exemption residency_status tax_free_threshold study_loan super_usi super_member_no',
  kiwiSaver:
    'kiwisaver_status employee_pct employer_pct reduction_start reduction_end suspension_start suspension_end opt_out_date',
  bankAccounts: 'accounts',
  payRates: 'rate_from rate_type amount currency rate_hours_per_week reason_code rates',
  // Columns that could not be read, of a row that is refused for its cells and only judged; fields that a body left out and
  // that are cleared with their group; the forms in which keys are compared.
  beside: 'unreadable left_out number_folded number_loose external_folded',
} as const;

/** The order of a staged row: `touches`, then the columns of the session's staging table. */
export const stagedColumns: readonly string[] = [
  'touches',
  ...Object.values(columnsByGroup).flatMap((columns) => columns.split(' ')),
];

/** Where a staged column stands in a row. */
export const stagedIndex: Readonly<Record<string, number>> = Object.fromEntries(
  stagedColumns.map((column, index) => [column, index]),
);

/** The bit that a staged column sets in `touches`; key columns set none, start dates belong to the employment. */
export function bitOf(column: string): number {
  for (const [group, columns] of Object.entries(columnsByGroup)) {
    if (!columns.split(' ').includes(column)) continue;
    if (group === 'start') return groupBits.employment;
    return group in groupBits ? groupBits[group as GroupName] : 0;
  }
  throw new TypeError(`no staged column ${column}`);
}
