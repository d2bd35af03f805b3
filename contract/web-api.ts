import { z } from 'zod';
import { payrollFinding } from './employee-views.ts';
import { shownId } from './ids.ts';
import { employeeDocument, employeeSummary, payrollDate } from './payroll.ts';
import { recordKey } from './payroll-text.ts';
import { employmentStatuses } from './payroll-words.ts';
import { pageLimit, queryNumber } from './query-number.ts';
import { textLine } from './text.ts';

/** The version of the Web API that these schemas describe, sent as Fairlead-Version. */
export const webApiVersion = '2026-11-01';

/** The operations of the Web API, as their ids in the OpenAPI description and in evidence. */
export const webApiOperations = [
  'getEnvironment',
  'listCompanies',
  'putEmployee',
  'getEmployee',
  'listEmployees',
  'listEvents',
] as const;
export type WebApiOperation = (typeof webApiOperations)[number];
/** What an integration needs unless its plan says otherwise. */
export const usualOperations = webApiOperations.filter(
  (one) => one !== 'getEnvironment' && one !== 'listCompanies',
);
export const webApiOperationNames: Record<WebApiOperation, string> = {
  getEnvironment: 'Read the environment',
  listCompanies: 'List companies',
  putEmployee: 'Create or update an employee',
  getEmployee: 'Read one employee',
  listEmployees: 'List employees',
  listEvents: 'Read the event feed',
};

/** GET /v1/environment: whose key this is and what it may do. */
export const environmentDocument = z.object({
  environment: z.object({ id: shownId('env'), kind: z.enum(['sandbox', 'production']) }),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
  key: z.object({ id: shownId('key'), label: z.string(), scopes: z.array(z.string()) }),
  version: z.string(),
  serverTime: z.string().describe('An instant, ISO 8601 in UTC'),
});

/** GET /v1/companies: the legal employers of the environment, by code; at most 200. */
export const companyDocument = z.object({
  companyCode: z.string().describe('Names the employer in addresses of employees'),
  name: z.string(),
  country: z.string(),
  timeZone: z.string().describe('The zone that decides what day it is for its payroll'),
});
export const companyPage = z.object({ items: z.array(companyDocument), next: z.null() });

/** The keys that name an employee in an address. */
export const employeeKeyParams = z.strictObject({
  companyCode: recordKey(12).toUpperCase().describe('Code of the legal employer'),
  employeeNumber: recordKey(20),
});
export const readEmployeeQuery = z.strictObject({
  as_of: payrollDate.optional().describe("The day to read; today in the employer's zone when left out"),
});
export const writeEmployeeQuery = z.strictObject({
  validate_only: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true checks everything and changes nothing'),
});

/** The answer to PUT: the employee as it is now; null when it was only validated. */
export const employeeAnswer = z.object({
  created: z.boolean(),
  changed: z.boolean().describe('false when everything was so already: then there is no event'),
  version: z.number().int(),
  bankChangeHeld: z.boolean().describe('true when new bank accounts wait for a second person'),
  warnings: z.array(payrollFinding),
  employee: employeeDocument.nullable(),
});

/** GET /v1/employees: in the order of company code and employee number. */
export const employeesQuery = z.strictObject({
  limit: pageLimit(50),
  cursor: z
    .string()
    .max(500)
    .optional()
    .describe('`next` of the page before; bound to environment and filter'),
  search: textLine(60).optional().describe('Part of a name, or the start of an employee number'),
  status: z.enum(employmentStatuses).optional(),
  view: z.enum(['summary', 'full']).default('summary').describe('full gives whole employees'),
  with_total: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true counts all employees of the environment'),
});
export const employeePage = z.object({
  items: z.array(z.union([employeeDocument, employeeSummary])),
  next: z.string().nullable(),
  total: z.number().int().optional(),
});
export type EmployeePage = z.output<typeof employeePage>;

/** One fact of the environment's log: what changed, not the values of classes P2 to P4. */
export const eventDocument = z.object({
  id: shownId('evt'),
  sequence: z.number().int().describe('1, 2, 3 … without a hole within the environment'),
  type: z.string().describe('Such as employee.created'),
  subject: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.unknown()),
  effectiveFrom: z.string().nullable(),
  channel: z.string().nullable().describe('Where the change came in: api, file, webhook, console'),
  recordedAt: z.string().describe('An instant, ISO 8601 in UTC'),
});
export type EventDocument = z.output<typeof eventDocument>;

/** GET /v1/events?after=&limit=: ask again with after = next; an empty page means up to date. */
export const eventPage = z.object({
  items: z.array(eventDocument),
  next: z.number().int().describe('Give this as `after` to go on'),
  head: z.number().int().describe('The newest sequence of the environment'),
});
export const eventsQuery = z.strictObject({
  after: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: pageLimit(100),
});

/** RFC 9457 problem details, the body of every answer from 400 on. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  request_id: z.string(),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string(), code: z.string().optional() }))
    .optional(),
});
