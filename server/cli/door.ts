import { once } from 'node:events';
import { loadConfig } from '#platform/config.ts';
import { openFairlead } from '../wiring.ts';
import { describeFault, endOnBugs } from './report-fault.ts';
import type { Overrides } from './settings.ts';

/**
 * The process of the SFTP door: gets its configuration from the main process, drains on SIGTERM, and ends at once when
 * the main process is gone, so that the next start finds the port free.
 */
export async function door(): Promise<void> {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(1));
  endOnBugs(() => process.exit(1));
  const [message] = (await once(process, 'message')) as [{ overrides: Overrides }];
  try {
    const config = loadConfig(message.overrides);
    const fairlead = await openFairlead(config, {
      roles: ['sftp'],
      databaseUrl: config.database.url.reveal(),
    });
    process.once('SIGTERM', () => {
      fairlead.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    process.send?.({ ready: true });
  } catch (error) {
    process.send?.({ fault: describeFault(error) }, () => process.exit(1));
  }
}
