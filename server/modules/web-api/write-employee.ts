import type { EmployeeInput } from '#contract/payroll.ts';
import {
  type EmployeeKey,
  getEmployee,
  metAnotherWriter,
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
import { expectedVersionsOf } from './employee-etag.ts';
import { classesOf } from './mask-for.ts';
import { noteRefusedInput } from './note-call.ts';

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
    expectedVersion: await expectedVersionOf(platform, scope.environmentId, request),
    readable: classesOf(actor),
  };
  const write = () =>
    request.validateOnly
      ? previewEmployee(platform, actor, options)
      : transact(platform, scope, actor, (work) => putEmployee(work, options));
  try {
    return await write().catch((error: unknown) => {
      if (metAnotherWriter(error)) return write();
      throw error;
    });
  } catch (error) {
    if (actor.kind === 'credential' && error instanceof Problem && error.status === 422)
      await noteRefusedInput(platform, actor, 'putEmployee', { status: error.status, codes: [error.code] });
    throw error;
  }
}

/** No employee has come so far: a precondition that names no version of ours never holds. */
const unreachedVersion = 2_000_000_000;

/** The version that the writing is bound to: of several that would do the present one, if it is among them. */
async function expectedVersionOf(
  platform: Platform,
  environmentId: string,
  { headers, key }: { headers: Parameters<typeof expectedVersionsOf>[0]; key: EmployeeKey },
): Promise<number | 'any' | undefined> {
  const expected = expectedVersionsOf(headers);
  if (!Array.isArray(expected)) return expected;
  const [first = unreachedVersion, ...others] = expected;
  if (others.length === 0) return first;
  const present = (await getEmployee(platform, environmentId, key))?.document.version;
  return present !== undefined && expected.includes(present) ? present : first;
}
