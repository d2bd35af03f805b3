import { z } from 'zod';
import { idOf } from './ids.ts';
import { dataAuditScope, seat, track, webhookDirections } from './integration-words.ts';
import { textLine, textProse } from './text.ts';
import { webApiOperations } from './web-api.ts';

const reason = textProse(2000);
const attendee = z.strictObject({
  name: textLine(200),
  email: z.email().max(254),
  side: z.enum(['vendor', 'customer']),
});
const attachment = z.strictObject({
  name: textLine(200),
  mediaType: textLine(100),
  contentBase64: z.base64().max(900_000),
});
const planFields = {
  tracks: z.array(track).min(1).max(2).optional(),
  webhooks: webhookDirections.optional(),
  dataAudit: dataAuditScope.optional(),
  operations: z.array(z.enum(webApiOperations)).max(20).optional(),
  connections: z
    .array(
      z
        .string()
        .regex(
          /^(exc|whe|whr|key)_[0-9a-z]{26}$/,
          'must be the id of an exchange, endpoint, receiver or API key',
        ),
    )
    .max(40)
    .optional()
    .describe(
      'Exchanges, endpoints, receivers and API keys that are this integration’s, where the customer has several',
    ),
  environmentOwner: z.enum(['vendor', 'customer']).optional(),
};

/** POST /api/customers/:customer/integrations. E1 by a Commercial Director; with origin new-* the start of N1 by a Lead Consultant. */
export const openIntegrationRequest = z.strictObject({
  name: textLine(120),
  origin: z.enum(['existing', 'new']).default('existing'),
  tracks: z.array(track).min(1).max(2),
  webhooks: webhookDirections.optional().describe("Without it the vendor's default"),
  dataAudit: dataAuditScope.default({}),
  operations: planFields.operations,
  connections: planFields.connections,
  environmentOwner: z.enum(['vendor', 'customer']).default('vendor'),
  opportunity: idOf('opp').optional().describe('An opportunity that exists already; without it one is made'),
  people: z
    .partialRecord(seat, idOf('per'))
    .default({})
    .describe('Who sits where; without it the first person of that role'),
  projectReference: textLine(120).optional().describe('New customers: the onboarding project'),
  contractClause: textProse(500).optional().describe('New customers: the clause of the contract'),
  requester: z
    .strictObject({ name: textLine(200), email: z.email().max(254) })
    .optional()
    .describe("The customer's person who asked"),
});

const action = <N extends string, S extends z.ZodRawShape>(name: N, shape: S) =>
  z.strictObject({ action: z.literal(name), ...shape });

/** Every act of a person on an integration: POST …/actions/:action with the other fields as the body. */
export const integrationAction = z.discriminatedUnion('action', [
  /** E2, CD */
  action('record-discovery', {
    businessNeed: textProse(4000),
    requiredOutcomes: z.array(textProse(1000)).min(1).max(20),
  }),
  /** E3, the person asked (ISM; CTL for FMS) */
  action('answer-consultation', { answer: textProse(4000) }),
  /** E3r, the person asked */
  action('ask-for-more', { questions: z.array(textProse(1000)).min(1).max(20) }),
  /** gates of E4, CD */
  action('record-meeting', {
    minutes: textProse(8000),
    heldOn: z.iso.date(),
    attendees: z.array(attendee).min(1).max(40),
  }),
  /** gates of E4, CD: sends the calendar invitation; again it changes the one that stands */
  action('invite-to-meeting', {
    startsAt: z.iso.datetime({ offset: true }),
    minutes: z.number().int().min(15).max(480).default(60),
    attendees: z.array(attendee).min(1).max(40),
    place: textLine(500, 0).default(''),
  }),
  /** CD: takes the meeting out of calendars */
  action('cancel-invitation', { reason: textProse(2000, 0).default('') }),
  /** E4, CD: sends the mail that makes the ticket */
  action('request-estimate', {
    message: textProse(4000, 0).default(''),
    ticket: z
      .union([z.literal('new'), idOf('tkt')])
      .optional()
      .describe(
        'Needed when the customer has open tickets that belong to no integration: the one that asks for this estimate already, or "new"',
      ),
  }),
  /** E4/E5 by hand, CD or ISM; N1 to N6, LC or ISM */
  action('link-ticket', { ticket: idOf('tkt') }),
  /** a new customer's opportunity that is there already, LC or CD */
  action('link-opportunity', { opportunity: idOf('opp') }),
  /** E10 CD, N5 LC: a card that is on the board already, instead of a new one */
  action('link-card', { card: idOf('crd') }),
  /** E4r, CD */
  action('change-scope', { reason }),
  /** short path, CD: discovery or meeting not needed */
  action('skip-step', { step: z.enum(['discovery', 'meeting']), reason }),
  /** E12 CD, N6 LC: the card goes to an ISM person (default: the one seated) */
  action('assign-card', { person: idOf('per').optional() }),
  /** E13, ISM */
  action('start-tracks', { ...planFields }),
  /** any time before live, ISM or CD (CU may choose the webhooks) */
  action('plan', { ...planFields }),
  /** W6, ISM: mails the customer's contact a one-time link to the production key */
  action('issue-production-key', {
    contactEmail: z.email().max(254).optional(),
    scopes: z.array(textLine(60)).max(20).optional(),
  }),
  /** W6, CU: "we are satisfied", which is live */
  action('confirm-satisfied', { statement: textProse(2000) }),
  /** any gate that takes a person's word, by that person */
  action('confirm-gate', {
    gate: textLine(80),
    statement: textProse(2000),
    attachment: attachment.optional(),
  }),
  /** any gate that may be waived, ISM or CD */
  action('waive-gate', { gate: textLine(80), reason }),
  /** E15: hand over to support, ISM */
  action('start-monitoring', { note: textProse(2000, 0).default('') }),
  /** E15: ISM */
  action('close', { note: textProse(2000, 0).default('') }),
  action('hold', { reason, resumeOn: z.iso.date() }),
  action('resume', { note: textProse(2000, 0).default('') }),
  action('cancel', { reason }),
  action('reassign', { seat, person: idOf('per'), reason: textProse(2000, 0).default('') }),
  action('reopen', { reason, track: track.optional() }),
  /** N1, LC */
  action('record-project', { projectReference: textLine(120), contractClause: textProse(500) }),
  /** N2 and N3, LC */
  action('decide-scope', { decision: z.enum(['in-scope', 'out-of-scope']), clause: textProse(1000) }),
  /** N4, ISM or LC or CU: an outside reference with proof */
  action('decide-change', {
    decision: z.enum(['approved', 'rejected']),
    reference: textLine(200),
    proof: attachment.optional(),
    note: textProse(2000, 0).default(''),
  }),
  /** N5, LC: makes the card */
  action('engage', { note: textProse(2000, 0).default('') }),
  /** N7, LC */
  action('revisit-scope', { reason }),
]);
export type IntegrationAction = z.output<typeof integrationAction>;
export type IntegrationActionRequest = z.input<typeof integrationAction>;
export type IntegrationActionName = IntegrationAction['action'];

/** The verb on the button of every action. */
export const integrationActionTitles: Record<IntegrationActionName, string> = {
  'record-discovery': 'Record discovery',
  'answer-consultation': 'Answer',
  'ask-for-more': 'Ask for more information',
  'record-meeting': 'Record the meeting',
  'invite-to-meeting': 'Send calendar invitation',
  'cancel-invitation': 'Cancel the invitation',
  'request-estimate': 'Request the estimate',
  'link-ticket': 'Link a ticket',
  'link-opportunity': 'Link an opportunity',
  'link-card': 'Take a card from the board',
  'change-scope': 'Scope changed',
  'skip-step': 'Not needed',
  'assign-card': 'Assign the card',
  'start-tracks': 'Start implementation',
  plan: 'Change the plan',
  'issue-production-key': 'Issue production credentials',
  'confirm-satisfied': 'We are satisfied: go live',
  'confirm-gate': 'Confirm',
  'waive-gate': 'Waive',
  'start-monitoring': 'Hand over to support',
  close: 'Close',
  hold: 'Put on hold',
  resume: 'Resume',
  cancel: 'Cancel the integration',
  reassign: 'Reassign',
  reopen: 'Reopen',
  'record-project': 'Record the onboarding project',
  'decide-scope': 'Decide the scope',
  'decide-change': 'Decide the change',
  engage: 'Engage with a card',
  'revisit-scope': 'Scope moved',
};
