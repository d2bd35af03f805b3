import type { HeldReason } from '#contract/desk.ts';
import { personByEmail } from '#modules/access/index.ts';
import { customersByEmail } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import { isOwnMailSignature } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { read } from '#platform/transact.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { findOwnMail, type StoredMail } from './mail-store.ts';
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
      candidates: Candidate[];
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
    candidates: [{ customerId, by: 'ticket', found: null, ticketId }],
  });
  if (match.how === 'suggestion') return hold('subject-only');
  const { address } = mail.from;
  const takesPart = await takesPartOn(sql, { customerId, id: ticketId }, address);
  if (!takesPart) return hold('not-taking-part');
  if (verifiedBy === 'none') return hold('unproved-sender');
  return { to: 'ticket', customerId, ticketId, verifiedBy };
}

/** A mail that belongs to no ticket makes one when its sender is known and names one customer with certainty. */
async function routeNew(
  sql: Tx,
  mail: IncomingMail,
  proof: SenderProof,
  verifiedBy: VerifiedBy,
): Promise<Route> {
  const { address } = mail.from;
  const person = await personByEmail(sql, address);
  const staff = person?.customerId === null;
  const { candidates, customerId: named } = await findCandidates(sql, mail);
  const hold = (reason: HeldReason): Route => ({
    to: 'hold',
    reason,
    verifiedBy,
    suggestedTicketId: null,
    candidates,
  });
  const own = staff ? new Set(named === null ? [] : [named]) : await customersOfSender(sql, address, person);
  const [customerId, ...others] = own;
  if (others.length > 0) return hold('several-customers');
  if (customerId === undefined) {
    if (!staff) return hold('unknown-sender');
    return hold(
      candidates.length > 1
        ? 'several-customers'
        : candidates.length === 1
          ? 'unsure-customer'
          : 'no-customer',
    );
  }
  if (proof === 'fail' && verifiedBy === 'none') return hold('unproved-sender');
  return { to: 'new-ticket', customerId, integrationId: null, verifiedBy, staff };
}

/** The customers whose contact or person a sender is. */
async function customersOfSender(
  sql: Tx,
  address: string,
  person: { customerId: string | null } | undefined,
): Promise<Set<string>> {
  const contacts = (await customersByEmail(sql, address)).filter((one) => one.matchedBy === 'contact');
  return new Set([
    ...contacts.map((one) => one.customerId),
    ...(person?.customerId ? [person.customerId] : []),
  ]);
}
