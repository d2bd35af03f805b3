import { z } from 'zod';
import {
  connectionSheet,
  createAccountBody,
  fileParams,
  registerKeyBody,
  sftpAccountList,
  sftpAccountView,
} from '#contract/file-exchange.ts';
import { idOf } from '#contract/ids.ts';
import { publicUrl } from '#platform/config.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { listAccounts, listKeys } from './account-store.ts';
import { createAccount } from './create-account.ts';
import { empFormat } from './emp-format.ts';
import { listExchanges } from './exchange-store.ts';
import { hostKeyTexts } from './host-keys.ts';
import { registerKey, revokeKey } from './register-key.ts';
import { listRefusals } from './sign-in-store.ts';
import { showAccount } from './views.ts';

const base = '/api/customers/:customer/environments/:environment/files';
const tags = ['files'];
const inEnvironment = z.object({ customer: idOf('cus'), environment: z.string() });
const keepers = ['integrations-manager', 'lead-consultant', 'customer-team-lead'] as const;

/** SFTP accounts and their keys, and what a customer needs to connect. */
export function accountRoutes(app: Http, platform: Platform): void {
  app.get(
    `${base}/sheet`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: {
        summary: 'The connection sheet',
        tags,
        params: inEnvironment,
        response: { 200: connectionSheet },
      },
    },
    (request) =>
      read(platform, request.scope, (sql) => sheet(platform, sql, request.scope.environmentId ?? '')),
  );
  app.get(
    `${base}/accounts`,
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'SFTP accounts', tags, params: inEnvironment, response: { 200: sftpAccountList } },
    },
    (request) =>
      read(platform, request.scope, async (sql) => {
        const { environmentId = '' } = request.scope;
        const keys = await listKeys(sql, environmentId);
        const refusals = await listRefusals(sql, environmentId);
        return {
          items: (await listAccounts(sql, environmentId)).map((one) => showAccount(one, keys, refusals)),
          next: null,
        };
      }),
  );
  app.post(
    `${base}/accounts`,
    {
      config: { access: { staff: [...keepers] } },
      schema: {
        summary: 'Make an SFTP account',
        tags,
        params: inEnvironment,
        body: createAccountBody,
        response: { 201: sftpAccountView },
      },
    },
    async (request, reply) => {
      const view = await transact(platform, request.scope, request.actor, async (work) => {
        const { accountId } = await createAccount(work, request.body);
        return accountView(work.sql, request.scope.environmentId ?? '', accountId);
      });
      return reply.code(201).send(view);
    },
  );
  app.post(
    `${base}/accounts/:account/keys`,
    {
      config: { access: { staff: [...keepers], portal: ['developer', 'project-owner'] } },
      schema: {
        summary: 'Register a public key; others stay valid until they are taken out',
        tags,
        params: fileParams.account,
        body: registerKeyBody,
        response: { 201: sftpAccountView },
      },
    },
    async (request, reply) => {
      const accountId = request.params.account;
      const view = await transact(platform, request.scope, request.actor, async (work) => {
        await registerKey(work, { accountId, ...request.body });
        return accountView(work.sql, request.scope.environmentId ?? '', accountId);
      });
      return reply.code(201).send(view);
    },
  );
  app.delete(
    `${base}/accounts/:account/keys/:key`,
    {
      config: { access: { staff: [...keepers], portal: ['developer', 'project-owner'] } },
      schema: {
        summary: 'Take a key out of use',
        tags,
        params: fileParams.key,
        response: { 200: sftpAccountView },
      },
    },
    (request) =>
      transact(platform, request.scope, request.actor, async (work) => {
        const { account, key } = request.params;
        await revokeKey(work, { accountId: account, keyId: key });
        return accountView(work.sql, request.scope.environmentId ?? '', account);
      }),
  );
}

async function accountView(sql: Tx, environmentId: string, accountId: string) {
  const account = (await listAccounts(sql, environmentId)).find((one) => one.id === accountId);
  if (account === undefined) throw notFound('account');
  return showAccount(account, await listKeys(sql, environmentId), await listRefusals(sql, environmentId));
}

async function sheet(platform: Platform, sql: Tx, environmentId: string) {
  const { sftp } = platform.config;
  const host = sftp.publicHost || new URL(publicUrl(platform.config)).hostname;
  const userNames = (await listAccounts(sql, environmentId)).map((account) => account.userName);
  const exchanges = await listExchanges(sql, environmentId);
  return {
    host,
    port: sftp.port,
    hostKeys: await hostKeyTexts(platform, sql),
    userNames,
    folders: [
      ...exchanges.map(({ code, direction }) =>
        direction === 'in'
          ? { path: `/in/${code}/`, purpose: 'Put files here, as .part and renamed or directly' }
          : { path: `/out/${code}/`, purpose: 'Collect files here' },
      ),
      { path: '/in/validate/', purpose: 'Dry run: the same answers, nothing is loaded' },
      { path: '/out/ack/', purpose: 'Acknowledgements and error files' },
      { path: '/out/extracts/', purpose: 'Extracts made for you' },
      { path: '/archive/', purpose: 'Files that were received, read only' },
    ],
    command: `sftp -P ${sftp.port} ${userNames[0] ?? '<user name>'}@${host}`,
    naming: exchanges[0]?.naming ?? empFormat.naming,
  };
}
