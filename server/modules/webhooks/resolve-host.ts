import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** The addresses of a host name; rejects with ENOTFOUND when there are none and EAI_AGAIN when no server answers. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>;

const loopback: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
const unknownName = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/**
 * Asks the name servers itself, over sockets and each at most twice within `timeoutMs`. The system's own look-up takes
 * one of the few threads that this process also reads and writes files with, for as long as a customer's name server
 * keeps it waiting. /etc/hosts is not read; `localhost` means this machine.
 */
export function resolveHosts(options: { timeoutMs: number; nameServers?: readonly string[] }): ResolveHost {
  const tries = 2;
  // The second try waits twice as long as the first.
  const resolver = new Resolver({ timeout: Math.ceil(options.timeoutMs / 3), tries });
  if (options.nameServers !== undefined) resolver.setServers(options.nameServers);
  return async (hostname) => {
    if (hostname === 'localhost' || hostname.endsWith('.localhost')) return loopback;
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found: LookupAddress[] = [
      ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 })),
      ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 })),
    ];
    if (found.length > 0) return found;
    const codes = [four, six].map((one) => (one.status === 'rejected' ? one.reason?.code : undefined));
    const code = codes.every((one) => unknownName.has(one)) ? 'ENOTFOUND' : 'EAI_AGAIN';
    throw Object.assign(new Error(`no address of ${hostname}`), { code });
  };
}
