import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { roleNames } from '#contract/roles.ts';
import type { Addresses } from '../../server/demonstration/addresses.ts';
import type { People } from '../../server/demonstration/people.ts';

const program = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const readyWithinMs = 120_000;
const sought: Record<People, string> = {
  director: roleNames['commercial-director'],
  manager: roleNames['integrations-manager'],
  lead: roleNames['customer-team-lead'],
  administrator: roleNames.administrator,
};

/** A server of its own for a journey, as `npm start` runs it, without the demonstration. */
export interface ServerProcess {
  child: ChildProcess;
  addresses: Addresses;
  links: Record<People, string>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts the server and waits until it prints the sign-in links; fails with its last words when it does not. */
export async function startServer(options: { dataDir: string; port: number; env?: Record<string, string> }): Promise<ServerProcess> {
  const port = options.port || (await freePort());
  const child = spawn(
    process.execPath,
    [program, 'start', '--no-demo', '--port', String(port), '--data-dir', options.dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FAIRLEAD_SERVER_LOG_LEVEL: 'warn', ...options.env } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-200_000);
    });
  const deadline = Date.now() + readyWithinMs;
  let links = linksIn(output);
  while (links === undefined) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the server did not start: ${output.slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    links = linksIn(output);
  }
  return {
    child,
    links,
    addresses: {
      http: `http://localhost:${port}`,
      sftp: { host: '127.0.0.1', port: port + 22 },
      smtp: { host: '127.0.0.1', port: port + 25 },
    },
    output: () => output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function linksIn(output: string): Record<People, string> | undefined {
  const found: Partial<Record<People, string>> = {};
  for (const [who, role] of Object.entries(sought)) {
    const at = output.lastIndexOf(`    ${role} `);
    const link = at < 0 ? undefined : /https?:\/\/\S+\n/.exec(output.slice(at))?.[0]?.trim();
    if (link === undefined) return undefined;
    found[who as People] = link;
  }
  return found as Record<People, string>;
}

/** A port from which http, +22 and +25 are free as well. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([port, port + 22, port + 25].map(isFree));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(true)));
  });
}
