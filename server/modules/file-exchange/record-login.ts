import { showId } from '#platform/ids.ts';
import { networkOf } from '#platform/network-of.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { type Login, noteLogin } from './account-store.ts';
import { clearFailures } from './sign-in-store.ts';

/** Records that an account signed in, which clears what failed before; its first time is a fact in the log. */
export async function recordLogin(platform: Platform, login: Login, address: string): Promise<void> {
  const { customerId, environmentId, accountId } = login;
  const actor = {
    kind: 'credential' as const,
    id: accountId,
    label: login.userName,
    customerId,
    environmentId,
    scopes: ['files'],
  };
  await transact(platform, { customerId, environmentId }, actor, async (work) => {
    await clearFailures(work.sql, networkOf(address), login.userName);
    if (!(await noteLogin(work.sql, login, work.now))) return;
    work.emit(environmentId, {
      type: 'sftp.first_login',
      subject: { accountId: showId('sfa', accountId) },
      data: { accountId: showId('sfa', accountId) },
      source: { channel: 'sftp' },
    });
  });
}
