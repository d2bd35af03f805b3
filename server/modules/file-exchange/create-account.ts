import { randomBytes } from 'node:crypto';
import { getCustomer, getEnvironment } from '#modules/customers/index.ts';
import { showId } from '#platform/ids.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { countAccounts, insertAccount, isUserNameTaken } from './account-store.ts';
import { problems } from './problems.ts';

/** SFTP accounts of one environment. */
const mostAccounts = 100;

/** Makes an SFTP account in the scope's environment and returns its id; it signs in once it has a key. Fails with user-name-taken and too-many-accounts. */
export async function createAccount(
  work: Work,
  input: { userName?: string | undefined; allowedAddresses?: string[] | undefined } = {},
): Promise<{ accountId: string; userName: string }> {
  const { customerId, environmentId } = work.scope;
  if (customerId === undefined || environmentId === undefined) throw notFound('environment');
  if ((await countAccounts(work.sql, environmentId)) >= mostAccounts)
    throw problems['too-many-accounts']({ detail: `${mostAccounts} accounts are there.` });
  const userName = input.userName ?? (await madeName(work, customerId, environmentId));
  if (await isUserNameTaken(work.sql, userName)) throw problems['user-name-taken']();
  const accountId = await insertAccount(work.sql, {
    customerId,
    environmentId,
    userName,
    allowedAddresses: input.allowedAddresses ?? [],
    createdBy: work.actor.id,
    at: work.now,
  });
  if (accountId === undefined) throw problems['user-name-taken']();
  const shown = showId('sfa', accountId);
  work.emit(environmentId, {
    type: 'sftp_account.created',
    subject: { accountId: shown },
    data: { accountId: shown },
  });
  work.audit({ action: 'sftp-account.create', subject: shown, detail: { userName } });
  return { accountId, userName };
}

async function madeName(work: Work, customerId: string, environmentId: string): Promise<string> {
  const customer = await getCustomer(work.sql, customerId);
  const environment = await getEnvironment(work.sql, environmentId);
  if (customer === undefined || environment === undefined) throw notFound('customer');
  const name = `${customer.code.toLowerCase().slice(0, 14)}-${environment.kind}`;
  return (await isUserNameTaken(work.sql, name)) ? `${name}-${randomBytes(2).toString('hex')}` : name;
}
