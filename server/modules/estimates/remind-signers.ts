import { contactsOf } from '#modules/customers/index.ts';
import { recipientsOf } from '#modules/documents/index.ts';
import type { Work } from '#platform/transact.ts';
import { getEstimate } from './estimate-store.ts';

/**
 * Reminds by mail those to whom an estimate was sent and who may sign it that it waits for their answer; the link is in
 * the mail they have. Returns how many were reminded: none unless it is with them.
 */
export async function remindSigners(work: Work, customerId: string, estimateId: string): Promise<number> {
  const estimate = await getEstimate(work.sql, customerId, estimateId);
  if (estimate?.status !== 'sent') return 0;
  const recipients = await recipientsOf(work.sql, estimateId, estimate.version);
  const signers = (await contactsOf(work.sql, customerId)).filter(
    (one) => one.hasAuthority && recipients.includes(one.id),
  );
  const { config } = work.platform;
  for (const signer of signers)
    await work.mail({
      to: [signer.email],
      subject: `Reminder: estimate "${estimate.title}"`,
      text: `Kia ora ${signer.name},\n\nOur estimate "${estimate.title}" waits for your answer. The page on which you accept it, ask for a change or decline it is behind the link in our mail "Estimate: ${estimate.title}".\n\n${config.vendor.name}\n`,
      automatic: true,
      replyTo: config.desk.helpdeskAddress,
      customerId,
      ...(estimate.integrationId === null ? {} : { integrationId: estimate.integrationId }),
      kind: 'estimate-reminder',
    });
  return signers.length;
}
