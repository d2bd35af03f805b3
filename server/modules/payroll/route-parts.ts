import { z } from 'zod';
import { idOf } from '#contract/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Scope } from '#platform/transact.ts';

/** Where the console's addresses of payroll records start. */
export const base = '/api/customers/:customer/environments/:environment';
export const place = z.object({ customer: idOf('cus'), environment: z.enum(['sandbox', 'production']) });

/** Whose data the address names. */
export function whose(scope: Scope): { customerId: string; environmentId: string } {
  const { customerId, environmentId } = scope;
  if (customerId === undefined || environmentId === undefined) throw notFound();
  return { customerId, environmentId };
}

/** Where a list goes on, as one word that nobody needs to understand. */
export function showCursor(parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a cursor of ours; whatever else comes leads nowhere. */
export function parseCursor<S extends z.ZodType>(cursor: string, parts: S): z.output<S> {
  try {
    return parts.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw notFound('a cursor that is none of ours');
  }
}
