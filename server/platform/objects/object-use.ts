import type { Database } from '../database.ts';
import type { Work } from '../transact.ts';

/** Where the rows of a module name objects. The sweep removes nothing that a module needs. */
export interface ObjectUse {
  /** Of these keys, those that rows name, whoever's they are; needed are those that work still waits for. */
  inUse(db: Database, keys: string[]): Promise<{ objectKey: string; isNeeded: boolean }[]>;
  /** Lets the rows of one customer know that the time of these objects is over. */
  expired?(work: Work, keys: string[]): Promise<void>;
}
