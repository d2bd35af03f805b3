import { z } from 'zod';
import { shownId } from './ids.ts';
import { recordKey, recordText } from './payroll-text.ts';
import {
  allocationTypes,
  employmentStatuses,
  employmentTypes,
  esctRates,
  genders,
  kiwiSaverStatuses,
  payFrequencies,
  rateTypes,
  residencyStatuses,
  taxCodes,
  terminationReasons,
  tfnExemptions,
  titles,
} from './payroll-words.ts';
import { textLine } from './text.ts';

/** A calendar date in the employer's own time zone, YYYY-MM-DD, from 1900 to 2199 as in files. */
export const payrollDate = z.iso
  .date()
  .refine((text) => /^(19|20|21)/.test(text), 'must be a date from 1900-01-01 to 2199-12-31');
const code = recordKey(40);
const shortText = recordText(50);
/** A decimal number as text, so that no digit is ever lost. */
export const decimalText = z
  .string()
  .regex(/^-?\d{1,8}(\.\d{1,4})?$/, 'must be a decimal number as text, such as "78000.00"');
const percentText = z.string().regex(/^\d{1,3}(\.\d{1,4})?$/, 'must be a percentage as text, such as "3.50"');

/** Where somebody lives. The country is ISO 3166 alpha-2. */
export const payrollAddress = z.strictObject({
  line1: recordText(100, 0).nullish(),
  line2: recordText(100, 0).nullish(),
  suburb: recordText(60, 0).nullish(),
  city: recordText(60, 0).nullish(),
  state: recordText(10, 0).nullish(),
  postcode: recordText(10, 0).nullish(),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters, such as NZ'),
});

/** The human being, one per customer however many employments. */
export const personGroup = z.strictObject({
  externalId: recordKey(60).nullish(),
  title: z.enum(titles).nullish(),
  legalFirstName: shortText,
  legalMiddleNames: shortText.nullish(),
  legalLastName: shortText,
  preferredName: shortText.nullish(),
  dateOfBirth: payrollDate,
  gender: z.enum(genders).nullish(),
  workEmail: z.email().max(254).nullish(),
  personalEmail: z.email().max(254).nullish(),
  mobile: recordText(30, 0).nullish(),
  address: payrollAddress.nullish(),
});

export const costAllocation = z.strictObject({ costCentre: code, percent: percentText });

/** One engagement; its end date is the last day employed, inclusive. */
export const employmentGroup = z.strictObject({
  startDate: payrollDate,
  continuousServiceDate: payrollDate.nullish(),
  endDate: payrollDate.nullish(),
  terminationReason: z.enum(terminationReasons).nullish(),
  employmentType: z.enum(employmentTypes),
  fixedTermEndDate: payrollDate.nullish(),
  agreementCode: code.nullish(),
  positionCode: code.nullish(),
  positionTitle: recordText(100, 0).nullish(),
  departmentCode: code,
  locationCode: code,
  managerEmployeeNumber: recordKey(20).nullish(),
  costAllocations: z.array(costAllocation).min(1).max(20),
  payGroupCode: code,
  payFrequency: z.enum(payFrequencies),
  hoursPerWeek: decimalText.nullish(),
  workPatternCode: code.nullish(),
});

/** A New Zealand tax declaration; each one replaces the whole group from its date. */
export const taxNzGroup = z.strictObject({
  irdNumber: recordText(15, 0).nullish(),
  taxCode: z.enum(taxCodes),
  studentLoan: z.boolean().optional(),
  taxRatePercent: percentText.nullish(),
  taxRateEndDate: payrollDate.nullish(),
  slSpecialRatePercent: percentText.nullish(),
  slSpecialRateEndDate: payrollDate.nullish(),
  esctRatePercent: z.enum(esctRates).nullish(),
  declarationDate: payrollDate.nullish(),
  declarationForm: z.enum(['IR330', 'IR330C', 'electronic']).nullish(),
});

/** Australian tax and super. */
export const taxAuGroup = z.strictObject({
  tfn: recordText(12, 0).nullish(),
  tfnExemption: z.enum(tfnExemptions).nullish(),
  residencyStatus: z.enum(residencyStatuses),
  taxFreeThresholdClaimed: z.boolean().optional(),
  studyLoan: z.boolean().optional(),
  superUsi: recordText(20, 0).nullish(),
  superMemberNumber: recordText(30, 0).nullish(),
});

export const kiwiSaverGroup = z.strictObject({
  status: z.enum(kiwiSaverStatuses),
  employeeRatePercent: percentText.nullish(),
  employerRatePercent: percentText.nullish(),
  rateReductionStart: payrollDate.nullish(),
  rateReductionEnd: payrollDate.nullish(),
  suspensionStart: payrollDate.nullish(),
  suspensionEnd: payrollDate.nullish(),
  optOutDate: payrollDate.nullish(),
});

/** One account of the ordered set; exactly one takes the balance. */
export const bankAccount = z.strictObject({
  country: z.enum(['NZ', 'AU']),
  account: recordText(30),
  accountName: recordText(32).nullish(),
  reference: recordText(12, 0).nullish(),
  allocation: z.strictObject({ type: z.enum(allocationTypes), value: decimalText.nullish() }),
});

export const payRate = z.strictObject({
  effectiveFrom: payrollDate,
  rateType: z.enum(rateTypes),
  amount: decimalText,
  currency: z.enum(['NZD', 'AUD']).optional().describe("that of the employer's country when left out"),
  hoursPerWeek: decimalText.nullish(),
  reasonCode: code.nullish(),
});

/**
 * The body of PUT. Groups that are left out stay as they are. A group that is given takes the place of the one before, but
 * for what says nothing when left out: externalId, endDate, the pay rates of other days, and fields that the key cannot read.
 */
export const employeeInput = z.strictObject({
  /** First day on which this is true; today in the employer's zone when left out. */
  effectiveFrom: payrollDate.optional(),
  person: personGroup.optional(),
  employment: employmentGroup.optional(),
  taxNz: taxNzGroup.optional(),
  taxAu: taxAuGroup.optional(),
  kiwiSaver: kiwiSaverGroup.optional(),
  bankAccounts: z.array(bankAccount).min(1).max(5).optional(),
  payRates: z.array(payRate).min(1).max(60).optional(),
});
export type EmployeeInput = z.output<typeof employeeInput>;
export type EmployeeInputJson = z.input<typeof employeeInput>;

/** The Employee document as it is read, true on the day `asOf`. Values the reader may not see are masked or null. */
export const employeeDocument = z.object({
  employeeId: shownId('emp'),
  personId: shownId('pp'),
  companyCode: z.string(),
  employeeNumber: z.string(),
  version: z.number().int(),
  status: z.enum(employmentStatuses),
  asOf: payrollDate,
  masked: z
    .array(z.string())
    .describe(
      'JSON pointers of the fields that hold a mask, or null, instead of their value; never send them back',
    ),
  person: z
    .object({
      externalId: z.string().nullable(),
      title: z.string().nullable(),
      legalFirstName: z.string(),
      legalMiddleNames: z.string().nullable(),
      legalLastName: z.string(),
      preferredName: z.string().nullable(),
      dateOfBirth: z.string().nullable(),
      gender: z.string().nullable(),
      workEmail: z.string().nullable(),
      personalEmail: z.string().nullable(),
      mobile: z.string().nullable(),
      address: z
        .object({
          line1: z.string().nullable(),
          line2: z.string().nullable(),
          suburb: z.string().nullable(),
          city: z.string().nullable(),
          state: z.string().nullable(),
          postcode: z.string().nullable(),
          country: z.string().nullable(),
        })
        .nullable(),
      effectiveFrom: z.string(),
    })
    .nullable(),
  employment: z
    .object({
      startDate: z.string(),
      continuousServiceDate: z.string().nullable(),
      endDate: z.string().nullable(),
      terminationReason: z.string().nullable(),
      employmentType: z.string(),
      fixedTermEndDate: z.string().nullable(),
      agreementCode: z.string().nullable(),
      positionCode: z.string().nullable(),
      positionTitle: z.string().nullable(),
      departmentCode: z.string().nullable(),
      locationCode: z.string().nullable(),
      managerEmployeeNumber: z.string().nullable(),
      costAllocations: z.array(z.object({ costCentre: z.string(), percent: z.string() })),
      payGroupCode: z.string().nullable(),
      payFrequency: z.string().nullable(),
      hoursPerWeek: z.string().nullable(),
      workPatternCode: z.string().nullable(),
      effectiveFrom: z.string(),
    })
    .nullable(),
  taxNz: z
    .object({
      irdNumber: z.string().nullable(),
      taxCode: z.string().nullable(),
      studentLoan: z.boolean().nullable(),
      taxRatePercent: z.string().nullable(),
      taxRateEndDate: z.string().nullable(),
      slSpecialRatePercent: z.string().nullable(),
      slSpecialRateEndDate: z.string().nullable(),
      esctRatePercent: z.string().nullable(),
      declarationDate: z.string().nullable(),
      declarationForm: z.string().nullable(),
      effectiveFrom: z.string(),
    })
    .nullable(),
  taxAu: z
    .object({
      tfn: z.string().nullable(),
      tfnExemption: z.string().nullable(),
      residencyStatus: z.string().nullable(),
      taxFreeThresholdClaimed: z.boolean().nullable(),
      studyLoan: z.boolean().nullable(),
      superUsi: z.string().nullable(),
      superMemberNumber: z.string().nullable(),
      effectiveFrom: z.string(),
    })
    .nullable(),
  kiwiSaver: z
    .object({
      status: z.string().nullable(),
      employeeRatePercent: z.string().nullable(),
      employerRatePercent: z.string().nullable(),
      rateReductionStart: z.string().nullable(),
      rateReductionEnd: z.string().nullable(),
      suspensionStart: z.string().nullable(),
      suspensionEnd: z.string().nullable(),
      optOutDate: z.string().nullable(),
      effectiveFrom: z.string(),
    })
    .nullable(),
  bankAccounts: z.array(
    z.object({
      country: z.string(),
      account: z.string(),
      accountName: z.string().nullable(),
      reference: z.string().nullable(),
      allocation: z.object({ type: z.string(), value: z.string().nullable() }),
    }),
  ),
  /** Every rate that was not superseded, oldest first, future ones included. */
  payRates: z.array(
    z.object({
      effectiveFrom: z.string(),
      rateType: z.string(),
      amount: z.string().nullable(),
      currency: z.string(),
      hoursPerWeek: z.string().nullable(),
      reasonCode: z.string().nullable(),
    }),
  ),
});
export type EmployeeDocument = z.output<typeof employeeDocument>;

/** One row of a list of employees: P1 only. */
export const employeeSummary = z.object({
  employeeId: shownId('emp'),
  personId: shownId('pp'),
  companyCode: z.string(),
  employeeNumber: z.string(),
  name: z.string(),
  positionTitle: z.string().nullable(),
  departmentCode: z.string().nullable(),
  locationCode: z.string().nullable(),
  employmentType: z.string().nullable(),
  startDate: z.string(),
  endDate: z.string().nullable(),
  status: z.enum(employmentStatuses),
  version: z.number().int(),
  updatedAt: z.string(),
});
export type EmployeeSummary = z.output<typeof employeeSummary>;

/** A legal employer of a customer; payroll dates are dates in its zone. */
export const companyInput = z.strictObject({
  code: z.string().regex(/^[A-Z0-9]{2,12}$/, 'two to twelve capital letters and digits'),
  name: textLine(120),
  timeZone: textLine(60, 3),
  country: z.enum(['NZ', 'AU']).default('NZ'),
  abn: textLine(14, 0).nullish(),
});
export const company = z.object({
  companyId: z.string(),
  code: z.string(),
  name: z.string(),
  timeZone: z.string(),
  country: z.string(),
});
export type Company = z.output<typeof company>;
