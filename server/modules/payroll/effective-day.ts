import type { Work } from '#platform/transact.ts';
import { selectEffectiveDay, selectZone } from './effective-store.ts';

/** The zone in which a legal employer's dates are dates; the vendor's while nobody made the employer. */
export async function employerZone(work: Work, environmentId: string, companyCode: string): Promise<string> {
  return (await selectZone(work.sql, environmentId, companyCode)) ?? work.platform.config.vendor.timeZone;
}

/** From which day a change of an employee without a day counts: today in the employer's zone, but not before the start. */
export async function effectiveDay(
  work: Work,
  environmentId: string,
  key: { companyCode: string; employeeNumber: string },
  newStart: string | undefined,
): Promise<string> {
  const day = await selectEffectiveDay(work.sql, environmentId, key, newStart ?? null, work.now);
  return day ?? work.now.toZonedDateTimeISO(work.platform.config.vendor.timeZone).toPlainDate().toString();
}
