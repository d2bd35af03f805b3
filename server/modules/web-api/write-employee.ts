import type { EmployeeInput } from '#contract/payroll.ts';
import {
  type EmployeeKey,
  getEmployee,
  type PutOptions,
  type PutResult,
  previewEmployee,
  putEmployee,
} from '#modules/payroll/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { Problem } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { preconditionOf } from './employee-etag.ts';
import { noteRefusedInput } from './note-call.ts';
import { problems } from './problems.ts';

/** Creates, updates or only validates an employee, if the request's precondition holds. */
export async function writeEmployee(
  platform: Platform,
  actor: Actor,
  scope: { customerId: string; environmentId: string },
  request: {
    key: EmployeeKey;
    input: EmployeeInput;
    headers: { 'if-match'?: string | undefined; 'if-none-match'?: string | undefined };
    validateOnly: boolean;
  },
): Promise<PutResult> {
  const options: PutOptions = {
    ...scope,
    companyCode: request.key.companyCode,
    employeeNumber: request.key.employeeNumber,
    input: request.input,
    source: { channel: 'api', keyId: showId('key', actor.id) },
    expectedVersion: await expectedVersion(platform, scope.environmentId, request),
  };
  try {
    if (request.validateOnly) return await previewEmployee(platform, actor, options);
    return await transact(platform, scope, actor, (work) => putEmployee(work, options));
  } catch (error) {
    if (actor.kind === 'credential' && error instanceof Problem && error.status === 422)
      await noteRefusedInput(platform, actor, 'putEmployee', { status: error.status, codes: [error.code] });
    throw error;
  }
}

async function expectedVersion(
  platform: Platform,
  environmentId: string,
  request: {
    key: EmployeeKey;
    headers: { 'if-match'?: string | undefined; 'if-none-match'?: string | undefined };
  },
): Promise<number | undefined> {
  const precondition = preconditionOf(request.headers);
  if (precondition === undefined) return undefined;
  if (precondition === 'absent') return 0;
  if (precondition !== 'exists') return precondition.version;
  const present = await getEmployee(platform, environmentId, request.key);
  if (present === undefined) throw problems['precondition-failed']({ detail: 'There is no such employee.' });
  return present.version;
}
