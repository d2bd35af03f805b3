import emailAddresses from 'email-addresses';
import { decodeWords } from 'postal-mime';
import { type MailHeaders, repeatedFields } from './mail-headers.ts';

/** What of a mail's addresses two programs would read in two ways. */
export type Unclear = 'sender' | 'recipients';

/** What postal-mime read, in lower case. */
export interface ReadAddresses {
  from: string | null;
  to: string[];
  replyTo: string[];
}

/** A plain address: no quotes, comments, routes or letters beyond ASCII, which programs read in different ways. */
const plainAddress = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9.[\]:-]+$/;
const longestFrom = 2_000;
const longestList = 50_000;

/**
 * The address that a mail names as its sender, in lower case: one From field with one mailbox, no group, and no other address
 * in its name or in a comment. Undefined when it names none, several, or one that can be read in two ways.
 */
export function soleSender(headers: MailHeaders): string | undefined {
  if (headers.odd || repeatedFields(headers).size > 0) return undefined;
  const value = headers.fields.find(({ name }) => name === 'from')?.value ?? '';
  if (value.length > longestFrom) return undefined;
  const [sender, ...others] = parse(value, 'from') ?? [];
  if (sender?.type !== 'mailbox' || others.length > 0) return undefined;
  // Before its letters are made small: some that are not ASCII become letters that are.
  if (!plainAddress.test(sender.address)) return undefined;
  const address = sender.address.toLowerCase();
  return namesOnly(value, address) ? address : undefined;
}

/**
 * Compares what postal-mime read with a reader of its own grammar (RFC 5322) on a header unfolded by us. What the two disagree
 * about could show one address and prove another.
 */
export function compareReaders(headers: MailHeaders, read: ReadAddresses): Unclear | null {
  const sender = soleSender(headers);
  if (sender === undefined || sender !== read.from) return 'sender';
  const repeated = repeatedFields(headers);
  if (['to', 'cc', 'reply-to'].some((name) => repeated.has(name))) return 'recipients';
  const same =
    sameAddresses([...listed(headers, 'to'), ...listed(headers, 'cc')], read.to) &&
    sameAddresses([...listed(headers, 'reply-to')], read.replyTo);
  return same ? null : 'recipients';
}

/** Whether every address in a From field, in whatever letters, is this one. */
function namesOnly(value: string, address: string): boolean {
  const words = `${value} ${decodeWords(value)}`.normalize('NFKC').toLowerCase();
  const named = words.match(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g) ?? [];
  const stray = words.match(/@/g)?.length ?? 0;
  return named.length === stray && named.every((one) => one.replace(/\.+$/, '') === address);
}

function* listed(headers: MailHeaders, name: string): Generator<string> {
  for (const field of headers.fields) {
    if (field.name !== name) continue;
    const found = field.value.length > longestList ? null : parse(field.value, 'address-list');
    // A field that is no list of addresses names nobody, or somebody whom only one reader finds.
    if (found === null && field.value.includes('@')) yield field.value;
    for (const one of found ?? [])
      for (const each of one.type === 'group' ? one.addresses : [one]) yield each.address.toLowerCase();
  }
}

function sameAddresses(ours: string[], theirs: string[]): boolean {
  const [one, other] = [new Set(ours), new Set(theirs)];
  return one.size === other.size && [...one].every((address) => other.has(address));
}

function parse(input: string, startAt: 'from' | 'address-list') {
  const read = emailAddresses({ input, rfc6532: true, startAt, simple: false });
  return read?.addresses ?? null;
}
