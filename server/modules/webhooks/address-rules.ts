import { BlockList, isIP } from 'node:net';
import { isNeverCalled, parsePrivateBlock } from '#platform/private-blocks.ts';

/** Blocks that no request of ours may go to unless the installation allows them by name. */
const refused4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Only 2000::/3 is global unicast; within it tunnels, documentation and benchmarking are refused. */
const refused6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Says whether a request may go to an address. */
export interface AddressRules {
  isAllowed(address: string): boolean;
  /** Whether the address is on the installation's list of private addresses for this customer. */
  isListed(address: string): boolean;
}

/**
 * Rules against requests to private networks (SSRF) for the endpoints of one customer, with the blocks that are allowed to
 * them all the same ("CODE=10.1.0.0/16", or a block alone for every customer). Link-local and metadata addresses never are.
 */
export function addressRules(allowed: readonly string[], customer: string | null): AddressRules {
  const refused = new BlockList();
  for (const [net, prefix] of refused4) refused.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of refused6) refused.addSubnet(net, prefix, 'ipv6');
  const listed = new BlockList();
  for (const text of allowed) {
    const block = parsePrivateBlock(text);
    if (block === undefined || (block.customer !== null && block.customer !== customer)) continue;
    listed.addSubnet(block.network, block.prefix, isIP(block.network) === 6 ? 'ipv6' : 'ipv4');
  }
  const global6 = new BlockList();
  global6.addSubnet('2000::', 3, 'ipv6');
  const isListed = (address: string) => {
    const plain = unmapped(address);
    const family = isIP(plain);
    return family !== 0 && !isNeverCalled(plain) && listed.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
  return {
    isListed,
    isAllowed: (address) => {
      if (isListed(address)) return true;
      const plain = unmapped(address);
      const family = isIP(plain);
      if (family === 0 || isNeverCalled(plain)) return false;
      if (family === 4) return !refused.check(plain, 'ipv4');
      return family === 6 && global6.check(plain, 'ipv6') && !refused.check(plain, 'ipv6');
    },
  };
}

/** An IPv4 address that is written as IPv6 (`::ffff:a.b.c.d` in any spelling) as IPv4; every other one as it is. */
function unmapped(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '').split('%')[0] ?? '';
  if (isIP(bare) !== 6) return bare;
  const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (groups === null) return canonical;
  const [high, low] = [Number.parseInt(groups[1] ?? '', 16), Number.parseInt(groups[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
