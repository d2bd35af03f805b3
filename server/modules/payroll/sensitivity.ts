import type { StaffRole } from '#contract/roles.ts';
import type { Actor } from '#platform/actor.ts';

/** Sensitivity classes: P0 reference, P1 work identity, P2 personal, P3 pay, P4 restricted. */
export type SensitivityClass = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';

/** The class of every field of the Employee document; who sees what, and what may stand in events, goes by it. */
export const fieldClasses: Readonly<Record<string, SensitivityClass>> = {
  companyCode: 'P0',
  employeeNumber: 'P1',
  externalId: 'P1',
  title: 'P1',
  legalFirstName: 'P1',
  legalMiddleNames: 'P1',
  legalLastName: 'P1',
  preferredName: 'P1',
  workEmail: 'P1',
  dateOfBirth: 'P2',
  gender: 'P2',
  personalEmail: 'P2',
  mobile: 'P2',
  address: 'P2',
  startDate: 'P1',
  continuousServiceDate: 'P1',
  endDate: 'P1',
  terminationReason: 'P3',
  employmentType: 'P1',
  fixedTermEndDate: 'P1',
  agreementCode: 'P1',
  positionCode: 'P1',
  positionTitle: 'P1',
  departmentCode: 'P1',
  locationCode: 'P1',
  managerEmployeeNumber: 'P1',
  costAllocations: 'P1',
  payGroupCode: 'P1',
  payFrequency: 'P1',
  hoursPerWeek: 'P1',
  workPatternCode: 'P1',
  irdNumber: 'P4',
  taxCode: 'P3',
  studentLoan: 'P3',
  taxRatePercent: 'P3',
  taxRateEndDate: 'P3',
  slSpecialRatePercent: 'P3',
  slSpecialRateEndDate: 'P3',
  esctRatePercent: 'P3',
  declarationDate: 'P3',
  declarationForm: 'P3',
  tfn: 'P4',
  tfnExemption: 'P3',
  residencyStatus: 'P3',
  taxFreeThresholdClaimed: 'P3',
  studyLoan: 'P3',
  superUsi: 'P3',
  superMemberNumber: 'P4',
  status: 'P3',
  employeeRatePercent: 'P3',
  employerRatePercent: 'P3',
  rateReductionStart: 'P3',
  rateReductionEnd: 'P3',
  suspensionStart: 'P3',
  suspensionEnd: 'P3',
  optOutDate: 'P3',
  bankAccounts: 'P4',
  payRates: 'P3',
  rateType: 'P3',
  amount: 'P3',
  currency: 'P3',
  rateHoursPerWeek: 'P3',
  reasonCode: 'P3',
};

/** The class of a field; a field nobody classified counts as restricted. */
export function classOf(field: string): SensitivityClass {
  return fieldClasses[field] ?? 'P4';
}

/** Staff who may change payroll records: support reads and hands over. */
export const changingRoles: StaffRole[] = ['customer-team-lead', 'lead-consultant', 'integrations-manager'];

/** Staff whose work is payroll: who may have a value of the classes above P1 shown. */
export const payrollRoles: StaffRole[] = [...changingRoles, 'support'];

/** Whether somebody may see values of pay (P3). */
export function mayReadPay(actor: Actor): boolean {
  return actor.kind === 'person' && payrollRoles.some((role) => actor.roles.includes(role));
}
