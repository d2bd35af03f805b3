import { z } from 'zod';

/**
 * A whole number in a query or an address: decimal digits and nothing else, so that one text has one reading. An empty
 * text, a sign, spaces, `0x10` and `1e2` are refused.
 */
export const queryNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^[0-9]{1,16}$/, 'must be a whole number, in digits')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum))
    .meta({ type: 'integer', minimum, maximum });

/** How many items a page of a list holds. */
export const pageLimit = (usual: number, maximum = 200) => queryNumber(1, maximum).default(usual);
