import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { listInbound, reviveInbound } from './inbound-store.ts';
import { problems } from './problems.ts';

/** Puts a dead letter back in line, the same bytes; for when its cause was mended on our side. */
export async function replayInbound(work: Work, environmentId: string, messageId: string): Promise<void> {
  const [found] = await listInbound(work.sql, environmentId, { id: messageId, limit: 1 });
  if (found === undefined) throw notFound();
  if (!(await reviveInbound(work.sql, environmentId, messageId))) throw problems['inbound-not-dead']();
  work.audit({ action: 'inbound.replay', subject: showId('msg', messageId) });
}
