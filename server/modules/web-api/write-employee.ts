import type { EmployeeInput } from '#contract/payroll.ts';
import {
  type EmployeeKey,
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
import { expectedVersionOf } from './employee-etag.ts';
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
    expectedVersion: expectedVersionOf(request.headers),
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
