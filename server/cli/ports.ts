import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupFault } from '#platform/startup-fault.ts';

/** The ports of the three doors. */
export interface Ports {
  http: number;
  sftp: number;
  smtp: number;
}

/**
 * The doors' ports for `--port N`: N, N+22, N+25. For 0, three free ones in the same distances, below those that
 * systems give to outgoing connections: such a one could be taken before it is opened.
 */
export async function portsFrom(first: number): Promise<Ports> {
  const ports = (http: number) => ({ http, sftp: http + 22, smtp: http + 25 });
  if (first > 0) return ports(first);
  for (let tries = 0; tries < 200; tries++) {
    const candidate = ports(10_000 + Math.floor(Math.random() * 10_000));
    const free = await Promise.all(Object.values(candidate).map((port) => faultOf(port, '0.0.0.0')));
    if (free.every((fault) => fault === undefined)) return candidate;
  }
  throw new StartupFault('No free ports were found. Name one with --port.');
}

/** Makes sure that each port can be opened; waits a moment for those of a process that is just ending. */
export async function assertPortsFree(ports: { name: string; port: number; host: string }[]): Promise<void> {
  for (const { name, port, host } of ports) {
    const giveUpAt = Date.now() + 3_000;
    for (;;) {
      const fault = await faultOf(port, host);
      if (fault === undefined) break;
      if (fault !== 'EADDRINUSE' || Date.now() > giveUpAt) throw portFault(name, port, host, fault);
      await pause(200);
    }
  }
}

function portFault(name: string, port: number, host: string, code: string): StartupFault {
  if (code === 'EADDRINUSE')
    return new StartupFault(
      `Port ${port} (${name}) is taken by another program. Stop it, or choose other ports with --port.`,
    );
  if (code === 'EACCES')
    return new StartupFault(
      `This user may not open port ${port} (${name}). Choose ports above 1024 with --port.`,
    );
  return new StartupFault(`Port ${port} (${name}) cannot be opened on ${host}: ${code}.`);
}

/** The error code with which listening fails, or undefined when the port is free. */
function faultOf(port: number, host: string): Promise<string | undefined> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'unknown'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(undefined)));
  });
}
