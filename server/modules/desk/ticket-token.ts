import type { Config } from '#platform/config.ts';
import { keyedHash, timingSafeEqualText } from '#platform/crypto.ts';
import { helpdeskPlusPart } from '#platform/mail.ts';

const mostTokens = 20;

/** What a token names; whether it is genuine shows only once the ticket's id is known. */
export interface TicketToken {
  number: number;
  mac: string;
}

/** The address under which an answer finds its ticket: helpdesk+t<number>-<80 bits of HMAC>@domain. */
export function replyAddress(config: Config, ticket: { id: string; number: number }): string {
  const [local, domain] = config.desk.helpdeskAddress.split('@');
  return `${local}+t${ticket.number}-${addressMac(config, ticket.id)}@${domain}`;
}

/** The ticket tokens among addresses of the helpdesk, each once, at most 20. */
export function tokensInAddresses(config: Config, addresses: string[]): TicketToken[] {
  const tokens = new Map<string, TicketToken>();
  for (const address of addresses) {
    const found = /^t(\d{1,12})-([0-9a-f]{20})$/.exec(helpdeskPlusPart(config, address) ?? '');
    if (found) tokens.set(found[0], { number: Number(found[1]), mac: found[2] ?? '' });
  }
  return [...tokens.values()].slice(0, mostTokens);
}

export function isGenuineAddressToken(config: Config, ticketId: string, token: TicketToken): boolean {
  return timingSafeEqualText(token.mac, addressMac(config, ticketId));
}

/** A subject with the ticket's own token, which helps programs that lose headers; it proves nothing of the sender. */
export function subjectWithToken(
  config: Config,
  subject: string,
  ticket: { id: string; number: number },
): string {
  return tokenInSubject(subject)
    ? subject
    : `${subject} [#${ticket.number}-${subjectMac(config, ticket.id)}]`;
}

export function tokenInSubject(subject: string): TicketToken | undefined {
  const found = /\[#(\d{1,12})-([0-9a-f]{8})\]/i.exec(subject);
  return found ? { number: Number(found[1]), mac: (found[2] ?? '').toLowerCase() } : undefined;
}

export function isGenuineSubjectToken(config: Config, ticketId: string, token: TicketToken): boolean {
  return timingSafeEqualText(token.mac, subjectMac(config, ticketId));
}

/** Tokens that other helpdesks put into subjects: `[##n##]` and `ref:…:ref`. */
export function outsideTokens(subject: string): string[] {
  return subject.match(/\[##\d{1,20}##\]|\bref:[^\s:]{4,80}:ref\b/g) ?? [];
}

/** A subject without reply and forward marks and without tokens. */
export function bareSubject(subject: string): string {
  return subject
    .replace(/\[#\d+-[0-9a-f]{8}\]/gi, '')
    .replace(/^(\s*(re|fw|fwd|aw|sv|antw|wg)\s*(\[\d+\])?\s*:)+/i, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Whether a subject says that it answers something. */
export function isReplySubject(subject: string): boolean {
  return /^\s*(re|aw|sv|antw)\s*(\[\d+\])?\s*:/i.test(subject);
}

function addressMac(config: Config, ticketId: string): string {
  return keyedHash(config, 'ticket-address', ticketId).toString('hex').slice(0, 20);
}

function subjectMac(config: Config, ticketId: string): string {
  return keyedHash(config, 'ticket-subject', ticketId).toString('hex').slice(0, 8);
}
