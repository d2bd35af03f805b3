import { mailbox } from '#platform/mail.ts';
import type { Work } from '#platform/transact.ts';
import { saveRequest, updateWaiting } from './desk-store.ts';
import { customerOf, helpdeskOf } from './ticket.ts';

/** Kind of the mail that asks for a ticket; only this one of our own mails is read when it comes back. */
export const ticketRequestKind = 'ticket-request';

/** Notes that an integration waits for a ticket, so that one made by a plain mail is offered for linking to it. */
export async function expectTicket(
  work: Work,
  input: { integrationId: string; title: string },
): Promise<void> {
  await saveRequest(work.sql, { customerId: customerOf(work), ...input, at: work.now });
}

/** An integration that is over waits for no ticket; one that goes on waits again, when it had asked for one. */
export async function setWaiting(
  work: Work,
  input: { integrationId: string; waiting: boolean },
): Promise<void> {
  await updateWaiting(work.sql, customerOf(work), input.integrationId, input.waiting);
}

/**
 * Sends the mail to the helpdesk address that asks for a ticket, in the acting person's name; the mail makes the
 * ticket when it arrives, bound to the integration. Returns the mail's uuid.
 */
export async function requestTicket(
  work: Work,
  input: { integrationId: string; title: string; subject: string; text: string },
): Promise<string> {
  const { actor, platform } = work;
  if (actor.kind !== 'person') throw new Error('a ticket is asked for by a person');
  await expectTicket(work, { integrationId: input.integrationId, title: input.title });
  return work.mail({
    from: mailbox(actor.name, actor.email),
    to: [helpdeskOf(platform.config)],
    subject: input.subject,
    text: input.text,
    automatic: false,
    customerId: customerOf(work),
    integrationId: input.integrationId,
    kind: ticketRequestKind,
  });
}
