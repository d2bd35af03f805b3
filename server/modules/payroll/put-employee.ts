import type { PayrollFinding } from '#contract/employee-views.ts';
import type { EmployeeInput } from '#contract/payroll.ts';
import type { Actor } from '#platform/actor.ts';
import type { Json } from '#platform/json.ts';
import type { Platform } from '#platform/platform.ts';
import { Problem } from '#platform/problem.ts';
import { transact, type Work } from '#platform/transact.ts';
import { isBankChangeHeld } from './bank-change-store.ts';
import { crossFindingsOf } from './cross-findings.ts';
import { employerZone } from './effective-day.ts';
import { applyEmployee, isTakenKey } from './employee-store.ts';
import { acceptable } from './finding.ts';
import { rememberAuthor } from './name-author.ts';
import { problems } from './problems.ts';
import { findingOf, pointerOf, type RecordFault } from './record-faults.ts';
import type { SensitivityClass } from './sensitivity.ts';
import { stageInput } from './stage-input.ts';

export interface EmployeeKey {
  companyCode: string;
  employeeNumber: string;
}

export interface PutOptions extends EmployeeKey {
  customerId: string;
  environmentId: string;
  input: EmployeeInput;
  /** Goes into every event, such as { channel: 'api', keyId }. */
  source: { channel: string; [key: string]: string };
  /** The version of If-Match: 0 means that it must not exist yet, `any` that it must. What is there otherwise is a conflict. */
  expectedVersion?: number | 'any' | undefined;
  /** The classes that the writer can read; all of them unless told. What it cannot read and leaves out is kept. */
  readable?: ReadonlySet<SensitivityClass> | undefined;
}

export interface PutResult {
  employmentId: string;
  created: boolean;
  /** False when everything was so already: then there is no event and no new version. */
  changed: boolean;
  version: number;
  /** True when new bank accounts wait for a second approver. */
  bankChangeHeld: boolean;
  warnings: PayrollFinding[];
}

/**
 * Creates or updates an employee by business key, in the caller's transaction: one event per kind of change, none when
 * nothing changed. Groups that the input leaves out stay. Throws a Problem when a rule is broken.
 */
export async function putEmployee(work: Work, options: PutOptions): Promise<PutResult> {
  const { input, environmentId, source } = options;
  const zone = await employerZone(work, environmentId, options.companyCode);
  const { row, findings } = stageInput(options, input, {
    today: work.now.toZonedDateTimeISO(zone).toPlainDate().toString(),
    irdHighest: work.platform.config.payroll.irdHighest,
    readable: options.readable,
  });
  const outcome = await applyEmployee(work.sql, options, row, {
    actor: work.actor,
    source,
    now: work.now,
    expectedVersion: options.expectedVersion ?? null,
    judgeOnly: !acceptable(findings),
  }).catch((error: unknown) => {
    throw isTakenKey(error, 'people_external_id') ? externalIdTaken() : error;
  });
  if ('broken' in outcome) findings.push(...outcome.broken.map(described));
  if ('broken' in outcome || !acceptable(findings)) throw refusalOf(findings);
  if ('conflict' in outcome) throw conflictOf(options.expectedVersion, outcome.conflict);
  if ('unknownCompany' in outcome)
    throw problems['company-unknown']({ errors: [{ pointer: '/companyCode', detail: 'is not known here' }] });
  if ('missing' in outcome)
    throw problems['employee-incomplete']({
      errors: (['person', 'employment'] as const)
        .filter((group) => input[group] === undefined)
        .map((group) => ({ pointer: `/${group}`, detail: 'is required for a new employee' })),
    });
  for (const fact of outcome.facts)
    work.emit(environmentId, {
      type: fact.type,
      subject: fact.subject,
      data: fact.data as { [key: string]: Json },
      effectiveFrom: fact.effective_from,
      source,
    });
  if (outcome.facts.length > 0) {
    await rememberAuthor(work);
    work.audit({
      action: 'employee.put',
      subject: `${options.companyCode}/${options.employeeNumber}`,
      detail: { events: outcome.facts.map((fact) => fact.type) },
    });
  }
  // Asked again after an answer was lost, nothing changes, and the accounts wait all the same.
  const waits =
    outcome.held > 0 ||
    (row['accounts'] !== undefined &&
      (await isBankChangeHeld(work.sql, environmentId, outcome.employmentId, row['accounts'])));
  const among = await crossFindingsOf(work.platform, work.sql, environmentId, outcome.employmentId, input);
  return {
    employmentId: outcome.employmentId,
    created: outcome.created === 1,
    changed: outcome.facts.length > 0,
    version: outcome.version,
    bankChangeHeld: waits,
    warnings: [...findings, ...outcome.noted.map(described), ...among],
  };
}

/** Whose record it is comes first: a conflict of keys is not mended by another value. */
function refusalOf(findings: PayrollFinding[]): Problem {
  const errors = findings
    .filter((one) => one.severity === 'error')
    .map((one) => ({ pointer: one.field, detail: `${one.message}. ${one.mend}`, code: one.code }));
  const has = (code: string) => errors.some((one) => one.code === code);
  if (has('employee-number-taken')) return problems['employee-number-taken']({ errors });
  if (has('person-differs')) return problems['person-differs']({ errors });
  if (has('number-look-alike')) return problems['employee-number-alike']({ errors });
  return problems['employee-invalid']({ errors });
}

const described = (fault: RecordFault) => findingOf(fault, pointerOf(fault.field));

function conflictOf(expected: PutOptions['expectedVersion'], found: number): Problem {
  if (expected === 0) return problems['employee-exists']();
  return found === 0 ? problems['employee-missing']() : problems['version-conflict']();
}

function externalIdTaken(): Problem {
  return problems['external-id-taken']({
    errors: [{ pointer: '/person/externalId', detail: 'belongs to another person' }],
  });
}

/**
 * Whether another writer made the same employee or person at the same moment. Nothing was written then; tried again, in
 * a transaction of its own, the writing finds what the other one made.
 */
export function metAnotherWriter(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'external-id-taken';
  return (
    isTakenKey(error, 'employments_environment_id_company_code_employee_number_key') ||
    isTakenKey(error, 'employments_number_folded')
  );
}

class Undone extends Error {
  readonly result: PutResult;
  constructor(result: PutResult) {
    super('undone');
    this.result = result;
  }
}

/** What putEmployee would do, with nothing kept: for validation-only requests. */
export async function previewEmployee(
  platform: Platform,
  actor: Actor,
  options: PutOptions,
): Promise<PutResult> {
  try {
    return await transact(platform, options, actor, async (work) => {
      throw new Undone(await putEmployee(work, options));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result;
    throw error;
  }
}
