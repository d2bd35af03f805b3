import { randomBytes } from 'node:crypto';
import { type IdPrefix, showId } from '#contract/ids.ts';

export { type IdPrefix, parseId, showId } from '#contract/ids.ts';

/** Shows an id that may be missing. */
export function showIdOrNull(prefix: IdPrefix, uuid: string | null): string | null {
  return uuid === null ? null : showId(prefix, uuid);
}

/** A new time-ordered UUID version 7 (RFC 9562 §5.7), with 74 random bits. */
export function uuidv7(atMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(atMs, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of a new request, by which its answer is found in the log. */
export function newRequestId(): string {
  return `req_${uuidv7().replaceAll('-', '')}`;
}
