import type { Actor } from '#platform/actor.ts';
import type { Finding } from './finding.ts';

/** FULL holds the complete population and blank means blank; DELTA holds changes and blank means unchanged. */
export type EmpMode = 'FULL' | 'DELTA';

/** A row of an EMP file: text by column name. A column that the file does not have is absent. */
export type EmpRow = Readonly<Record<string, string | undefined>>;

/** What the rules need to know beside the row. */
export interface EmpRules {
  mode: EmpMode;
  /** The date that counts as today in the employer's zone. */
  today: string;
  /** The highest IRD number that counts as issued; configuration. */
  irdHighest: number;
}

/** A checked row, its values normalised and in the staging table's order; null where it says nothing. */
export type StagedEmployee = (string | null)[];

export interface EmpRowCheck {
  findings: Finding[];
  /** What to stage; null when a finding is an error. */
  staged: StagedEmployee | null;
  /** Of a row with errors what can be read, staged to be judged and never applied; null without a key and a day. */
  readable: StagedEmployee | null;
}

/** What an import is and whose. The same `importId` resumes after a crash: what it applied is not applied again. */
export interface EmpImportOptions {
  importId: string;
  customerId: string;
  environmentId: string;
  mode: EmpMode;
  actor: Actor;
  /** Goes into every event, such as { channel: 'file', transferId: 'trf_…' }. */
  source: { channel: string; [key: string]: string };
  /** Most rows applied in one transaction; at most 50,000. */
  chunkRows?: number;
}

/** A finding that needed the database, at a line of the file. */
export interface EmpLineFinding extends Finding {
  line: number;
  /** `company_code/employee_number` of the row. */
  key: string;
}

/** What the database says about the staged rows as a whole, before anything is applied. */
export interface EmpCheck {
  staged: number;
  /**
   * At most `findingsLimit` findings, by line: duplicate keys, unknown companies, new employees without required columns,
   * records that would break a rule; and warnings about new codes and later changes that stand.
   */
  findings: EmpLineFinding[];
  /** Rows to apply that apply() will leave out because of an error among the findings (exact, also above the limit). */
  refusedRows: number;
  /** Employments that were not ended when the file came. */
  present: number;
  /** In FULL: those of `present` in the file's companies that are not in the file. Reported, never terminated. */
  missing: number;
  missingKeys: string[];
}

/** What applying the staged rows would change, in people, beside the records in force. */
export interface EmpEffects {
  created: number;
  /** People who get an end date and had none. */
  ended: number;
  bankChanged: number;
  /** Another date of birth, another IRD number, or first and last name both. */
  identityChanged: number;
  /** People whose yearly pay changes by more than was asked for. */
  payChanged: number;
  /** Those whose pay is so many times as high or as low, by the year and by the hour. */
  payFar: number;
  /** The middle of the factors of `payChanged`; null when there is none. */
  payFactor: number | null;
}

/** What an import did, in rows: one row is counted once. */
export interface EmpImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  ended: number;
  /** Rows whose bank accounts are held for a second approver. */
  held: number;
  /** Events written to the environment's log. */
  events: number;
}

/**
 * One import under way; it keeps a database connection of its own until close(). Stage all rows (any batch size),
 * check, then apply or close. Nothing is visible to others before apply().
 */
export interface EmpImporter {
  readonly importId: string;
  /** Takes what validateEmpRow gave: rows to apply, and readable parts of refused ones, which check() judges only. */
  stage(rows: readonly { line: number; staged: StagedEmployee }[]): Promise<void>;
  check(findingsLimit?: number): Promise<EmpCheck>;
  /** After check(): what apply() would change. A change of pay counts from `change` (0.2: a fifth) and is far off by `factor`. */
  effects(limits: { change: number; factor: number }): Promise<EmpEffects>;
  apply(): Promise<EmpImportCounts>;
  /** Rows that apply() left out, because what was written between check() and apply() made them break a rule. */
  readonly leftOut: readonly EmpLineFinding[];
  /** After apply(): warnings about staged rows that only show beside other employees; at most `limit`, by line. */
  compare(limit: number): Promise<EmpLineFinding[]>;
  /** After check(), instead of apply(): what compare() would say. Rows of one chunk are compared with all who are there. */
  preview(limit: number): Promise<EmpLineFinding[]>;
  close(): Promise<void>;
}
