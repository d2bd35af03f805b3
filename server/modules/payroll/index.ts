/**
 * Payroll records: companies, people, employments and their effective-dated groups; the rules of New Zealand and
 * Australian payroll numbers; sensitivity classes and masking; imports of employees in bulk.
 */
import type { Module } from '#platform/module.ts';
import { announceEffective, effectiveTimer } from './effective-sweep.ts';
import { firstCompany } from './first-company.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';

export { selectCompanies } from './company-store.ts';
export { createCompany } from './create-company.ts';
export { approveBankChange, refuseBankChange } from './decide-bank-change.ts';
export { effectiveDay } from './effective-day.ts';
export { emailForm } from './emp-cells.ts';
export { type EmpColumn, empColumns } from './emp-columns.ts';
export { countEmployments } from './employee-store.ts';
export { employeeInputOf, empRowOf, generateAccount, generatePerson } from './generate-people.ts';
export { changedSince } from './import-effects-store.ts';
export { openEmpImport } from './import-employees.ts';
export { importedSoFar } from './import-store.ts';
export type * from './import-types.ts';
export { maskAccount, maskDocument, maskIrd, maskTfn } from './mask.ts';
export { normaliseNzAccount } from './nz-bank-account.ts';
export {
  type EmployeeKey,
  metAnotherWriter,
  type PutOptions,
  type PutResult,
  previewEmployee,
  putEmployee,
} from './put-employee.ts';
export { type DocumentQuery, getEmployee, listEmployeeDocuments, listEmployees } from './read-employees.ts';
export { type RowFault, rowFaults } from './row-faults.ts';
export { classOf, mayReadPay, type SensitivityClass } from './sensitivity.ts';
export { unlikelyCodes } from './unlikely-values.ts';
export { validateEmpRow } from './validate-emp-row.ts';

export const payroll: Module = {
  name: 'payroll',
  problems: problems.catalogue,
  routes,
  consumers: () => [firstCompany],
  timers: () => ({
    [effectiveTimer]: async (work) => {
      const { environmentId } = work.scope;
      if (environmentId !== undefined) await announceEffective(work, environmentId);
    },
  }),
};
