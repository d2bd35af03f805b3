import { resolve } from 'node:path';
import { type Config, ConfigFault, loadConfig } from '#platform/config.ts';
import type { Arguments } from './arguments.ts';
import { portsFrom } from './ports.ts';

/** Configuration by section and name that outranks files and environment; travels to the sftp process. */
export type Overrides = Record<string, Record<string, string | number>>;

/** The configuration as the command line changes it: absolute data folder, and a port for each door. */
export async function settingsFor(
  args: Arguments,
  mode: Config['server']['mode'],
): Promise<{ config: Config; overrides: Overrides }> {
  const server: Overrides[string] = { mode };
  const plain = loadConfig({ server: args.dataDir === undefined ? {} : { dataDir: args.dataDir } });
  server['dataDir'] = resolve(plain.server.dataDir);
  if (mode === 'demonstration' && plain.server.logLevel === 'info') server['logLevel'] = 'warn';
  const ports = await portsFrom(args.port ?? plain.http.port);
  const keep = (configured: number, derived: number) =>
    args.port === undefined && configured > 0 ? configured : derived;
  const overrides: Overrides = {
    server,
    http: { port: ports.http },
    sftp: { port: keep(plain.sftp.port, ports.sftp) },
    smtp: { port: keep(plain.smtp.port, ports.smtp) },
  };
  const config = loadConfig(overrides);
  if (mode === 'demonstration' && config.mail.transport !== 'kept')
    throw new ConfigFault([
      'mail.transport: a demonstration keeps all mail on this machine; leave it at "kept"',
    ]);
  return { config, overrides };
}
