import type { HeldReason, TicketEntry } from '#contract/desk.ts';

/** Where a mail of the corpus must stand, and what of it must be read. */
export interface Expected {
  /** Tickets by their letter; `new` is a ticket that this mail made, `held` and `automatic` the lists, `copy` nothing. */
  at: readonly ('K' | 'L' | 'R' | 'M' | 'new' | 'held' | 'automatic' | 'copy')[];
  reason?: HeldReason;
  /** How its sender is proved; not looked at when it is left out. */
  proof?: Extract<TicketEntry, { kind: 'mail' }>['verifiedBy'];
  from?: string;
  subject?: string;
  /** What its words contain, and what they do not. */
  words?: string | string[];
  noWords?: string | string[];
  /** The names of its files. */
  files?: string[];
  /** What a file of it contains, by name. */
  content?: Record<string, string>;
  /** Whether its sender was told of the ticket. */
  answered?: boolean;
  /** The addresses that it brings along, and those that it only names. */
  admits?: string[];
  onlyNames?: string[];
}

/** A mail of the corpus as somebody sends it. */
export interface CorpusMail {
  /** What it is an example of; no two mails have the same. */
  title: string;
  /**
   * As it is sent, with LF for CRLF. {K}, {L}, {R} and {M} stand for the reply addresses of the tickets; a contact {one} is made for
   * this mail alone.
   */
  mail: string | Buffer;
  /** The sender of the envelope; otherwise the first address in the mail. */
  sender?: string;
  /** The receivers of the envelope; the helpdesk when there are none. */
  receivers?: string[];
  /** Whose key signs it, over which fields, and what is done to it afterwards. */
  signed?: { by: string; fields?: string; bodyLength?: number; after?: (mail: string) => string };
  expect: Expected;
}

/** A mail with the fields that every proper mail has. */
export function proper(
  fields: { from: string; to?: string; subject?: string; more?: string[]; id?: string },
  body: string,
): string {
  const lines = [
    `From: ${fields.from}`,
    `To: ${fields.to ?? 'helpdesk@vendor.example'}`,
    `Subject: ${fields.subject ?? 'A question'}`,
    `Message-ID: <${fields.id ?? `${counter++}`}@corpus.example>`,
    'Date: Tue, 01 Dec 2026 10:00:00 +1300',
    ...(fields.more ?? []),
  ];
  return `${lines.join('\n')}\n\n${body}\n`;
}

let counter = 1;
