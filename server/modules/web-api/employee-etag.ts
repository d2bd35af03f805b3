import type { EmployeeDocument } from '#contract/payroll.ts';
import { sha256 } from '#platform/crypto.ts';
import { problems } from './problems.ts';

/** An entity tag (RFC 9110, 8.8.3), the strong and the weak form, and what separates it from the next one. */
const entityTag = /\s*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(,|$)/y;
const ours = /^(\d{1,9})(?:-[0-9a-f]{8})?$/;

/** A strong ETag: the version, and a digest because the same version reads differently by day and by scopes. */
export function etagOf(employee: EmployeeDocument): string {
  return `"${employee.version}-${sha256(JSON.stringify(employee)).toString('hex').slice(0, 8)}"`;
}

/** Whether the reader has this very answer already, by weak comparison (RFC 9110 §13.1.2). */
export function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => [opaque(etag), '*'].includes(opaque(tag)));
}

/**
 * The versions of which a PUT wants the employee to be: [0] when it may only create, `any` when it may only update. Tags
 * that proxies have marked as weak count by their version. A Problem when the header can't be read: then nothing may be
 * overwritten.
 */
export function expectedVersionsOf(headers: {
  'if-match'?: string | undefined;
  'if-none-match'?: string | undefined;
}): number[] | 'any' | undefined {
  const match = headers['if-match']?.trim();
  if (match === '*') return 'any';
  if (match !== undefined) return versionsIn(match);
  const none = headers['if-none-match']?.trim();
  if (none === undefined) return undefined;
  if (none !== '*') throw problems['invalid-precondition']({ detail: 'If-None-Match is not *.' });
  return [0];
}

/** The versions that the tags of a list stand for; none when all of them are another server's. */
function versionsIn(list: string): number[] {
  const versions: number[] = [];
  entityTag.lastIndex = 0;
  for (let more = true; more; ) {
    const tag = entityTag.exec(list);
    if (tag === null)
      throw problems['invalid-precondition']({ detail: 'If-Match is neither a list of ETags nor *.' });
    const version = ours.exec(tag[1] ?? '')?.[1];
    if (version !== undefined && version !== '0') versions.push(Number(version));
    more = tag[2] === ',';
  }
  return versions;
}
