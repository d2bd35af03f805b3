import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no request of ours goes to, whatever anybody allows: link-local ones, under which clouds hand out their
 * credentials, and the metadata services that lie elsewhere.
 */
const never: [string, number][] = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['fe80::', 10],
  ['fec0::', 10],
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
  ['fd00:42::42', 128],
];
const neverList = new BlockList();
for (const [net, prefix] of never) neverList.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');

/** A private block that may be called: by the endpoints of one customer, or of all (null). */
export interface PrivateBlock {
  customer: string | null;
  network: string;
  prefix: number;
}

/** Reads "CODE=10.1.0.0/16", or a block alone for all customers; undefined when it is neither. */
export function parsePrivateBlock(text: string): PrivateBlock | undefined {
  const [, customer, block] =
    /^(?:([A-Z][A-Z0-9]{1,19})=)?([0-9A-Fa-f.:]+\/\d{1,3})$/.exec(text.trim()) ?? [];
  const [network = '', prefix = ''] = (block ?? '').split('/');
  const family = isIP(network);
  if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
  return { customer: customer ?? null, network, prefix: Number(prefix) };
}

/** Whether an address, or the IPv4 address that is written inside an IPv6 one, is never called. */
export function isNeverCalled(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  if (neverList.check(address, family === 6 ? 'ipv6' : 'ipv4')) return true;
  return embeddedIn(address).some((inside) => neverList.check(inside, 'ipv4'));
}

/** Whether a block lies within addresses that are never called, or reaches into link-local ones. */
export function isNeverAllowed({ network, prefix }: PrivateBlock): boolean {
  if (isNeverCalled(network)) return true;
  const block = new BlockList();
  block.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::169.254.169.254', 'fe80::1'].some(
    (address) => block.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  );
}

/** The IPv4 addresses that an IPv6 address may lead to: mapped, compatible, NAT64, 6to4, ISATAP. */
function embeddedIn(address: string): string[] {
  const groups = groupsOf(address);
  if (groups === undefined) return [];
  const [first, second = 0, third = 0, , fourth = 0, fifth, high = 0, low = 0] = groups;
  const dotted = (one: number, two: number) => [one >> 8, one & 255, two >> 8, two & 255].join('.');
  if (first === 0x2002) return [dotted(second, third)];
  const holdsOne =
    groups.slice(0, 5).every((group) => group === 0) ||
    (first === 0x64 && second === 0xff9b) ||
    ((fourth & 0xfcff) === 0 && fifth === 0x5efe);
  return holdsOne ? [dotted(high, low)] : [];
}

function groupsOf(address: string): number[] | undefined {
  if (isIP(address) !== 6) return undefined;
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string) => (part === '' ? [] : part.split(':').map((one) => Number.parseInt(one, 16)));
  const before = read(head);
  const after = read(tail ?? '');
  return [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}
