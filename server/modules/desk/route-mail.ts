import type { HeldReason } from '#contract/desk.ts';
import { personByEmail } from '#modules/access/index.ts';
import { customersByEmail } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import { isHelpdeskAddress, isOwnMailSignature } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { read } from '#platform/transact.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { findOwnMail, type StoredMail } from './mail-store.ts';
import { type Match, matchTickets } from './match-ticket.ts';
import type { SenderProof } from './prove-sender.ts';
import { ticketRequestKind } from './request-ticket.ts';
import { takesPartOn } from './taking-part.ts';
import { isProved, type VerifiedBy } from './ticket.ts';
import { isReplySubject } from './ticket-token.ts';

type Hold = Extract<Route, { to: 'hold' }>;

/** Where the rules send a mail; every place is one that a person can open. */
export type Route =
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

/**
 * Decides where a mail goes: to every ticket whose address it was sent to, else to one place. Only reads; what it decides is
 * applied, or decided again, in transactions of their own.
 */
export async function routeMail(
  platform: Platform,
  stored: StoredMail,
  mail: IncomingMail,
  proof: SenderProof,
): Promise<[Route, ...Route[]]> {
  const { config } = platform;
  return read(platform, {}, async (sql) => {
    const own = await ownRoute(sql, platform, mail);
    if (own !== undefined) return [own];
    const matches = await matchTickets(sql, config, stored, mail);
    const [first, ...others] = matches;
    const verifiedBy = verification(stored, mail, first, proof);
    if (mail.kind !== 'person') return automaticRoutes(sql, mail, matches, verifiedBy);
    if (!stored.envelopeTo.some((address) => isHelpdeskAddress(config, address)))
      return [holdFor('to-postmaster', verifiedBy)];
    if (mail.unclear !== null) {
      const reason = mail.unclear === 'sender' ? 'unclear-sender' : 'unclear-recipients';
      return [holdFor(reason, 'none', first)];
    }
    if (first !== undefined && (first.how !== 'suggestion' || isReplySubject(mail.subject))) {
      const routes: [Route, ...Route[]] = [await authorise(sql, mail, first, verifiedBy)];
      for (const match of others) routes.push(await authorise(sql, mail, match, verifiedBy));
      return routes;
    }
    return [await routeNew(sql, mail, proof, verifiedBy)];
  });
}

/** The mail that asks for a ticket makes it; any other mail of ours that comes back is kept in sight. */
async function ownRoute(sql: Tx, { config }: Platform, mail: IncomingMail): Promise<Route | undefined> {
  if (mail.messageId === null || !isOwnMailSignature(config, mail.messageId, mail.signature ?? ''))
    return undefined;
  const own = await findOwnMail(sql, mail.messageId);
  if (own === undefined) return undefined;
  const { customerId, integrationId } = own;
  if (own.kind !== ticketRequestKind || customerId === null) return holdFor('own-mail', 'own');
  return { to: 'new-ticket', customerId, integrationId, verifiedBy: 'own', staff: true };
}

/**
 * Who wrote a mail, which is another fact than where it belongs: the address of a ticket proves that its writer got our mail,
 * but never against the word of the sender's own domain, nor for a sender that can be read in two ways.
 */
function verification(
  stored: StoredMail,
  mail: IncomingMail,
  match: Match | undefined,
  proof: SenderProof,
): VerifiedBy {
  if (mail.unclear !== null || proof === 'fail' || proof === 'doubtful') return 'none';
  if (stored.authenticatedAs !== null) return 'submission';
  if (proof === 'pass') return 'dmarc';
  return match?.how === 'address' ? 'token' : 'none';
}

/** Automatic mail is never answered: it goes on the tickets it names, under the rules of other mail, else into its own list. */
async function automaticRoutes(
  sql: Tx,
  mail: IncomingMail,
  matches: Match[],
  verifiedBy: VerifiedBy,
): Promise<[Route, ...Route[]]> {
  const reason = mail.kind === 'bounce' ? 'bounce' : 'automatic';
  const routes: Route[] = [];
  for (const match of matches) {
    const route = await authorise(sql, mail, match, verifiedBy);
    routes.push(route.to === 'ticket' ? route : holdFor(reason, verifiedBy, match));
  }
  const [first, ...others] = routes;
  if (first !== undefined) return [first, ...others];
  const { candidates } = await findCandidates(sql, mail);
  return [{ ...holdFor(reason, verifiedBy), candidates }];
}

/** A mail goes on a ticket only when its sender takes part and is proved to be the sender; else a person decides. */
async function authorise(sql: Tx, mail: IncomingMail, match: Match, verifiedBy: VerifiedBy): Promise<Route> {
  const { customerId, ticketId } = match;
  if (match.how === 'suggestion') return holdFor('subject-only', verifiedBy, match);
  const takesPart = await takesPartOn(sql, { customerId, id: ticketId }, mail.from.address);
  if (!takesPart) return holdFor('not-taking-part', verifiedBy, match);
  if (!isProved(verifiedBy)) return holdFor('unproved-sender', verifiedBy, match);
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
  if (proof === 'fail') return hold('unproved-sender');
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

function holdFor(reason: HeldReason, verifiedBy: VerifiedBy, match?: Match): Hold {
  const candidates: Candidate[] =
    match === undefined
      ? []
      : [{ customerId: match.customerId, by: 'ticket', found: null, ticketId: match.ticketId }];
  return { to: 'hold', reason, verifiedBy, suggestedTicketId: match?.ticketId ?? null, candidates };
}
