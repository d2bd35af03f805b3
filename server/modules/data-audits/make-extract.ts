import type { z } from 'zod';
import type { createExtractBody } from '#contract/data-audits.ts';
import { getCustomer } from '#modules/customers/index.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { insertExtract, listExtracts, restartExtract } from './extract-store.ts';
import { problems } from './problems.ts';

/** Name of the job that writes an extract. */
export const extractJob = 'data-audits.extract';

export interface InEnvironment {
  customerId: string;
  environmentId: string;
}

/** Orders an extract of all employees of an environment; a job writes it. Returns its id. */
export async function makeExtract(
  work: Work,
  of: InEnvironment,
  input: z.output<typeof createExtractBody>,
): Promise<string> {
  const customer = await getCustomer(work.sql, of.customerId);
  if (customer === undefined) throw notFound();
  const id = uuidv7();
  const { timeZone } = work.platform.config.vendor;
  const stamp = work.now.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
  await insertExtract(work.sql, {
    ...of,
    id,
    fileName: `${customer.code}_EXTRACT_${stamp}.csv`,
    asOf: input.asOf ?? work.platform.clock.today(timeZone).toString(),
    integrationId: input.integration ?? null,
    restricted: input.restricted,
    reason: input.reason ?? null,
    createdBy: work.actor.kind === 'person' ? work.actor.name : 'Fairlead',
    now: work.now,
  });
  enqueueExtract(work, of, id);
  work.audit({
    action: 'extract.create',
    subject: showId('ext', id),
    detail: { restricted: input.restricted, ...(input.reason === undefined ? {} : { reason: input.reason }) },
  });
  return id;
}

/** Writes a failed extract again, true on the same day. Fails with extract-not-failed. */
export async function makeExtractAgain(work: Work, of: InEnvironment, id: string): Promise<void> {
  const [extract] = await listExtracts(work.sql, of.environmentId, id);
  if (extract === undefined) throw notFound();
  if (!(await restartExtract(work.sql, of.environmentId, id))) throw problems['extract-not-failed']();
  enqueueExtract(work, of, id);
  work.audit({ action: 'extract.again', subject: showId('ext', id) });
}

function enqueueExtract(work: Work, of: InEnvironment, extractId: string): void {
  work.enqueue(extractJob, { ...of, extractId }, { key: `${extractJob}:${extractId}` });
}
