import { systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { transact } from '#platform/transact.ts';
import { ticketOfIntegration } from './desk-store.ts';
import { addressAnswersTo, integrationOfMail } from './outbox-store.ts';
import { helpdeskOf } from './ticket.ts';
import { replyAddress } from './ticket-token.ts';

/**
 * Before a mail about an integration goes out whose answers are for the helpdesk, makes them go to the integration's ticket:
 * its address is also the proof that an answer comes from whoever got the mail. Modules below the desk know no tickets.
 */
export async function addressAnswers(
  platform: Platform,
  mail: { mailId: string; customerId: string | null },
): Promise<void> {
  const { customerId, mailId } = mail;
  if (customerId === null) return;
  await transact(platform, { customerId }, systemActor('job:send-mail'), async ({ sql }) => {
    const integrationId = await integrationOfMail(sql, mailId, helpdeskOf(platform.config));
    if (integrationId === undefined) return;
    const ticket = await ticketOfIntegration(sql, customerId, integrationId);
    if (ticket !== undefined) await addressAnswersTo(sql, mailId, replyAddress(platform.config, ticket));
  });
}
