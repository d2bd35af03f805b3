import type { HeldReason } from '#contract/desk.ts';
import { personByEmail } from '#modules/access/index.ts';
import { customersByEmail } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import { isOwnMailSignature } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { read } from '#platform/transact.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { customersNamed, findOwnMail, type StoredMail } from './mail-store.ts';
import { type Match, matchTicket } from './match-ticket.ts';
import type { SenderProof } from './prove-sender.ts';
import { ticketRequestKind } from './request-ticket.ts';
import { takesPartOn } from './taking-part.ts';
import type { VerifiedBy } from './ticket.ts';
import { isReplySubject } from './ticket-token.ts';

/** Where the rules send a mail. */
export type Route =
  | { to: 'nowhere'; outcome: 'own' | 'automatic' | 'bounce' }
  | { to: 'ticket'; customerId: string; ticketId: string; verifiedBy: VerifiedBy }
  | {
      to: 'new-ticket';
      customerId: string;
      integrationId: string | null;
      verifiedBy: VerifiedBy;
      staff: boolean;
    }
  | {
      to: 'hold';
      reason: HeldReason;
      verifiedBy: VerifiedBy;
      suggestedTicketId: string | null;
      suggestedFor: string | null;
    };

/** Decides where a mail goes. Only reads; what it decides is applied, or decided again, in one transaction. */
export async function routeMail(
  platform: Platform,
  stored: StoredMail,
  mail: IncomingMail,
  proof: SenderProof,
): Promise<Route> {
  const { config } = platform;
  return read(platform, {}, async (sql) => {
    const own = mail.messageId === null ? undefined : await findOwnMail(sql, mail.messageId);
    if (own !== undefined) {
      const genuine = isOwnMailSignature(config, mail.messageId ?? '', mail.signature ?? '');
      if (!genuine || own.kind !== ticketRequestKind || own.customerId === null)
        return { to: 'nowhere', outcome: 'own' };
      const { customerId, integrationId } = own;
      return { to: 'new-ticket', customerId, integrationId, verifiedBy: 'own', staff: true };
    }
    if (mail.kind !== 'person') return { to: 'nowhere', outcome: mail.kind };
    const match = await matchTicket(sql, config, stored, mail);
    const verifiedBy = verification(stored, match, proof);
    if (match !== undefined && (match.how !== 'suggestion' || isReplySubject(mail.subject)))
      return authorise(sql, mail, match, verifiedBy);
    return routeNew(sql, mail, proof, verifiedBy);
  });
}

function verification(stored: StoredMail, match: Match | undefined, proof: SenderProof): VerifiedBy {
  if (match?.how === 'address') return 'token';
  if (stored.authenticatedAs !== null) return 'submission';
  return proof === 'pass' ? 'dmarc' : 'none';
}

/** A mail goes on a ticket only when its sender takes part and is proved to be the sender; else a person decides. */
async function authorise(sql: Tx, mail: IncomingMail, match: Match, verifiedBy: VerifiedBy): Promise<Route> {
  const { customerId, ticketId } = match;
  const hold = (reason: HeldReason): Route => ({
    to: 'hold',
    reason,
    verifiedBy,
    suggestedTicketId: ticketId,
    suggestedFor: customerId,
  });
  if (match.how === 'suggestion') return hold('subject-only');
  const { address } = mail.from;
  const takesPart = await takesPartOn(sql, { customerId, id: ticketId }, address);
  if (!takesPart) return hold('not-taking-part');
  if (verifiedBy === 'none') return hold('unproved-sender');
  return { to: 'ticket', customerId, ticketId, verifiedBy };
}

/** A mail that belongs to no ticket makes one when its sender is known and names one customer. */
async function routeNew(
  sql: Tx,
  mail: IncomingMail,
  proof: SenderProof,
  verifiedBy: VerifiedBy,
): Promise<Route> {
  const hold = (reason: HeldReason, suggestedFor: string | undefined = undefined): Route => ({
    to: 'hold',
    reason,
    verifiedBy,
    suggestedTicketId: null,
    suggestedFor: suggestedFor ?? null,
  });
  const { address } = mail.from;
  const person = await personByEmail(sql, address);
  const known = await customersByEmail(sql, address);
  const staff = person?.customerId === null;
  const customers = new Set(known.filter((one) => one.matchedBy === 'contact').map((one) => one.customerId));
  if (person?.customerId) customers.add(person.customerId);
  if (staff) for (const id of await customersNamed(sql, wordsOf(mail), mail.to)) customers.add(id);
  const [customerId, ...others] = customers;
  if (others.length > 0) return hold('several-customers');
  if (customerId === undefined)
    return staff
      ? hold('no-customer')
      : hold('unknown-sender', known.length === 1 ? known[0]?.customerId : undefined);
  if (proof === 'fail' && verifiedBy === 'none') return hold('unproved-sender', customerId);
  return { to: 'new-ticket', customerId, integrationId: null, verifiedBy, staff };
}

function wordsOf(mail: IncomingMail): string {
  return `${mail.subject}\n${mail.text.slice(0, 20_000)}`;
}
