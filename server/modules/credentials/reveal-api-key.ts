import { showId, showIdOrNull } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { hashOfKey, makeApiKey, shownPrefix } from './api-key.ts';
import { forgetKeys } from './authenticate-key.ts';
import { endReplaced, listKeys, setSecret } from './credential-store.ts';
import type { Revealed } from './one-time-link.ts';
import type { OneTimeLink } from './one-time-link-store.ts';
import { problems } from './problems.ts';

/** Makes the key's secret, now that its button was pressed; pressed again, the one shown before stops working. */
export async function revealApiKey(work: Work, link: OneTimeLink, again: boolean): Promise<Revealed> {
  const { environmentId } = link;
  const keyId = String(link.subject['keyId']);
  if (environmentId === null) throw problems['link-void']();
  const [key] = await listKeys(work.sql, environmentId, { id: keyId, lock: true });
  if (key === undefined || key.revokedAt !== null) throw problems['link-void']();
  const secret = makeApiKey(key.environmentKind);
  const prefix = shownPrefix(secret);
  await setSecret(work.sql, environmentId, keyId, { hash: hashOfKey(secret), prefix, now: work.now });
  if (key.replacesId !== null)
    await endReplaced(
      work.sql,
      environmentId,
      key.replacesId,
      work.now.add({ hours: key.overlapHours ?? 0 }),
      work.now,
    );
  forgetKeys(work.platform);
  work.emit(environmentId, {
    type: 'api_key.revealed',
    subject: { keyId: showId('key', keyId) },
    data: {
      keyId: showId('key', keyId),
      prefix,
      ...(again ? { again } : {}),
      integrationId: showIdOrNull('int', key.integrationId),
    },
  });
  return {
    items: [{ label: `API key (${key.environmentKind})`, value: secret }],
    note: 'Store it now where only your system can read it. It is not kept here and is not shown again.',
  };
}
