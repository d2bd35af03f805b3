import { createLink } from '#modules/credentials/index.ts';
import { contactsOf } from '#modules/customers/index.ts';
import type { Work } from '#platform/transact.ts';
import { problems } from './problems.ts';
import type { SecretOwner } from './secret-store.ts';

/** Kind of the one-time links that show a webhook secret. */
export const webhookSecretLink = 'webhook-secret';
const linkDays = 7;

export interface OfferedSecret {
  url: string | null;
  expiresAt: string;
  mailedTo: string | null;
}

/**
 * Makes the one-time link behind whose button a secret is made. It goes to a contact of the customer by mail, or to
 * whoever asks. The secret before it works on for the overlap.
 */
export async function offerSecret(
  work: Work,
  offer: {
    customerId: string;
    environmentId: string;
    owner: SecretOwner;
    id: string;
    label: string;
    overlapHours: number;
    sendLinkTo?: string | undefined;
  },
): Promise<OfferedSecret> {
  const expiresAt = work.now.add({ hours: 24 * linkDays });
  const contact = await contactOf(work, offer.customerId, offer.sendLinkTo);
  const link = await createLink(work, {
    kind: webhookSecretLink,
    customerId: offer.customerId,
    environmentId: offer.environmentId,
    title: `Signing secret for ${offer.label}`,
    holder: contact === undefined ? undefined : { email: contact.email },
    subject: { owner: offer.owner, id: offer.id, overlapHours: offer.overlapHours },
    expiresAt,
  });
  if (contact === undefined) return { url: link.url, expiresAt: expiresAt.toString(), mailedTo: null };
  await work.mail({
    to: [contact.email],
    subject: `Signing secret for ${offer.label}`,
    text: [
      `Kia ora ${contact.name}`,
      `The signing secret for ${offer.label} is ready.`,
      'Open this page and press the button. Opening alone uses nothing up; the secret is shown once.',
      link.url,
      'Store it where only your system can read it, and never in a mail or ticket.',
    ].join('\n\n'),
    automatic: true,
    kind: 'webhook-secret-link',
    confidential: true,
    customerId: offer.customerId,
  });
  return { url: null, expiresAt: expiresAt.toString(), mailedTo: contact.email };
}

async function contactOf(work: Work, customerId: string, email: string | undefined) {
  if (email === undefined) return undefined;
  const contacts = await contactsOf(work.sql, customerId);
  const contact = contacts.find((one) => one.email.toLowerCase() === email.toLowerCase());
  if (contact === undefined) throw problems['unknown-contact']();
  return contact;
}
