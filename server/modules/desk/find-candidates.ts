import { parseAnyId } from '#contract/ids.ts';
import { customersByEmail } from '#modules/customers/index.ts';
import type { Tx } from '#platform/database.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { customerNames, customersByKeys } from './mail-store.ts';
import { type NameFound, namesInWords } from './names-in-words.ts';

/** A customer to whom a mail may belong: by what, the words that say so, and a ticket that they name. */
export interface Candidate {
  customerId: string;
  by: 'number' | 'ticket' | 'contact' | 'sender' | 'domain' | 'name' | 'code';
  found: string | null;
  ticketId: string | null;
}

interface Pointer extends Candidate {
  grade: NameFound['grade'];
}

/** Candidates that a person is shown; each customer is one. */
const mostCandidates = 20;
const grades = ['certain', 'doubt', 'hint'];
const address = /[^\s<>()[\]"'`,;:|=]{1,64}@[\p{L}\p{N}.-]{1,189}[\p{L}\p{N}]/gu;
const domainName = /[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
/** Lines of a quoted or forwarded mail that name its sender and receivers. */
const quotedHeader =
  /^[\s>|*_]*(from|to|cc|reply-to|von|an|de|van|aan|fra|til|da|kopie)[*_]*\s*:|wrote:\s*$/iu;

/**
 * The customers that a mail's words and addresses point to, the best first. `customerId` is set when they point to one with
 * certainty: by a number of ours, a contact or a full name, and to no other.
 */
export async function findCandidates(
  sql: Tx,
  mail: Pick<IncomingMail, 'from' | 'to' | 'subject' | 'text' | 'html'>,
): Promise<{ candidates: Candidate[]; customerId: string | null }> {
  const words = wordsOf(mail);
  const customers = await customerNames(sql);
  const pointers: Pointer[] = [
    ...(await bySender(sql, mail.from.address)),
    ...(await byKeys(sql, words, mail.to)),
    ...byDomain(customers, `${mail.to.join(' ')} ${words}`),
    ...namesInWords(customers, words).map((one) => ({ ...one, ticketId: null })),
  ].sort((a, b) => grades.indexOf(a.grade) - grades.indexOf(b.grade));
  const best = new Map<string, Candidate>();
  for (const { grade: _, ...candidate } of pointers) {
    const known = best.get(candidate.customerId);
    if (known === undefined) best.set(candidate.customerId, candidate);
    else known.ticketId ??= candidate.ticketId;
  }
  const meant = new Set(pointers.filter((one) => one.grade !== 'hint').map((one) => one.customerId));
  const [first] = pointers;
  const isCertain = first?.grade === 'certain' && meant.size === 1;
  return {
    candidates: [...best.values()].slice(0, mostCandidates),
    customerId: isCertain ? first.customerId : null,
  };
}

async function bySender(sql: Tx, from: string): Promise<Pointer[]> {
  const known = await customersByEmail(sql, from);
  return known.map(({ customerId }) => ({
    customerId,
    by: 'sender',
    found: from,
    ticketId: null,
    grade: 'doubt',
  }));
}

/** Numbers of ours, and addresses of contacts: certain where the mail, or one that it quotes, went to or came from them. */
async function byKeys(sql: Tx, words: string, to: string[]): Promise<Pointer[]> {
  const lines = words.split('\n').filter((line) => quotedHeader.test(line));
  const correspondents = new Set([...to, ...addressesIn(lines.join('\n'))]);
  const ids = (words.match(/\b(int|tkt|est|cus)_[0-9a-z]{26}\b/gi) ?? []).map((id) =>
    parseAnyId(id.toLowerCase()),
  );
  const found = await customersByKeys(sql, {
    addresses: [...new Set([...correspondents, ...addressesIn(words)])],
    printed: matches(words, /\b(?:INT|CR)\s?[-‐‑‒–—]\s?(\d{1,9})\b|\b(?:INT|CR)(\d{5})\b/giu).map(
      (digits) => `INT-${digits.padStart(5, '0')}`,
    ),
    tickets: matches(words, /(?:#|\b(?:tck|tkt|ticket)\s?[-‐‑‒–—#]?\s?)(\d{1,12})\b/giu).map(Number),
    ids: ids.filter((id) => id !== undefined),
  });
  return found.map(({ customerId, by, key, ticketId }) => ({
    customerId,
    by,
    found:
      by === 'number' && key.includes('-') && key.length === 36 ? null : by === 'ticket' ? `#${key}` : key,
    ticketId,
    grade: by === 'number' || (by === 'contact' && correspondents.has(key)) ? 'certain' : 'doubt',
  }));
}

function byDomain(customers: { id: string; domains: string[] }[], words: string): Pointer[] {
  const named = new Set((words.match(domainName) ?? []).map((one) => one.toLowerCase()));
  const domains = new Set([...named].flatMap(withParents));
  return customers.flatMap(({ id, domains: own }) => {
    const found = own.find((domain) => domains.has(domain.toLowerCase()));
    return found === undefined
      ? []
      : [{ customerId: id, by: 'domain' as const, found, ticketId: null, grade: 'doubt' as const }];
  });
}

/** A domain and those that it is part of: people write from mail.customer.example as well. */
function withParents(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}

function addressesIn(words: string): string[] {
  return (words.match(address) ?? []).map((one) => one.toLowerCase());
}

function matches(words: string, pattern: RegExp): string[] {
  return [...words.matchAll(pattern)].flatMap((match) => match.slice(1).filter((part) => part !== undefined));
}

/** All that a mail says, its HTML without the tags: some programs write what matters there only. */
function wordsOf({ subject, text, html }: Pick<IncomingMail, 'subject' | 'text' | 'html'>): string {
  const formatted = (html ?? '')
    .replace(/<\/?(?:p|br|div|li|tr|table|h[1-6]|blockquote|hr)\b[^>]*>/gi, '\n')
    .replace(/<\/?t[dh]\b[^>]*>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|nbsp);/g, (_, name: string) => entities[name] ?? ' ');
  return `${subject}\n\n${text}\n\n${formatted}`.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ' };
