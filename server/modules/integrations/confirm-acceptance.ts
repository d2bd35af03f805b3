import { contactsOf } from '#modules/customers/index.ts';
import { ticketMail } from '#modules/desk/index.ts';
import { confirmByMail, getEstimate, sentVersion } from '#modules/estimates/index.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { problems } from './problems.ts';

/**
 * E11 by mail: the Commercial Director confirms that a mail accepts the estimate. The mail must have come in for this
 * customer, from that contact, proved to be theirs alone, and not before the version was made. Fails with mail-is-no-acceptance,
 * no-authority and estimate-not-there-yet.
 */
export async function confirmAcceptance(
  work: Work,
  customerId: string,
  estimateId: string,
  input: { contactId: string; mailId: string; reference: string },
): Promise<void> {
  const estimate = await getEstimate(work.sql, customerId, estimateId);
  if (estimate === undefined) throw notFound();
  const contact = (await contactsOf(work.sql, customerId)).find((one) => one.id === input.contactId);
  const mail = await ticketMail(work.sql, customerId, input.mailId);
  const refuse = (pointer: string, detail: string) =>
    problems['mail-is-no-acceptance']({ errors: [{ pointer, detail }] });
  if (contact === undefined) throw refuse('/contact', 'is not a contact of this customer');
  if (mail?.direction !== 'in') throw refuse('/mail', 'is not a mail that this customer sent');
  if (mail.fromAddress.toLowerCase() !== contact.email.toLowerCase())
    throw refuse('/mail', 'was not written from the address of this contact');
  if (mail.verifiedBy === 'none') throw refuse('/mail', 'is not proved to come from its sender');
  // Everybody who was written to has the ticket's address: it proves one of them, not which.
  if (mail.verifiedBy === 'token' && mail.isAddressShared)
    throw refuse(
      '/mail',
      'is proved only by the address of the ticket, which others have too; ask for the sign-off over the link',
    );
  const version = await sentVersion(work, estimate);
  if (Temporal.Instant.compare(mail.at, version.frozenAt ?? version.at) < 0)
    throw refuse('/mail', 'is older than the version that was sent');
  await confirmByMail(work, customerId, estimateId, input);
}
