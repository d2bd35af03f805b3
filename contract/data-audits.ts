import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine, textProse } from './text.ts';

/** All paths of this file start with /api/customers/:customer/environments/:environment. */

const moment = z.string().describe('An instant, ISO 8601 in UTC');
export const auditTracks = ['web-api', 'file-transfer'] as const;
export type AuditTrack = (typeof auditTracks)[number];

const ofIntegration = idOf('int')
  .optional()
  .describe('The integration it is made for: it is evidence for that one alone');

/** Why work of ours was given up, in words for people. */
const failure = z.object({ code: z.string(), message: z.string() });

/** making: being written · ready: can be given · failed: given up after several tries, for the reason in `failure`. */
export const extractStates = ['making', 'ready', 'failed'] as const;
export const extractView = z.object({
  id: shownId('ext'),
  state: z.enum(extractStates),
  fileName: z.string(),
  asOf: z.string(),
  /** full: IRD numbers and bank accounts are in it, for the reason given. masked: they are masked. */
  restricted: z.enum(['masked', 'full']),
  rows: z.number().int().nullable(),
  sizeBytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  failure: failure.nullable(),
  counts: z.record(z.string(), z.number().int()).describe('active, pending, terminated and each company'),
  controlTotals: z
    .record(z.string(), z.string())
    .describe(
      'hashEmployeeNumber, salaryAnnual (class P3: left out for whoever may not see pay), bankAccounts',
    ),
  deliveries: z.array(
    z.object({ via: z.enum(['link', 'sftp']), placedAt: moment, deliveredAt: moment.nullable() }),
  ),
  integrationId: shownId('int').nullable(),
  createdAt: moment,
  createdBy: z.string(),
});
export type ExtractView = z.output<typeof extractView>;
/** GET /extracts: newest first, at most 100; GET /extracts/:extract */
/** GET /extracts and /audits: newest first; `next` is the next page's `before`. */
export const extractList = z.object({ items: z.array(extractView), next: shownId('ext').nullable() });
export const extractsQuery = z.object({ before: idOf('ext').optional(), limit: pageLimit(50) });
/** POST /extracts: writes the file in the background. */
export const createExtractBody = z
  .strictObject({
    asOf: z.iso.date().optional(),
    restricted: z.enum(['masked', 'full']).default('masked'),
    reason: textProse(300, 5).optional().describe('Needed for restricted: full'),
    integration: ofIntegration,
  })
  .refine((body) => body.restricted === 'masked' || body.reason !== undefined, {
    path: ['reason'],
    message: 'say why IRD numbers and bank accounts are needed in full',
  });
/** POST /extracts/:extract/again: writes a failed one again. */
/** POST /extracts/:extract/link: mails a contact of the customer a one-time link to download it. */
export const extractLinkBody = z.strictObject({ sendLinkTo: z.email() });
export const extractLink = z.object({ expiresAt: moment, mailedTo: z.string() });
/** POST /extracts/:extract/place: puts it under /out over SFTP. */
export const placedExtract = z.object({ path: z.string() });

/** What kind of difference it is, by its cause. */
export const differenceCauses = [
  'leading-zeros',
  'blank',
  'case-or-space',
  'macron',
  'date-format',
  'number-format',
  'code-mapped',
  'other-day',
  'different',
  'only-ours',
  'only-theirs',
] as const;
export type DifferenceCause = (typeof differenceCauses)[number];
export const differenceCauseNames: Record<DifferenceCause, string> = {
  'leading-zeros': 'Leading zeros',
  blank: 'Blank on one side',
  'case-or-space': 'Capitals or spaces',
  macron: 'Macrons or accents',
  'date-format': 'Date format',
  'number-format': 'Number format',
  'code-mapped': 'Same meaning, other code',
  'other-day': 'A change of another day',
  different: 'Different',
  'only-ours': 'Only in payroll',
  'only-theirs': 'Only in your file',
};
export const differenceStates = ['open', 'accepted', 'corrected'] as const;

export const differenceView = z.object({
  id: shownId('dif'),
  companyCode: z.string(),
  employeeNumber: z.string(),
  field: z.string().nullable().describe('null: the whole employee'),
  class: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']),
  cause: z.enum(differenceCauses),
  /** null for classes P2 to P4, which are shown as "different" only, and for whole employees. */
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
  state: z.enum(differenceStates),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: moment.nullable(),
});
export type DifferenceView = z.output<typeof differenceView>;
/** GET /audits/:audit/differences?state=&cause=&field=&cursor=&limit= , in order of the key */
export const differenceList = z.object({
  items: z.array(differenceView),
  next: z.string().nullable(),
  total: z.number().int(),
});
export const differenceQuery = z.object({
  state: z.enum(differenceStates).optional(),
  cause: z.enum(differenceCauses).optional(),
  field: textLine(60, 0).optional(),
  cursor: idOf('dif').optional(),
  limit: pageLimit(100),
});

/** comparing: being worked out · open: differences wait · closed: none is open · refused: the file could not be read ·
 * failed: we could not compare, for the reason in `failure`; compare again. */
export const auditStates = ['comparing', 'open', 'closed', 'refused', 'failed'] as const;
export const auditView = z.object({
  id: shownId('aud'),
  track: z.enum(auditTracks),
  state: z.enum(auditStates),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
  failure: failure.nullable(),
  rows: z.object({ ours: z.number().int(), theirs: z.number().int(), matched: z.number().int() }).nullable(),
  fieldsCompared: z.array(z.string()),
  columnsIgnored: z.array(z.string()),
  agreeingPercent: z.string().nullable(),
  open: z.number().int(),
  accepted: z.number().int(),
  corrected: z.number().int(),
  byCause: z.array(
    z.object({
      cause: z.enum(differenceCauses),
      field: z.string().nullable(),
      open: z.number().int(),
      total: z.number().int(),
    }),
  ),
  integrationId: shownId('int').nullable(),
  runs: z.number().int(),
  createdAt: moment,
  comparedAt: moment.nullable(),
  closedAt: moment.nullable(),
});
export type AuditView = z.output<typeof auditView>;
/** GET /audits: newest first, at most 100; GET /audits/:audit */
export const auditList = z.object({ items: z.array(auditView), next: shownId('aud').nullable() });
export const auditsQuery = z.object({ before: idOf('aud').optional(), limit: pageLimit(50) });

/**
 * POST /audits?track=&fileName= with the CSV itself as body (Content-Type text/csv, at most 25 MB): header row with
 * company_code, employee_number and any columns of the employee format. POST /audits/:audit/file replaces the file and
 * compares again; POST /audits/:audit/recompare compares the same file with the present records.
 */
export const uploadAuditQuery = z.object({
  track: z.enum(auditTracks),
  fileName: textLine(200).default('employees.csv'),
  integration: ofIntegration,
});
export const replaceFileQuery = z.object({
  fileName: textLine(200).default('employees.csv'),
});
/** POST /audits/:audit/accept: one or more differences, or all open ones of a cause (and field), with one reason. */
export const acceptDifferencesBody = z
  .strictObject({
    /** Which comparison the person has before them: `runs` of the audit. */
    run: z.number().int().min(1),
    differences: z.array(idOf('dif')).min(1).max(1000).optional(),
    cause: z.enum(differenceCauses).optional(),
    field: textLine(60, 0).optional(),
    reason: textProse(500, 3),
  })
  .refine((body) => (body.differences === undefined) !== (body.cause === undefined), {
    path: ['differences'],
    message: 'name differences, or a cause, not both',
  });
export const decided = z.object({ decided: z.number().int(), audit: auditView });

const base = z.object({ customer: z.string(), environment: z.string() });
export const dataAuditParams = {
  environment: base,
  extract: base.extend({ extract: idOf('ext') }),
  audit: base.extend({ audit: idOf('aud') }),
};
