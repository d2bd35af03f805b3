/**
 * Payroll records: companies, people, employments and their effective-dated groups; the rules of New Zealand and
 * Australian payroll numbers; sensitivity classes and masking; imports of employees in bulk.
 */
export type { Finding } from './finding.ts';
export { acceptable } from './finding.ts';
export type * from './import-types.ts';
