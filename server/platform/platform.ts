import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Logger } from './log.ts';
import type { Objects } from './objects.ts';

/** What every module is given to work with. */
export interface Platform {
  config: Config;
  db: Database;
  clock: Clock;
  log: Logger;
  objects: Objects;
  /** Tells the worker in this process that the log has grown; others notice within their poll interval. */
  wake(): void;
}
