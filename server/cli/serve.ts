import { createLog } from '#platform/log.ts';
import { openFairlead } from '../wiring.ts';
import type { Arguments } from './arguments.ts';
import { buildConsole } from './build-console.ts';
import { assertFitDatabase } from './own-database.ts';
import { createProgress } from './progress.ts';
import { endOnBugs } from './report-fault.ts';
import { settingsFor } from './settings.ts';
import { startSftpChild } from './sftp-child.ts';
import { untilStopped } from './until-stopped.ts';

/** `fairlead serve`: the asked roles against a PostgreSQL that is migrated already; refuses default secrets, never seeds. */
export async function serve(args: Arguments): Promise<void> {
  let end: () => void = () => process.exit(1);
  endOnBugs(() => end());
  const progress = createProgress();
  const { config, overrides } = await settingsFor(args, 'production');
  await assertFitDatabase(config.database.url.reveal());
  if (args.console && args.roles.includes('web'))
    await progress.step('console', buildConsole, (built) => (built ? 'built' : 'current'));
  const own = args.roles.length > 1 ? args.roles.filter((role) => role !== 'sftp') : args.roles;
  const log = createLog({ level: config.server.logLevel, role: 'main' });
  const apart = own.length < args.roles.length;
  const child = apart ? startSftpChild(overrides, config, log) : Promise.resolve(undefined);
  const [fairlead, sftp] = await Promise.all([
    openFairlead(config, { roles: own, databaseUrl: config.database.url.reveal(), readyAfter: child }),
    child,
  ]);
  const lifecycle = untilStopped(async () => {
    await Promise.all([sftp?.stop(), fairlead.close()]);
  });
  end = () => lifecycle.end('failure', 1);
  progress.line(`Fairlead serves ${args.roles.join(', ')}`);
}
