/**
 * Payroll records: companies, people, employments and their effective-dated groups; the rules of New Zealand and
 * Australian payroll numbers; sensitivity classes and masking; imports of employees in bulk.
 */
export { type EmpColumn, empColumns } from './emp-columns.ts';
export { acceptable, type Finding } from './finding.ts';
export { openEmpImport } from './import-employees.ts';
export type * from './import-types.ts';
export { maskAccount, maskDocument, maskIrd, maskTfn } from './mask.ts';
export { classOf, fieldClasses, type SensitivityClass } from './sensitivity.ts';
export { validateEmpRow } from './validate-emp-row.ts';
