import type { Actor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { admitParticipants } from './admit-participants.ts';
import { answerTicket } from './answer-ticket.ts';
import { takeBack, willForget } from './discarded-mail.ts';
import {
  customerById,
  decideHeld,
  findTicketAnywhere,
  type HeldDecision,
  lockHeld,
  markStored,
} from './mail-store.ts';
import { problems } from './problems.ts';
import { processMailJob } from './receive-mail.ts';
import { belongsTo, takesPartOn } from './taking-part.ts';
import { customerOf, nameOf } from './ticket.ts';
import { ticketFromMail } from './ticket-from-mail.ts';

/**
 * Carries out a person's decision about a held mail, once, and forgets what was kept of it for that. One that was discarded can
 * be taken back by a replay until its bytes are removed. Else fails with held-mail-decided the second time.
 */
export async function decideHeldMail(
  platform: Platform,
  actor: Actor,
  heldId: string,
  input: HeldDecision,
): Promise<{ ticketId: string | null; customerId: string | null }> {
  const customerId = await customerFor(platform, input);
  return transact(platform, { customerId: customerId ?? undefined }, actor, async (work) => {
    const held = await lockHeld(work.sql, heldId);
    if (held === undefined) throw notFound();
    if (held.content === null && !(input.decision === 'replay' && (await takeBack(work, heldId, held))))
      throw problems['held-mail-decided']();
    const personId = actor.kind === 'person' ? actor.id : null;
    await decideHeld(work.sql, heldId, input.decision, personId, work.now);
    // Where it belongs is the person's word; who wrote it stays what it was.
    const placed = { inboxId: held.inboxId, verifiedBy: held.verifiedBy, placedBy: nameOf(work) };
    work.audit({ action: `held-mail.${input.decision}`, subject: heldId });
    if (input.decision === 'discard') await willForget(work, heldId);
    if (input.decision === 'append' && held.content !== null) {
      const takesPart = await takesPartOn(
        work.sql,
        { id: input.ticketId, customerId: customerOf(work) },
        held.content.from.address,
      );
      const ticketId = await answerTicket(work, input.ticketId, held.content, { ...placed, takesPart });
      return { ticketId, customerId };
    }
    if (input.decision === 'make-ticket' && held.content !== null) {
      const ticketId = await ticketFromMail(work, held.content, {
        ...placed,
        takesPart: await belongsTo(work.sql, customerOf(work), held.content.from.address),
        integrationId: null,
        linkedTicketId: null,
      });
      await admitParticipants(work, { ticketId, addresses: [held.content.from.address] });
      return { ticketId, customerId };
    }
    if (input.decision === 'replay') {
      await markStored(work.sql, held.inboxId);
      work.enqueue(processMailJob, { inboxId: held.inboxId }, { key: `${processMailJob}:${held.inboxId}` });
    }
    return { ticketId: null, customerId: null };
  });
}

async function customerFor(platform: Platform, input: HeldDecision): Promise<string | null> {
  if (input.decision === 'append') {
    const ticket = await findTicketAnywhere(platform.db, input.ticketId);
    if (ticket === undefined) throw notFound();
    return ticket.customerId;
  }
  if (input.decision === 'make-ticket') {
    const customer = await customerById(platform.db, input.customerId);
    if (customer === undefined) throw notFound();
    return customer.id;
  }
  return null;
}
