import { BlockList, isIPv4 } from 'node:net';
import ssh2 from 'ssh2';
import type { RefusalReason } from '#contract/file-exchange.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { networkOf } from '#platform/network-of.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import type { Login } from './account-store.ts';
import { addFailure, ban, findSignIn, noteRefusal, type SignIn } from './sign-in-store.ts';

/** A try to sign in with a public key: first without a signature, then with one. */
export interface Attempt {
  userName: string;
  address: string;
  fingerprint: string;
  /** The signature's algorithm, such as `rsa-sha2-256`. */
  algorithm: string;
  /** Whether the signature is that of a public key; undefined when there is none yet. */
  isSignedBy: ((publicKey: ReturnType<typeof ssh2.utils.parseKey>) => boolean) | undefined;
}

/** What comes of an attempt. A refusal whose `message` is not empty is told to the client's user. */
export type Verdict =
  | { login: Login }
  | { login: undefined; reason: RefusalReason | 'unknown-account'; message: string; isBanned: boolean };

/** Points for what an attacker does and a customer seldom does; at 20 within half an hour a ban begins. */
const pointsOf: Record<RefusalReason | 'unknown-account', number> = {
  'unknown-account': 2,
  'unknown-key': 1,
  'revoked-key': 1,
  signature: 1,
  // The key is the account's own: a wrong setting, not an attack.
  algorithm: 0,
  address: 0,
  banned: 0,
  connections: 0,
};
const banAt = 20;
const windowMinutes = 30;
const banMinutes = 30;
const userNameForm = /^[a-z][a-z0-9-]{2,31}$/;

/**
 * Judges an attempt, and records a refusal. A ban holds for one network and one account; names that are no account share
 * one, so that others of the network sign in all the same.
 */
export async function judgeSignIn(platform: Platform, attempt: Attempt): Promise<Verdict> {
  const { userName, address, fingerprint } = attempt;
  const isName = userNameForm.test(userName);
  const found = await findSignIn(platform.db, isName ? userName : '', fingerprint, networkOf(address));
  const isBanned = found.bannedUntil !== null && isLater(found.bannedUntil, platform.clock.now());
  const reason = reasonOf(found, attempt, isBanned);
  if (reason === undefined && found.account !== undefined && found.key !== undefined) {
    const { id: accountId, ...account } = found.account;
    return { login: { ...account, accountId, keyId: found.key.id, publicKey: found.key.publicKey } };
  }
  const refused = reason ?? 'unknown-account';
  await recordRefusal(platform, found.account, attempt, refused);
  return { login: undefined, reason: refused, message: messageOf(refused, found, address), isBanned };
}

/** Records that an account that may sign in has as many connections as it may; gives what its user is told. */
export async function refuseConnection(platform: Platform, login: Login, attempt: Attempt): Promise<string> {
  const { accountId: id, customerId, environmentId, userName, allowedAddresses } = login;
  const account = { id, customerId, environmentId, userName, allowedAddresses };
  await recordRefusal(platform, account, attempt, 'connections');
  return `This account has ${platform.config.sftp.maxConnectionsPerAccount} connections open already.`;
}

/** Counts something that no client of an account does, such as bytes that are no SSH, against its network's strangers. */
export async function accuseStranger(platform: Platform, address: string): Promise<void> {
  await count(platform, address, '', pointsOf['unknown-account']);
}

function reasonOf(
  { account, key }: SignIn,
  attempt: Attempt,
  isBanned: boolean,
): RefusalReason | 'unknown-account' | undefined {
  if (account === undefined) return 'unknown-account';
  if (isBanned) return 'banned';
  if (key === undefined) return 'unknown-key';
  if (key.isRevoked) return 'revoked-key';
  const { allowedAddresses } = account;
  if (allowedAddresses.length > 0 && !isWithin(allowedAddresses, attempt.address)) return 'address';
  // An RSA signature without a named hash is SHA-1's, which nobody should trust any more (RFC 8332).
  if (attempt.algorithm === 'ssh-rsa') return 'algorithm';
  if (attempt.isSignedBy?.(ssh2.utils.parseKey(key.publicKey)) === false) return 'signature';
  return undefined;
}

function messageOf(reason: RefusalReason | 'unknown-account', found: SignIn, address: string): string {
  if (reason === 'algorithm')
    return 'Your key is registered, but this client signs with ssh-rsa (SHA-1), which is refused. Use a client that signs with rsa-sha2-256 or rsa-sha2-512, or an Ed25519 key.';
  if (reason === 'banned')
    return `Too many sign-ins of this account from ${address} failed. Try again after ${found.bannedUntil?.round('second')}, or ask for the ban to be lifted.`;
  return '';
}

/** Records a refusal: for the account's page, and towards a ban. */
async function recordRefusal(
  platform: Platform,
  account: SignIn['account'],
  attempt: Attempt,
  reason: RefusalReason | 'unknown-account',
): Promise<void> {
  const { address, fingerprint } = attempt;
  const { algorithm } = attempt;
  const at = { peer: address, userName: account?.userName ?? 'none of ours', reason, fingerprint, algorithm };
  platform.log.info(at, 'an sftp sign-in was refused');
  if (account !== undefined && reason !== 'unknown-account') {
    const { customerId, environmentId } = account;
    await transact(platform, { customerId, environmentId }, systemActor('file-exchange'), (work) =>
      noteRefusal(work.sql, account, { address, reason, fingerprint }, work.now),
    );
  }
  if (pointsOf[reason] > 0)
    await count(platform, address, account?.userName ?? '', pointsOf[reason], account);
}

async function count(
  platform: Platform,
  address: string,
  userName: string,
  points: number,
  account?: SignIn['account'],
): Promise<void> {
  if (isWithin(platform.config.sftp.neverBanned, address)) return;
  const network = networkOf(address);
  const scope =
    account === undefined ? {} : { customerId: account.customerId, environmentId: account.environmentId };
  await transact(platform, scope, systemActor('file-exchange'), async (work) => {
    const windowStart = work.now.subtract({ minutes: windowMinutes });
    const failure = { network, userName, address, points };
    if ((await addFailure(work.sql, failure, work.now, windowStart)) < banAt) return;
    const until = work.now.add({ minutes: banMinutes });
    await ban(work.sql, network, userName, until);
    const detail = { address, until: until.toString() };
    const subject = account === undefined ? {} : { subject: showId('sfa', account.id) };
    work.audit({ action: 'sftp-sign-in.ban', ...subject, detail: { ...detail, userName } });
    const logged = { peer: address, until: until.toString(), userName: userName || 'none of ours' };
    platform.log.warn(logged, 'sftp sign-ins were banned');
  });
}

/** Whether an address lies in one of the CIDR blocks. */
function isWithin(blocks: string[], address: string): boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = ''] = block.split('/');
    list.addSubnet(network, Number(prefix), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

const isLater = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) > 0;
