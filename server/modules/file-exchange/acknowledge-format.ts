import { commonProblems, notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { findFormat } from './emp-format.ts';
import { insertFormatAcknowledgement } from './exchange-store.ts';

/** Notes that the customer's person has read and accepts a format version; once per environment. */
export async function acknowledgeFormat(work: Work, format: string, version: string): Promise<void> {
  const { customerId, environmentId } = work.scope;
  if (customerId === undefined || environmentId === undefined || findFormat(format, version) === undefined)
    throw notFound('format');
  if (work.actor.kind !== 'person') throw commonProblems.forbidden();
  const isFirst = await insertFormatAcknowledgement(work.sql, {
    customerId,
    environmentId,
    format,
    version,
    by: work.actor.name,
    at: work.now,
  });
  if (!isFirst) return;
  work.emit(environmentId, { type: 'format.acknowledged', subject: { format }, data: { format, version } });
  work.audit({ action: 'format.acknowledge', subject: `${format} ${version}` });
}
