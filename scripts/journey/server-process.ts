import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StaffRole } from '#contract/roles.ts';
import { portsFrom } from '../../server/cli/ports.ts';
import type { Addresses } from '../../server/demonstration/addresses.ts';
import type { People } from '../../server/demonstration/people.ts';

const program = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const readyWithinMs = 120_000;
const sought: Record<People, StaffRole> = {
  director: 'commercial-director',
  manager: 'integrations-manager',
  lead: 'customer-team-lead',
  administrator: 'administrator',
};

/** A server of its own for a journey, as `npm start` runs it, without the demonstration. */
export interface ServerProcess {
  child: ChildProcess;
  addresses: Addresses;
  links(): Record<People, string>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts the server and waits until it prints the sign-in links; fails with its last words when it does not. */
export async function startServer(options: {
  dataDir: string;
  port: number;
  env?: Record<string, string>;
}): Promise<ServerProcess> {
  const port = (await portsFrom(options.port)).http;
  const child = spawn(
    process.execPath,
    [program, 'start', '--no-demo', '--port', String(port), '--data-dir', options.dataDir],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FAIRLEAD_SERVER_LOG_LEVEL: 'warn', ...options.env },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-200_000);
    });
  const deadline = Date.now() + readyWithinMs;
  while (!output.includes('Fairlead is up')) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the server did not start: ${output.slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    child,
    links: () => linksIn(options.dataDir),
    addresses: addressesFrom(port),
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** A server that somebody else has started, by its address and its data folder on this machine. */
export function runningServer(
  baseUrl: string,
  dataDir: string,
): Pick<ServerProcess, 'addresses' | 'links' | 'stop'> {
  const port = Number(new URL(baseUrl).port);
  return { addresses: addressesFrom(port), links: () => linksIn(dataDir), stop: async () => {} };
}

function addressesFrom(port: number): Addresses {
  return {
    http: `http://localhost:${port}`,
    sftp: { host: '127.0.0.1', port: port + 22 },
    smtp: { host: '127.0.0.1', port: port + 25 },
  };
}

/** The links the server keeps beside its data; each start makes fresh ones. */
function linksIn(dataDir: string): Record<People, string> {
  const links = JSON.parse(readFileSync(join(dataDir, 'sign-in-links.json'), 'utf8')) as {
    role: StaffRole;
    url: string;
  }[];
  return Object.fromEntries(
    Object.entries(sought).map(([who, role]) => [who, links.find((link) => link.role === role)?.url ?? '']),
  ) as Record<People, string>;
}
