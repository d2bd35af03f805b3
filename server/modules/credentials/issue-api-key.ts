import type { ApiKeyScope } from '#contract/credentials.ts';
import { showId, showIdOrNull, uuidv7 } from '#platform/ids.ts';
import type { Work } from '#platform/transact.ts';
import { type EnvironmentKind, prefixOf } from './api-key.ts';
import { decideKeyRequest, enterEnvironment, insertKey } from './credential-store.ts';
import { createLink } from './one-time-link.ts';
import { problems } from './problems.ts';
import { withEnvironmentScope } from './request-api-key.ts';

/** Kind of the one-time links that show an API key. */
export const apiKeyLink = 'api-key';
const linkDays = 7;

export interface NewApiKey {
  customerId: string;
  environmentId: string;
  environment: EnvironmentKind;
  label: string;
  scopes: readonly ApiKeyScope[];
  /** Who gets the link by mail: a verified contact of the customer. */
  contact: { name: string; email: string };
  allowedAddresses?: readonly string[];
  expiresAt?: string | undefined;
  /** The request that this answers. */
  requestId?: string;
  /** The integration it belongs to: what is done with it is evidence for that one. */
  integrationId?: string | null | undefined;
  /** The key that this one follows, and how long that one works on after the reveal. */
  replaces?: { keyId: string; overlapHours: number };
}

/**
 * Issues a key and mails its one-time link to the contact; the secret is made when the link's button is pressed. For
 * production, whoever calls answers for the go-live gate. A scope without environment is narrowed to the key's own
 * for the rest of the transaction, so that its facts can be appended there.
 */
export async function issueApiKey(
  work: Work,
  key: NewApiKey,
): Promise<{ keyId: string; linkId: string; url: string; mailId: string }> {
  const { sql, actor, now } = work;
  if (key.expiresAt !== undefined && Temporal.Instant.compare(key.expiresAt, now) <= 0)
    throw problems['api-key-expiry-past']({
      errors: [{ pointer: '/expiresAt', detail: 'lies in the past' }],
    });
  if (work.scope.environmentId === undefined) await enterEnvironment(sql, key.environmentId);
  const keyId = uuidv7();
  const issuer = actor.kind === 'person' ? actor.name : 'Fairlead';
  const link = await createLink(work, {
    kind: apiKeyLink,
    customerId: key.customerId,
    environmentId: key.environmentId,
    title: `API key for ${key.label} (${key.environment})`,
    subject: { keyId },
    holder: { email: key.contact.email },
    expiresAt: now.add({ hours: 24 * linkDays }),
  });
  await insertKey(sql, {
    id: keyId,
    customerId: key.customerId,
    environmentId: key.environmentId,
    environmentKind: key.environment,
    label: key.label,
    scopes: withEnvironmentScope(key.scopes),
    allowedAddresses: [...(key.allowedAddresses ?? [])],
    contactName: key.contact.name,
    contactEmail: key.contact.email,
    issuedByName: issuer,
    linkId: link.linkId,
    expiresAt: key.expiresAt ?? null,
    replacesId: key.replaces?.keyId ?? null,
    overlapHours: key.replaces?.overlapHours ?? null,
    integrationId: key.integrationId ?? null,
    now,
  });
  if (key.requestId !== undefined)
    await decideKeyRequest(sql, key.environmentId, key.requestId, {
      status: 'issued',
      by: actor.kind === 'person' ? actor.id : null,
      byName: issuer,
      reason: null,
      keyId,
      now,
    });
  work.emit(key.environmentId, {
    type: 'api_key.issued',
    subject: { keyId: showId('key', keyId) },
    data: {
      keyId: showId('key', keyId),
      prefix: prefixOf(key.environment),
      environment: key.environment,
      requestId: showIdOrNull('krq', key.requestId ?? null),
      integrationId: showIdOrNull('int', key.integrationId ?? null),
    },
  });
  work.audit({
    action: 'api-key.issued',
    subject: showId('key', keyId),
    detail: { environment: key.environment, scopes: [...key.scopes], ...replaced(key) },
  });
  const mailId = await work.mail({
    to: [key.contact.email],
    subject: `Your ${key.environment} API key for ${key.label}`,
    text: mailText(key, link.url, now.add({ hours: 24 * linkDays }), work.platform.config.vendor),
    automatic: true,
    kind: 'api-key-link',
    confidential: true,
    customerId: key.customerId,
  });
  return { keyId, linkId: link.linkId, url: link.url, mailId };
}

function replaced(key: NewApiKey): { replaces?: string } {
  return key.replaces === undefined ? {} : { replaces: showId('key', key.replaces.keyId) };
}

function mailText(
  key: NewApiKey,
  url: string,
  expiresAt: Temporal.Instant,
  vendor: { name: string; timeZone: string },
): string {
  const until = expiresAt
    .toZonedDateTimeISO(vendor.timeZone)
    .toLocaleString('en-NZ', { dateStyle: 'full', timeStyle: 'short' });
  return [
    `Kia ora ${key.contact.name}`,
    `${vendor.name} has issued an API key for the ${key.environment} environment: ${key.label}.`,
    `Open this page and press "Show the key". Opening alone uses nothing up; the key is shown once.`,
    url,
    `The link works until ${until}. Store the key where only your system can read it, and never in a mail or ticket.`,
    `Nobody at ${vendor.name} can see it or will ask you for it.`,
  ].join('\n\n');
}
