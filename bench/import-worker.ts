import { existsSync, readFileSync } from 'node:fs';
import { processPendingTransfers } from '#modules/file-exchange/index.ts';
import { createClock } from '#platform/clock.ts';
import { loadConfig } from '#platform/config.ts';
import { databaseRoles, openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { openObjects } from '#platform/objects/open-objects.ts';

// A worker of its own, so that its memory is the import's alone: processes what is pending and prints its peak in MB.
const [url = '', dataDir = ''] = process.argv.slice(2);
const db = openDatabase(url, { max: 4, role: databaseRoles.app });
const config = loadConfig(
  {
    server: { dataDir, logLevel: 'error' },
    secrets: { masterKey: Buffer.alloc(32, 7).toString('base64') },
  },
  {},
);
const clock = createClock();
const log = createLog({ level: 'error', role: 'bench' });
const store = await openObjects(config, { databaseUrl: url, clock, log });
const platform = { config, db, clock, log, objects: store.objects, wake: () => {} };
while ((await processPendingTransfers(platform)) > 0);
await store.close();
await db.end();
console.log(peakMb());

/** The most memory this process held. Linux hands a child the maximum of its parent on, so it is asked for its own. */
function peakMb(): number {
  const own = existsSync('/proc/self/status')
    ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    : null;
  return own === null ? process.resourceUsage().maxRSS / 1024 : Number(own[1]) / 1024;
}
