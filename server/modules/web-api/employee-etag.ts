import type { EmployeeDocument } from '#contract/payroll.ts';
import { sha256 } from '#platform/crypto.ts';
import { problems } from './problems.ts';

const single = /^"(\d{1,9})(?:-[0-9a-f]{8})?"$/;

/** A strong ETag: the version, and a digest because the same version reads differently by day and by scopes. */
export function etagOf(employee: EmployeeDocument): string {
  return `"${employee.version}-${sha256(JSON.stringify(employee)).toString('hex').slice(0, 8)}"`;
}

/** Whether the reader has this very answer already (RFC 9110 §13.1.2). */
export function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => [etag, '*'].includes(one.trim().replace(/^W\//, '')));
}

/**
 * The version that a PUT depends on: 0 when it may only create, `any` when it may only update. A Problem when the header
 * can't be read: then nothing may be overwritten.
 */
export function expectedVersionOf(headers: {
  'if-match'?: string | undefined;
  'if-none-match'?: string | undefined;
}): number | 'any' | undefined {
  const match = headers['if-match']?.trim();
  if (match === '*') return 'any';
  if (match !== undefined) {
    const version = single.exec(match)?.[1];
    if (version === undefined)
      throw problems['invalid-precondition']({ detail: 'If-Match is neither an ETag of ours nor *.' });
    return Number(version);
  }
  const none = headers['if-none-match']?.trim();
  if (none === undefined) return undefined;
  if (none !== '*') throw problems['invalid-precondition']({ detail: 'If-None-Match is not *.' });
  return 0;
}
