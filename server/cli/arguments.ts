import { parseArgs } from 'node:util';
import { StartupFault } from '#platform/startup-fault.ts';
import type { ProcessRole } from '../wiring.ts';

/** The parts of the program that can run apart; `sftp` runs in a process of its own when others are asked for too. */
const roles: readonly ProcessRole[] = ['web', 'worker', 'sftp', 'smtp'];

type Command = 'start' | 'serve' | 'migrate' | 'invite' | 'rotate-keys' | 'make-master-key' | 'help' | 'door';

/** What the command line asks for. */
export interface Arguments {
  command: Command;
  port: number | undefined;
  dataDir: string | undefined;
  demonstration: boolean;
  /** False leaves the console to a development server. */
  console: boolean;
  roles: ProcessRole[];
  /** Whom to invite. */
  invited?: { email: string | undefined; name: string | undefined; role: string | undefined };
}

const accepted: Record<Command, string[]> = {
  start: ['port', 'data-dir', 'no-demo', 'no-console'],
  serve: ['port', 'data-dir', 'roles', 'no-console'],
  migrate: [],
  invite: ['name', 'role', 'data-dir'],
  'rotate-keys': ['data-dir'],
  'make-master-key': [],
  help: [],
  door: [],
};

/** Reads the command line; anything unknown is a StartupFault that names it. */
export function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  const name = values.help ? 'help' : (positionals[0] ?? 'help');
  if (!isCommand(name))
    throw new StartupFault(
      `There is no command "${name}". Known: start, serve, migrate, invite, rotate-keys, make-master-key, help.`,
    );
  const words = name === 'invite' ? 2 : 1;
  if (positionals.length > words)
    throw new StartupFault(
      `What is "${positionals[words]}"? "${name}" takes ${words === 1 ? 'options only' : 'one address'}.`,
    );
  for (const option of Object.keys(values).filter((one) => one !== 'help')) {
    if (!accepted[name].includes(option)) throw new StartupFault(`"${name}" has no option --${option}.`);
  }
  return {
    command: name,
    port: values.port === undefined ? undefined : readPort(values.port),
    dataDir: values['data-dir'] === undefined ? undefined : readFolder(values['data-dir']),
    demonstration: !values['no-demo'],
    console: !values['no-console'],
    roles: values.roles === undefined ? [...roles] : readRoles(values.roles),
    ...(name === 'invite'
      ? { invited: { email: positionals[1], name: values.name, role: values.role } }
      : {}),
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'no-demo': { type: 'boolean' },
        'no-console': { type: 'boolean' },
        roles: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StartupFault(`${(error as Error).message.split('. ')[0]}. See "fairlead help".`);
  }
}

function isCommand(name: string): name is Command {
  return name in accepted;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_510)
    throw new StartupFault(
      `--port must be a number from 0 to 65510 (sftp and smtp get 22 and 25 more), not "${text}".`,
    );
  return port;
}

function readFolder(text: string): string {
  if (text === '') throw new StartupFault('--data-dir needs the name of a folder.');
  return text;
}

function readRoles(text: string): ProcessRole[] {
  const asked = text.split(',').filter((one) => one !== '');
  const unknown = asked.find((one) => !(roles as readonly string[]).includes(one));
  if (unknown !== undefined || asked.length === 0)
    throw new StartupFault(
      `--roles takes ${roles.join(',')}${unknown === undefined ? '' : `, not "${unknown}"`}.`,
    );
  return asked as ProcessRole[];
}
