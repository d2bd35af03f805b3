import type { Config } from '#platform/config.ts';
import { sha256 } from '#platform/crypto.ts';
import type { Tx } from '#platform/database.ts';
import { isHelpdeskAddress } from '#platform/mail.ts';
import { judgeAddresses, listParticipants, type Participant } from './participant-store.ts';
import { replyToOf } from './thread-store.ts';
import type { Ticket } from './ticket.ts';

/** Copies that a reply proposes; people choose the others themselves. */
const mostCopies = 50;

/** Whom a reply goes to unless its writer chooses others, and a mark of the people that the proposal was made from. */
export interface ProposedRecipients {
  to: string[];
  cc: string[];
  seen: string;
}

/**
 * Proposes whom a reply goes to: who asked (where a proved mail of theirs asks for answers), and as a copy the
 * customer's people who take part. Nobody else is proposed.
 */
export async function proposeRecipients(
  sql: Tx,
  config: Config,
  ticket: Ticket,
): Promise<ProposedRecipients> {
  const people = await listParticipants(sql, ticket);
  const requester = ticket.requesterAddress.toLowerCase();
  const wished = (await replyToOf(sql, ticket, requester)).filter((one) => !isHelpdeskAddress(config, one));
  const to = wished.length > 0 ? [...new Set(wished.map((one) => one.toLowerCase()))] : [requester];
  const cc = people.filter(
    (one) =>
      one.role === 'customer' &&
      one.admitted &&
      !to.includes(one.address) &&
      !isHelpdeskAddress(config, one.address),
  );
  return { to, cc: cc.slice(0, mostCopies).map((one) => one.address), seen: markOf(people) };
}

/** Changes whenever somebody joins, is let in, or becomes another's. */
export function markOf(people: Participant[]): string {
  const lines = people.map((one) => `${one.address} ${one.role} ${one.belongs} ${one.admitted}`);
  return sha256(lines.join('\n')).toString('base64url').slice(0, 16);
}

/** The addresses that belong neither to the ticket's customer nor to the vendor. */
export async function outsidersAmong(
  sql: Tx,
  ticket: { customerId: string },
  addresses: string[],
): Promise<string[]> {
  const belonging = new Set(await judgeAddresses(sql, ticket.customerId, addresses));
  return addresses.filter((address) => !belonging.has(address));
}
