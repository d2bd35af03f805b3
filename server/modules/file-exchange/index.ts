// File exchange owns SFTP accounts and keys, the home a customer sees over the door, formats, exchanges and transfers.

import type { Module } from '#platform/module.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { expireUnfinished, forgetFailures } from './expire-unfinished.ts';
import { forgetObject, forgetObjectJob } from './forget-object.ts';
import { objectUse } from './object-use-store.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';
import { transferLoop } from './transfer-loop.ts';

export { type Login, revokedKeys } from './account-store.ts';
export { createAccount } from './create-account.ts';
export { createExchange } from './create-exchange.ts';
export { csvLine } from './csv-scanner.ts';
export { forgetObjectJob } from './forget-object.ts';
export { type Home, type HomeEntry, HomeRefusal, openHome } from './home.ts';
export { resolvePath } from './home-path.ts';
export { hostKeys, keyFingerprint } from './host-keys.ts';
export { type Attempt, accuseStranger, judgeSignIn, refuseConnection } from './judge-sign-in.ts';
export { placeOutgoing } from './place-outgoing.ts';
export { recordLogin } from './record-login.ts';
export { registerKey, revokeKey } from './register-key.ts';
export { processPendingTransfers } from './transfer-loop.ts';

const sweepMs = 3_600_000;

export const fileExchange: Module = {
  name: 'file-exchange',
  problems: problems.catalogue,
  routes,
  objects: objectUse,
  jobs: (platform) => ({
    [forgetObjectJob]: (job: { objectKey: string }) => forgetObject(platform, job),
  }),
  loops: (platform) => [
    transferLoop(platform),
    {
      name: 'file-exchange:unfinished',
      start: () =>
        repeat(() => sweep(platform), {
          everyMs: sweepMs,
          onFault: (error) =>
            platform.log.error({ err: error }, 'abandoned uploads and old failures could not be removed'),
        }),
    },
  ],
};

async function sweep(platform: Platform): Promise<void> {
  await expireUnfinished(platform);
  await forgetFailures(platform);
}
