import { createPublicKey } from 'node:crypto';
import ssh2 from 'ssh2';
import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { countKeys, insertKey, listAccounts, revokeKey as revokeStoredKey } from './account-store.ts';
import { keyFingerprint } from './host-keys.ts';
import { problems } from './problems.ts';

const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
];
const minRsaBits = 2_048;

/** Registers a public key (one OpenSSH line) that signs in to an account, beside those it has. Fails with invalid-public-key or key-registered. */
export async function registerKey(
  work: Work,
  input: { accountId: string; publicKey: string; label?: string | undefined },
): Promise<{ keyId: string; fingerprint: string }> {
  const { customerId, environmentId } = work.scope;
  if (customerId === undefined || environmentId === undefined) throw notFound('environment');
  if (!(await listAccounts(work.sql, environmentId)).some((account) => account.id === input.accountId))
    throw notFound('account');
  const key = readPublicKey(input.publicKey);
  const most = work.platform.config.portal.sftpKeysPerAccount;
  if ((await countKeys(work.sql, environmentId, input.accountId)) >= most)
    throw problems['too-many-keys']({ detail: `${most} keys of this account are in use.` });
  const keyId = await insertKey(work.sql, {
    customerId,
    environmentId,
    accountId: input.accountId,
    algorithm: key.algorithm,
    publicKey: key.line,
    fingerprint: key.fingerprint,
    label: input.label ?? key.comment,
    by: work.actor.id,
    at: work.now,
  });
  if (keyId === undefined) throw problems['key-registered']();
  const accountId = showId('sfa', input.accountId);
  work.emit(environmentId, {
    type: 'sftp_key.registered',
    subject: { accountId },
    data: { accountId, fingerprintSha256: key.fingerprint, algorithm: key.algorithm },
  });
  work.audit({ action: 'sftp-key.register', subject: accountId, detail: { fingerprint: key.fingerprint } });
  return { keyId, fingerprint: key.fingerprint };
}

/** Takes a key out of use at once; the door ends connections that it opened before within a second or two. */
export async function revokeKey(work: Work, input: { accountId: string; keyId: string }): Promise<void> {
  const { environmentId } = work.scope;
  if (environmentId === undefined) throw notFound('environment');
  if (!(await revokeStoredKey(work.sql, environmentId, input.accountId, input.keyId, work.now)))
    throw notFound('key');
  const accountId = showId('sfa', input.accountId);
  work.emit(environmentId, {
    type: 'sftp_key.revoked',
    subject: { accountId },
    data: { accountId, keyId: showId('key', input.keyId) },
  });
  work.audit({
    action: 'sftp-key.revoke',
    subject: accountId,
    detail: { keyId: showId('key', input.keyId) },
  });
}

/** Reads one line of OpenSSH public key; refuses private keys, old algorithms and short RSA keys. */
export function readPublicKey(text: string): {
  algorithm: string;
  fingerprint: string;
  line: string;
  comment: string;
} {
  const [algorithm = '', base64 = '', ...comment] = text.trim().split(/\s+/);
  if (text.includes('PRIVATE KEY'))
    throw problems['invalid-public-key']({
      detail: 'This is a private key: keep it, and use another one from now on.',
    });
  if (!algorithms.includes(algorithm))
    throw problems['invalid-public-key']({ detail: `Keys of these kinds: ${algorithms.join(', ')}.` });
  const parsed = ssh2.utils.parseKey(`${algorithm} ${base64}`);
  if (parsed instanceof Error || parsed.isPrivateKey() || parsed.type !== algorithm)
    throw problems['invalid-public-key']();
  const bits = createPublicKey(parsed.getPublicPEM()).asymmetricKeyDetails?.modulusLength;
  if (algorithm === 'ssh-rsa' && (bits ?? 0) < minRsaBits)
    throw problems['invalid-public-key']({ detail: `An RSA key needs ${minRsaBits} bits or more.` });
  return {
    algorithm,
    fingerprint: keyFingerprint(parsed.getPublicSSH()),
    line: `${algorithm} ${parsed.getPublicSSH().toString('base64')}`,
    comment: comment.join(' ').slice(0, 100),
  };
}
