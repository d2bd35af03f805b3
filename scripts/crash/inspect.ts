import type { Database, Tx } from '#platform/database.ts';
import type { Acknowledgement } from '../../server/demonstration/robot/acknowledgement.ts';
import { verifyAcknowledgements } from './verify-acknowledgements.ts';
import { type LogReport, verifyLog, waitForConsumers } from './verify-log.ts';

/**
 * Lets the consumers catch up for at most `withinMs`, then asks the database about itself, and about everything that
 * either side has acknowledged to the other. Nothing may be lost, and nothing done twice. `sql` must see every row.
 */
export async function inspect(
  sql: Database | Tx,
  acknowledged: Acknowledgement[],
  withinMs: number,
): Promise<LogReport> {
  const behind = await waitForConsumers(sql, withinMs);
  const log = await verifyLog(sql);
  const broken = await verifyAcknowledgements(sql, acknowledged);
  return { ...log, faults: [...behind, ...log.faults, ...broken] };
}
