import type { OneTimeLink, Revealed } from '#modules/credentials/index.ts';
import { seal } from '#platform/crypto.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { forgetReceivers } from './find-receiver.ts';
import { lockSecrets, type SecretOwner, setSecrets } from './secret-store.ts';
import { makeSecret } from './signature.ts';

/**
 * Makes the signing secret, now that its button was pressed. The one before works on for the overlap that was chosen;
 * pressed again, the secret that was shown a moment ago stops working.
 */
export async function revealSecret(work: Work, link: OneTimeLink, again: boolean): Promise<Revealed> {
  const { environmentId } = link;
  const owner: SecretOwner = link.subject['owner'] === 'receiver' ? 'receiver' : 'endpoint';
  const id = String(link.subject['id']);
  const overlapHours = Number(link.subject['overlapHours'] ?? 0);
  const found = environmentId === null ? undefined : await lockSecrets(work.sql, owner, environmentId, id);
  if (environmentId === null || found === undefined) throw commonProblems['not-found']();
  const rolled = !again && found.secret !== null && overlapHours > 0;
  const previous = again
    ? { previousSecret: found.previousSecret, previousUntil: found.previousUntil }
    : {
        previousSecret: rolled ? found.secret : null,
        previousUntil: rolled ? work.now.add({ hours: overlapHours }) : null,
      };
  const secret = makeSecret();
  await setSecrets(work.sql, owner, environmentId, id, {
    secret: seal(work.platform.config, secret),
    secretHint: secret.slice(0, 10),
    ...previous,
  });
  forgetReceivers(work.platform);
  return {
    items: [{ label: `Signing secret for ${found.label}`, value: secret }],
    note: 'Store it now where only your system can read it. It is not shown again.',
  };
}
