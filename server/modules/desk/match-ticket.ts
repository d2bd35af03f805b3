import type { Config } from '#platform/config.ts';
import type { Tx } from '#platform/database.ts';
import type { IncomingMail } from './incoming-mail.ts';
import {
  findTicketByNumber,
  findTicketByReferences,
  findTicketBySubject,
  type StoredMail,
} from './mail-store.ts';
import {
  bareSubject,
  isGenuineAddressToken,
  isGenuineSubjectToken,
  outsideTokens,
  tokenInSubject,
  tokensInAddresses,
} from './ticket-token.ts';

/** The ticket a mail seems to belong to, and by what; only an address token says something about the sender. */
export interface Match {
  ticketId: string;
  customerId: string;
  how: 'address' | 'reference' | 'subject' | 'outside' | 'suggestion';
}

/**
 * Finds the tickets of a mail: every one to whose address it was sent. Without such an address at most one: by In-Reply-To and
 * all References, then a signed subject token, then tokens of other helpdesks. The same subject from the same sender is only
 * a suggestion.
 */
export async function matchTickets(
  sql: Tx,
  config: Config,
  stored: StoredMail,
  mail: IncomingMail,
): Promise<Match[]> {
  const named = new Map<string, Match>();
  for (const token of tokensInAddresses(config, [...stored.envelopeTo, ...mail.to])) {
    const ticket = await findTicketByNumber(sql, token.number);
    if (ticket !== undefined && isGenuineAddressToken(config, ticket.id, token))
      named.set(ticket.id, matched(ticket, 'address'));
  }
  if (named.size > 0) return [...named.values()];
  const match = await matchByWords(sql, config, mail);
  return match === undefined ? [] : [match];
}

async function matchByWords(sql: Tx, config: Config, mail: IncomingMail): Promise<Match | undefined> {
  if (mail.references.length > 0) {
    const ticket = await findTicketByReferences(sql, mail.references);
    if (ticket !== undefined) return matched(ticket, 'reference');
  }
  const marked = tokenInSubject(mail.subject);
  if (marked !== undefined) {
    const ticket = await findTicketByNumber(sql, marked.number);
    if (ticket !== undefined && isGenuineSubjectToken(config, ticket.id, marked))
      return matched(ticket, 'subject');
  }
  const outside = outsideTokens(mail.subject);
  if (outside.length > 0) {
    const ticket = await findTicketByReferences(sql, outside);
    if (ticket !== undefined) return matched(ticket, 'outside');
  }
  const ticket = await findTicketBySubject(sql, bareSubject(mail.subject), mail.from.address);
  return ticket === undefined ? undefined : matched(ticket, 'suggestion');
}

function matched(ticket: { id: string; customerId: string; survivorId?: string }, how: Match['how']): Match {
  return { ticketId: ticket.survivorId ?? ticket.id, customerId: ticket.customerId, how };
}
