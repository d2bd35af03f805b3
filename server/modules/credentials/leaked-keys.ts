import { membersOf } from '#contract/text-tree.ts';
import { peopleWithRole } from '#modules/access/index.ts';
import { getCustomer } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import { keysIn } from './api-key.ts';
import { findKey } from './authenticate-key.ts';
import { type FoundKey, markLeaked } from './credential-store.ts';
import { problems } from './problems.ts';

const mostReported = 5;

/** Where a request came in: what to look through, where that is in the request, and which call it is. */
export interface LookedThrough {
  value: object;
  /** The JSON pointer of `value`, such as /querystring. */
  root: string;
  /** The method and the route, without values: it is shown to people. */
  call: string;
  address: string;
}

/**
 * Throws when an API key stands in a text or a name below a value, and tells the key's contact and the vendor's staff of
 * it at once: what stands in an address or a body is written to logs and records on its way.
 */
export async function refuseLeakedKeys(platform: Platform, looked: LookedThrough): Promise<void> {
  const found = new Map<string, string>();
  for (const { name, value, pointer, within } of membersOf(looked.value, looked.root)) {
    for (const secret of keysIn(name)) found.set(secret, within);
    if (typeof value === 'string') for (const secret of keysIn(value)) found.set(secret, pointer);
  }
  if (found.size === 0) return;
  for (const [secret, pointer] of [...found].slice(0, mostReported))
    await report(platform, secret, `${looked.call} at ${pointer}`, looked.address).catch((error: unknown) =>
      platform.log.error({ err: error }, 'a leaked API key could not be reported'),
    );
  throw problems['api-key-leaked']({
    errors: [...new Set(found.values())].map((pointer) => ({ pointer, detail: 'holds an API key' })),
  });
}

async function report(platform: Platform, secret: string, place: string, address: string): Promise<void> {
  const key = await findKey(platform, secret, address);
  if (key === undefined || key.revokedAt !== null) return;
  await transact(platform, key, systemActor('credentials.leaks'), (work) => noteLeak(work, key, place));
}

async function noteLeak(work: Work, key: FoundKey, place: string): Promise<void> {
  const leaked = await markLeaked(work.sql, key.environmentId, key.id, place, work.now);
  if (leaked === undefined) return;
  const keyId = showId('key', key.id);
  work.emit(key.environmentId, {
    type: 'api_key.leaked',
    subject: { keyId },
    data: { keyId, prefix: leaked.prefix, place },
  });
  work.audit({ action: 'api-key.leaked', subject: keyId, detail: { place } });
  const customer = await getCustomer(work.sql, key.customerId);
  const staff = await peopleWithRole(work.sql, 'integrations-manager');
  const words = [
    `The API key ${leaked.prefix}… (${leaked.label}, ${key.environmentKind}) of ${customer?.name ?? 'a customer'} was sent where no key belongs: ${place}.`,
    'The call was refused and the key was not stored. But addresses and bodies are written to logs on their way, so count the key as known to others.',
    'Roll it in the portal, or revoke it, and change the system to send its key in the Authorization header only.',
  ];
  const receivers = [{ name: leaked.contactName, email: leaked.contactEmail }, ...staff];
  for (const { name, email } of receivers)
    await work.mail({
      to: [email],
      subject: `An API key leaked: ${leaked.label} (${key.environmentKind})`,
      text: [`Kia ora ${name}`, ...words].join('\n\n'),
      automatic: true,
      kind: 'api-key-leaked',
      customerId: key.customerId,
    });
}
