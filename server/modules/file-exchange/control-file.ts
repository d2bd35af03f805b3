import { z } from 'zod';
import type { Tx } from '#platform/database.ts';
import type { Objects } from '#platform/objects.ts';
import { answerName } from './file-name.ts';
import { findFile, folderOf, type HomeFile } from './file-store.ts';
import type { Transfer } from './transfer-store.ts';

const wholeNumber = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,40}$/)]);
const schema = z.object({
  file: z.string().max(255).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .transform((text) => text.toLowerCase())
    .optional(),
  rows: z.number().int().nonnegative().optional(),
  mode: z.enum(['FULL', 'DELTA']).optional(),
  controlTotals: z.object({ hashEmployeeNumber: wholeNumber.transform(String).optional() }).optional(),
});

/** What a `….ctl.json` beside a file promises of it. */
export type ControlFile = z.output<typeof schema>;

const maxBytes = 65_536;

/** The control file that lies beside the file of a transfer; undefined when there is none. */
export async function findControl(
  sql: Tx,
  { environmentId, id, fileName }: Transfer,
): Promise<HomeFile | undefined> {
  const folder = await folderOf(sql, environmentId, id);
  return (
    (await findFile(sql, environmentId, folder, answerName(fileName, '.ctl.json'))) ??
    (await findFile(sql, environmentId, folder, `${fileName}.ctl.json`))
  );
}

/** Reads a control file; undefined when it is not the JSON it should be. */
export async function readControlFile(objects: Objects, objectKey: string): Promise<ControlFile | undefined> {
  try {
    const text = (await objects.readBuffer(objectKey, maxBytes)).toString('utf8');
    return schema.safeParse(JSON.parse(text.replace(/^\ufeff/, ''))).data;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** An employee number's part in the old bureau's hash total: its digits as one number. */
export function employeeNumberTotal(employeeNumber: string): bigint {
  const digits = employeeNumber.replaceAll(/\D/g, '');
  return digits === '' ? 0n : BigInt(digits);
}
