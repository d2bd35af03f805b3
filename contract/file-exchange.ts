import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine, textProse } from './text.ts';

/** All paths of this file start with /api/customers/:customer/environments/:environment/files. */

export const exchangeDirections = ['in', 'out'] as const;
export const transferStates = [
  'received',
  'checking',
  'held',
  'applying',
  'applied',
  'validated',
  'rejected',
  'duplicate',
  'superseded',
] as const;
export type TransferState = (typeof transferStates)[number];
/** How the states of a transfer are written on screens. */
export const transferStateNames: Record<TransferState, string> = {
  received: 'Received',
  checking: 'Being checked',
  held: 'Held for approval',
  applying: 'Being applied',
  applied: 'Applied',
  validated: 'Valid (dry run)',
  rejected: 'Rejected',
  duplicate: 'Already processed',
  superseded: 'Superseded',
};
export const transferSteps = [
  'received',
  'deduplicated',
  'structure',
  'rows',
  'policy',
  'approved',
  'outcome',
  'acknowledged',
  'archived',
] as const;
export type TransferStep = (typeof transferSteps)[number];

/** A public key that signs in to an account; several may overlap while one is rotated out. */
export const sftpKeyView = z.object({
  id: shownId('key'),
  algorithm: z.string(),
  /** As `ssh-keygen -l` prints it: SHA256:… */
  fingerprint: z.string(),
  label: z.string(),
  registeredAt: z.string(),
  lastUsedAt: z.string().nullable(),
  holderLeft: z.boolean().describe('Who registered it has left since: take it out of use'),
});

/** GET /api/sftp-keys-to-retire: newest first; `next` is the next page's `before`. */
export const keysToRetire = z.object({
  items: z.array(
    z.object({
      id: shownId('key'),
      title: z.string(),
      userName: z.string(),
      customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }),
      environment: z.enum(['sandbox', 'production']),
      holder: z.string().describe('The address of who registered it'),
      registeredAt: z.string(),
    }),
  ),
  next: shownId('key').nullable(),
});
export const keysToRetireQuery = z.object({
  customer: idOf('cus').optional(),
  before: idOf('key').optional(),
  limit: pageLimit(50),
});

/** Why a sign-in of an account was refused. */
export const refusalReasons = [
  'unknown-key',
  'revoked-key',
  'algorithm',
  'signature',
  'address',
  'banned',
  'connections',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];
/** How the reasons are written on screens. */
export const refusalReasonTexts: Record<RefusalReason, string> = {
  'unknown-key': 'The key is not registered for this account',
  'revoked-key': 'The key was taken out of use',
  algorithm:
    'The key is registered, but the client signs with ssh-rsa (SHA-1): use a newer client or an Ed25519 key',
  signature: 'The signature is not that of the key',
  address: 'The key is registered, but the address is not allowed',
  banned: 'Too many sign-ins from this address failed',
  connections: 'The account had as many connections as it may',
};

/** Refused sign-ins of an account, counted by address, reason and key. */
const refusedSignInView = z.object({
  address: z.string(),
  reason: z.enum(refusalReasons),
  fingerprint: z.string(),
  times: z.number(),
  lastAt: z.string(),
});

export const sftpAccountView = z.object({
  id: shownId('sfa'),
  userName: z.string(),
  /** CIDR blocks that may sign in; empty: any address. */
  allowedAddresses: z.array(z.string()),
  keys: z.array(sftpKeyView),
  createdAt: z.string(),
  firstLoginAt: z.string().nullable(),
  lastLoginAt: z.string().nullable(),
  /** The latest ones, at most 50. */
  refusedSignIns: z.array(refusedSignInView),
});
export type SftpAccountView = z.infer<typeof sftpAccountView>;

/** GET /api/sftp-bans: sign-ins that are refused for a while, by address and account; no account: names that are none. */
export const sftpBanList = z.object({
  items: z.array(
    z.object({
      id: shownId('ban'),
      address: z.string(),
      userName: z.string().nullable(),
      lastFailedAt: z.string(),
      bannedUntil: z.string(),
    }),
  ),
  next: z.string().nullable(),
});
export const sftpBanQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** DELETE /api/sftp-bans/:ban lifts one. */
export const sftpBanParams = z.object({ ban: idOf('ban') });

/** GET /accounts */
export const sftpAccountList = z.object({ items: z.array(sftpAccountView), next: z.string().nullable() });

/** POST /accounts; without a user name one is made from the customer's code and the environment. */
export const createAccountBody = z.strictObject({
  userName: z
    .string()
    .regex(/^[a-z][a-z0-9-]{2,31}$/, 'must be 3 to 32 of a-z, 0-9 and -, and start with a letter')
    .optional(),
  allowedAddresses: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(50)
    .default([]),
});

/** POST /accounts/:account/keys; DELETE /accounts/:account/keys/:key takes a key out of use. */
export const registerKeyBody = z.strictObject({
  /** One line as in id_ed25519.pub: algorithm, base64, comment. */
  publicKey: textProse(4_000, 40),
  label: textLine(100, 0).optional(),
});

/** GET /sheet: everything a customer needs to connect. */
export const connectionSheet = z.object({
  host: z.string(),
  port: z.number().int(),
  hostKeys: z.array(z.object({ algorithm: z.string(), fingerprint: z.string(), publicKey: z.string() })),
  userNames: z.array(z.string()),
  folders: z.array(z.object({ path: z.string(), purpose: z.string() })),
  /** A line to paste into a terminal. */
  command: z.string(),
  naming: z.string(),
});

export const formatColumn = z.object({
  name: z.string(),
  type: z.enum(['text', 'code', 'date', 'decimal', 'percent', 'boolean', 'list', 'account', 'number']),
  presence: z.enum(['required', 'conditional', 'optional']),
  /** When a conditional column must hold a value. */
  condition: z.string().nullable(),
  maxLength: z.number().int().nullable(),
  values: z.array(z.string()),
  sensitivity: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']),
  description: z.string(),
  example: z.string(),
});
export type FormatColumnView = z.infer<typeof formatColumn>;

/** GET /formats/:format/:version; also there: format.md, schema.json, template.csv, sample-good.csv, sample-bad.csv. */
export const formatView = z.object({
  format: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  key: z.array(z.string()),
  modes: z.array(z.object({ mode: z.string(), meaning: z.string() })),
  naming: z.string(),
  maxRows: z.number().int(),
  columns: z.array(formatColumn),
  rules: z.array(z.string()),
  errors: z.array(
    z.object({
      code: z.string(),
      /** Whether it is a fault of the file as such, or of a row in it. */
      of: z.enum(['file', 'row']),
      severity: z.enum(['error', 'warning']),
      message: z.string(),
      mend: z.string(),
      wholeFile: z.boolean(),
    }),
  ),
  downloads: z.array(z.object({ name: z.string(), title: z.string() })),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
});
export type FormatView = z.infer<typeof formatView>;

export const formatRow = formatView.pick({
  format: true,
  version: true,
  title: true,
  summary: true,
  acknowledgedAt: true,
  acknowledgedBy: true,
});
/** GET /formats; POST /formats/:format/:version/acknowledge has no body. */
export const formatList = z.object({ items: z.array(formatRow), next: z.string().nullable() });

/** What may show that no byte of a file is missing: its upload under another name, or a control file. */
export const wholeFileRules = ['any', 'renamed', 'control', 'renamed-or-control'] as const;

export const acceptancePolicy = z.strictObject({
  /** Share of rows with errors, in percent, above which the whole file is rejected. */
  maxErrorPercent: z.number().min(0).max(100),
  /** How far the head count of a FULL file may fall, in percent, before a second person approves it. */
  maxHeadcountDropPercent: z.number().min(0).max(100),
  /** Shares of the people who are there, in percent, that a file of any mode may change without a second person. */
  maxEndPercent: z.number().min(0).max(100),
  maxNewPercent: z.number().min(0).max(100_000),
  maxBankChangePercent: z.number().min(0).max(100),
  maxIdentityChangePercent: z.number().min(0).max(100),
  /** How many, in percent, may be paid more than `maxPayChangePercent` more or less in a year. */
  maxPayChangedPercent: z.number().min(0).max(100),
  maxPayChangePercent: z.number().min(0).max(1_000),
  /** Nobody's pay may be this many times as high or as low without a second person. */
  maxPayFactor: z.number().min(1).max(1_000),
  /** Whether a column that the format does not know is warned of or refuses the file. */
  unknownColumns: z.enum(['warn', 'refuse']),
  /** What has to show that a file is whole; `any`: nothing has to. */
  wholeFile: z.enum(wholeFileRules),
});

/** What may separate the columns of a file. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** POST /exchanges */
export const createExchangeBody = z.strictObject({
  /** The folder: /in/<code>/ and /out/<code>/. */
  code: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,31}$/, 'must be 2 to 32 of a-z, 0-9 and -, and start with a letter')
    .refine(
      (code) => !['validate', 'ack', 'extracts'].includes(code),
      'this folder name has a meaning of its own',
    ),
  direction: z.enum(exchangeDirections).default('in'),
  format: z.literal('EMP').default('EMP'),
  version: z.literal('1').default('1'),
  delimiter: z.enum(delimiters).default(','),
  /**
   * What names must look like: {FULL|DELTA}, {YYYYMMDD}, {HHMMSS}, {NNN}, and {CUSTOMER} for the customer's code;
   * everything else stands for itself.
   */
  naming: textLine(200).optional(),
  acknowledgement: textProse(300).optional(),
  schedule: textProse(300).optional(),
  acceptance: acceptancePolicy.partial().optional(),
  /** How many files in a row must be valid before this exchange may go live. */
  filesInARow: z.number().int().min(1).max(100).optional(),
});

/**
 * POST /exchanges/:exchange/agree: both sides settle naming, acknowledgement and schedule; what is left out stays. `seen` is
 * the mark of the terms that the person has before them; terms that the other side changed since are not agreed to.
 */
export const agreeExchangeBody = z.strictObject({
  seen: z.string().max(64),
  naming: textLine(200).optional(),
  acknowledgement: textProse(300).optional(),
  schedule: textProse(300).optional(),
});

/** What proves a direction: a small file with this name and SHA-256, put in or collected. */
export const probeView = z.object({
  direction: z.enum(exchangeDirections),
  path: z.string(),
  sha256: z.string(),
  /** The whole content of the file to put in; null for the one to collect. */
  content: z.string().nullable(),
  probedAt: z.string().nullable(),
});

export const exchangeView = z.object({
  id: shownId('exc'),
  code: z.string(),
  direction: z.enum(exchangeDirections),
  format: z.string(),
  version: z.string(),
  delimiter: z.enum(delimiters),
  naming: z.string(),
  acknowledgement: z.string(),
  schedule: z.string(),
  acceptance: acceptancePolicy,
  filesInARow: z.number().int(),
  /** Valid files since the last one that was rejected. */
  validInARow: z.number().int(),
  /** The mark of the terms, which changes with any of them; agreeing names it. */
  terms: z.string(),
  /** Which side named the terms last: the other one agrees to them. */
  proposedBy: z.enum(['vendor', 'customer']),
  agreedAt: z.string().nullable(),
  agreedBy: z.string().nullable(),
  probes: z.array(probeView),
  createdAt: z.string(),
  lastTransferAt: z.string().nullable(),
});
export type ExchangeView = z.infer<typeof exchangeView>;

/** GET /exchanges; GET /exchanges/:exchange gives one. */
export const exchangeList = z.object({ items: z.array(exchangeView), next: z.string().nullable() });

export const transferRow = z.object({
  id: shownId('trf'),
  exchange: z.object({ id: shownId('exc'), code: z.string() }),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  state: z.enum(transferStates),
  dryRun: z.boolean(),
  mode: z.enum(['FULL', 'DELTA']).nullable(),
  rows: z.number().int().nullable(),
  accepted: z.number().int().nullable(),
  rejected: z.number().int().nullable(),
  warnings: z.number().int().nullable(),
  /** The stable codes that were found, most frequent first. */
  codes: z.array(z.string()),
  receivedAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type TransferRow = z.infer<typeof transferRow>;

/** GET /transfers?exchange=&state=&before=&limit= , newest first */
export const transferList = z.object({ items: z.array(transferRow), next: z.string().nullable() });
export type TransferList = z.infer<typeof transferList>;

/** A fault at an exact place of a file, never with the value of a sensitive field. */
export const findingView = z.object({
  /** The number of the data row, 1 is the first after the header; null for the file as a whole. */
  row: z.number().int().nullable(),
  line: z.number().int().nullable(),
  key: z.string().nullable(),
  column: z.string().nullable(),
  /** The column's place in the line, from 1. */
  position: z.number().int().nullable(),
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  fix: z.string(),
});
export type FindingView = z.infer<typeof findingView>;

export const vouchers = ['sha256', 'rows', 'rename'] as const;

/** One reason for holding a file with its figures; of how many, where it is a share. */
export const heldFigure = z.object({
  code: z.string(),
  message: z.string(),
  count: z.number().int(),
  of: z.number().int().nullable(),
});

export const heldView = z.object({
  code: z.string(),
  message: z.string(),
  before: z.number().int().nullable(),
  after: z.number().int().nullable(),
  /** Every reason that holds now, so that one decision is about all of them. */
  figures: z.array(heldFigure),
});

/** Rows by their key; null where the files are too large to be compared. */
export const transferDifference = z.object({
  added: z.number().int(),
  removed: z.number().int(),
  changed: z.number().int(),
  same: z.number().int(),
  /** Columns in which rows differ, or that only one of the files has. */
  columns: z.array(z.string()),
});
export type TransferDifference = z.infer<typeof transferDifference>;

/** GET /transfers/:transfer; also there: ack.json, errors.csv, and POST approve / reject for a held one. */
export const transferView = transferRow.extend({
  timeline: z.array(
    z.object({ step: z.enum(transferSteps), at: z.string(), detail: z.record(z.string(), z.unknown()) }),
  ),
  findings: z.array(findingView),
  /** Findings in all; the list above stops at 200, errors.csv has them all. */
  findingsTotal: z.number().int(),
  effects: z.record(z.string(), z.number().int()).nullable(),
  /** Why it waits for a person; for a dry run, why it would. */
  held: heldView.nullable(),
  duplicateOf: shownId('trf').nullable(),
  /** What showed that no byte is missing: the control file's hash or rows, or the upload by `.part` and rename. */
  vouchedBy: z.enum(vouchers).nullable(),
  /** The held transfer of the same name whose place this one took, and how its rows differ from that one's. */
  supersedes: shownId('trf').nullable(),
  supersededBy: shownId('trf').nullable(),
  difference: transferDifference.nullable(),
  fingerprint: z.string(),
  hasErrorFile: z.boolean(),
  hasAcknowledgement: z.boolean(),
});
export type TransferView = z.infer<typeof transferView>;

/** POST /transfers/:transfer/approve and /reject, for a held transfer; `sha256` is of the bytes that were looked at. */
export const decideTransferBody = z.strictObject({
  reason: textProse(500),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the sha256 that the transfer shows'),
});

export const fileParams = {
  account: z.object({ customer: idOf('cus'), environment: z.string(), account: idOf('sfa') }),
  key: z.object({ customer: idOf('cus'), environment: z.string(), account: idOf('sfa'), key: idOf('key') }),
  exchange: z.object({ customer: idOf('cus'), environment: z.string(), exchange: idOf('exc') }),
  transfer: z.object({ customer: idOf('cus'), environment: z.string(), transfer: idOf('trf') }),
};
