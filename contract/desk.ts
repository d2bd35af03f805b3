import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit, queryNumber } from './query-number.ts';
import { textLine, textProse } from './text.ts';

/** open: somebody's turn; held: waiting on purpose, with a reason; closed: done (a reply may reopen it). */
export const ticketStatus = z.enum(['open', 'held', 'closed']);

const customer = z.object({ id: shownId('cus'), code: z.string(), name: z.string() });
const personName = z.object({ id: shownId('per'), name: z.string() });

const ticketName = z.object({ id: shownId('tkt'), number: z.number().int(), subject: z.string() });

/** One line of the ticket list; `verified` says whether the sender was proved to be who the mail says. */
export const ticket = z.object({
  id: shownId('tkt'),
  number: z.number().int(),
  subject: z.string(),
  customer,
  integrationId: shownId('int').nullable(),
  status: ticketStatus,
  holdReason: z.string().nullable(),
  assignee: personName.nullable(),
  requester: z.object({ name: z.string().nullable(), address: z.string() }),
  verified: z.boolean(),
  mails: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/** How the address that a mail shows as its sender was proved to be its sender; none: it was not. */
const verifiedBy = z.enum(['own', 'submission', 'token', 'dmarc', 'none']);

/** A mail of a ticket; `html` is sanitised: no script, no remote picture, no form. */
export const ticketMail = z.object({
  kind: z.literal('mail'),
  id: shownId('mal'),
  at: z.string(),
  direction: z.enum(['in', 'out']),
  from: z.object({ name: z.string().nullable(), address: z.string() }),
  /** Of a mail that came in: those of To and of Cc. */
  to: z.array(z.string()),
  cc: z.array(z.string()),
  replyTo: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  verifiedBy,
  /** The person who put the mail on the ticket; null when the rules did. It says nothing of who wrote the mail. */
  placedBy: z.string().nullable(),
  /** Written by a machine, as its headers say. */
  automatic: z.boolean(),
  attachments: z.array(
    z.object({ index: z.number().int(), name: z.string(), type: z.string(), sizeBytes: z.number() }),
  ),
});
const ticketNote = z.object({
  kind: z.literal('note'),
  at: z.string(),
  by: z.string(),
  text: z.string(),
});
const ticketChange = z.object({
  kind: z.literal('change'),
  at: z.string(),
  by: z.string(),
  change: z.enum([
    'created',
    'bound',
    'assigned',
    'held',
    'closed',
    'reopened',
    'subject-changed',
    'merged',
    'took-over',
    'mail-moved',
    'mail-came',
  ]),
  detail: z.string().nullable(),
});
/** What happened on a ticket, oldest first. */
export const ticketEntry = z.discriminatedUnion('kind', [ticketMail, ticketNote, ticketChange]);

/**
 * An address of a ticket. It takes part once it is admitted; one that only an unproved mail named waits until a person lets
 * it in. `admittedBy` is a person's name, the address of the proved writer who named it, or Fairlead for the rules.
 */
export const ticketParticipant = z.object({
  address: z.string(),
  name: z.string().nullable(),
  role: z.enum(['requester', 'customer', 'staff', 'outsider']),
  admitted: z.boolean(),
  admittedBy: z.string().nullable(),
  /** Whether it is one of the customer's or the vendor's people. */
  belongs: z.boolean(),
  /** Whether a mail of this ticket went to it before. */
  written: z.boolean(),
  firstSeenAt: z.string(),
});

/** A ticket with its thread, and the integrations of the customer that wait for a ticket (offered for linking). */
export const ticketView = ticket.extend({
  replyAddress: z.string(),
  linkedTicketId: shownId('tkt').nullable(),
  /** The ticket that took this one over: all that belongs to this one is there. */
  mergedInto: ticketName.nullable(),
  /** Other open tickets of the customer, newest first, while this one belongs to no integration: is it one of these? */
  similar: z.array(ticketName.extend({ integrationId: shownId('int').nullable() })),
  participants: z.array(ticketParticipant),
  /** Whom a reply goes to unless its writer chooses others; `seen` marks the people that this was proposed from. */
  recipients: z.object({ to: z.array(z.string()), cc: z.array(z.string()), seen: z.string() }),
  /** The newest part, oldest first; `earlier` is the cursor of …/thread for what was before. */
  thread: z.array(ticketEntry),
  earlier: z.string().nullable(),
  candidates: z.array(
    z.object({ integrationId: shownId('int'), title: z.string(), requestedAt: z.string() }),
  ),
});

/** GET /api/tickets: across customers, staff. */
export const ticketQuery = z.object({
  status: ticketStatus.optional(),
  assignee: idOf('per').optional(),
  customer: idOf('cus').optional(),
  search: textLine(200, 0).optional(),
  unlinked: z.stringbool().optional(),
  cursor: z.string().max(60).optional(),
  limit: pageLimit(50),
});
export const ticketPage = z.object({ items: z.array(ticket), next: z.string().nullable() });

/** GET …/thread: a page, newest first. `direction=in`: mails that came in only. */
export const threadQuery = z.object({
  direction: z.literal('in').optional(),
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export const threadPage = z.object({ items: z.array(ticketEntry), next: z.string().nullable() });

/** /api/customers/:customer/tickets/:ticket … */
export const ticketParams = z.object({ customer: idOf('cus'), ticket: idOf('tkt') });
const fileIndex = queryNumber(0, 999);
export const ticketMailParams = ticketParams.extend({ mail: idOf('mal') });
export const attachmentParams = ticketMailParams.extend({ index: fileIndex });

const sentence = textProse(500);
/** POST …/assign; null takes the ticket away from everybody. */
export const assignTicketBody = z.strictObject({ assigneeId: idOf('per').nullable() });
/** POST …/note */
export const noteTicketBody = z.strictObject({ text: textProse(20_000) });
/** POST …/hold */
export const holdTicketBody = z.strictObject({ reason: sentence });
/** POST …/close */
export const closeTicketBody = z.strictObject({ reason: sentence.optional() });
/** POST …/reopen */
export const reopenTicketBody = z.strictObject({ reason: sentence.optional() });
/** POST …/merge: into another ticket of the same customer, for good. */
export const mergeTicketBody = z.strictObject({ intoId: idOf('tkt') });
/** POST …/mails/:mail/move: to another ticket of the same customer. */
export const moveMailParams = ticketParams.extend({ mail: idOf('mal') });
export const moveMailBody = z.strictObject({ intoId: idOf('tkt') });
/** POST …/link: binds the ticket to an integration that waits for one, one to one. */
export const linkTicketBody = z.strictObject({ integrationId: idOf('int') });
/** POST …/admit: lets addresses that were named take part. */
export const admitBody = z.strictObject({ addresses: z.array(z.email().max(254)).min(1).max(50) });
const mailAddress = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s<>()[\]"'`,;:]+@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u, 'must be an e-mail address');
/**
 * POST …/reply: mail to exactly these addresses. Who belongs neither to the customer nor to the vendor stands in
 * `outsiders` as well, which confirms it. `seen` comes from the ticket's `recipients`.
 */
export const replyTicketBody = z.strictObject({
  text: textProse(20_000),
  to: z.array(mailAddress).min(1).max(50),
  cc: z.array(mailAddress).max(50).default([]),
  outsiders: z.array(mailAddress).max(100).default([]),
  seen: z.string().max(40),
});

/** Why a mail waits for a person instead of going on a ticket by itself. */
export const heldReason = z.enum([
  'unknown-sender',
  'unproved-sender',
  'unclear-sender',
  'unclear-recipients',
  'not-taking-part',
  'no-customer',
  'several-customers',
  'unsure-customer',
  'subject-only',
  'unparseable',
  'to-postmaster',
  'automatic',
  'bounce',
  'own-mail',
]);

/** A customer to whom a held mail may belong, what of the mail says so, and the ticket that it names. */
export const mailCandidate = z.object({
  customer,
  by: z.enum(['number', 'ticket', 'contact', 'sender', 'domain', 'name', 'code']),
  found: z.string().nullable(),
  ticket: ticketName.nullable(),
});

/** A mail that waits for a person; `candidates` are the customers it may belong to, the best first. */
export const heldMail = z.object({
  id: shownId('mal'),
  at: z.string(),
  from: z.object({ name: z.string().nullable(), address: z.string() }),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  reason: heldReason,
  verifiedBy,
  suggestedTicket: z
    .object({ id: shownId('tkt'), number: z.number().int(), subject: z.string(), customer })
    .nullable(),
  candidates: z.array(mailCandidate),
  attachments: z.array(
    z.object({ index: z.number().int(), name: z.string(), type: z.string(), sizeBytes: z.number() }),
  ),
});
/** GET /api/held-mails, GET /api/automatic-mails */
export const heldMailQuery = z.object({
  search: textLine(200, 0).optional(),
  cursor: z.string().max(60).optional(),
  limit: pageLimit(50),
});
export const heldMailPage = z.object({ items: z.array(heldMail), next: z.string().nullable() });
/** What became of a mail that the door accepted. */
export const mailOutcome = z.enum([
  'waiting',
  'ticket-created',
  'appended',
  'held',
  'placed',
  'discarded',
  'automatic',
  'bounce',
  'duplicate',
  'own',
  'unparseable',
]);
export type MailOutcome = z.infer<typeof mailOutcome>;

/** One mail that the door accepted: its envelope and what became of it. */
export const receivedMail = z.object({
  id: shownId('mal'),
  at: z.string(),
  /** The sender's address of the envelope; '' where there is none, as in a bounce. */
  from: z.string(),
  to: z.array(z.string()),
  sizeBytes: z.number().int(),
  outcome: mailOutcome,
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  /** The tickets it stands on: several when it was sent to the addresses of several. */
  tickets: z.array(z.object({ id: shownId('tkt'), number: z.number().int(), customerId: shownId('cus') })),
  /** The held mail to take back, while a discarded one is still kept. */
  takeBack: shownId('mal').nullable(),
});
export type ReceivedMail = z.infer<typeof receivedMail>;
/** GET /api/received-mails: every mail that was accepted, newest first; `search` is a part of the sender's address. */
export const receivedMailPage = z.object({ items: z.array(receivedMail), next: z.string().nullable() });

export const heldMailParams = z.object({ mail: idOf('mal') });
export const heldAttachmentParams = heldMailParams.extend({ index: fileIndex });
/** POST /api/held-mails/:mail/decide: append to a ticket, make a ticket for a customer, discard, or put it
 * through the rules again (after a contact was added, say). */
export const decideHeldMailBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('append'), ticketId: idOf('tkt') }),
  z.strictObject({ decision: z.literal('make-ticket'), customerId: idOf('cus') }),
  z.strictObject({ decision: z.literal('discard') }),
  z.strictObject({ decision: z.literal('replay') }),
]);
/** The ticket that the mail went on, null when it was discarded or replayed. */
export const decidedHeldMail = z.object({
  ticketId: shownId('tkt').nullable(),
  customerId: shownId('cus').nullable(),
});

export type TicketLine = z.infer<typeof ticket>;
export type TicketView = z.infer<typeof ticketView>;
export type TicketMail = z.infer<typeof ticketMail>;
export type TicketParticipant = z.infer<typeof ticketParticipant>;
export type TicketEntry = z.infer<typeof ticketEntry>;
export type TicketStatus = z.infer<typeof ticketStatus>;
export type HeldReason = z.infer<typeof heldReason>;
export type MailCandidate = z.infer<typeof mailCandidate>;
export type HeldMail = z.infer<typeof heldMail>;
