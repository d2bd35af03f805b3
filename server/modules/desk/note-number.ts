import type { Work } from '#platform/transact.ts';
import { insertNumber } from './mail-store.ts';
import { customerOf } from './ticket.ts';

/** Notes the printed number of an integration, such as INT-00012, so that mail which quotes it finds its customer. */
export async function noteNumber(
  work: Work,
  input: { number: string; integrationId: string },
): Promise<void> {
  await insertNumber(work.sql, customerOf(work), input);
}
