import type { PersonView } from '#contract/access.ts';
import {
  type GateView,
  type IntegrationView,
  seat,
  trackNames,
  type WebhookDirections,
} from '#contract/integrations.ts';
import { usualOperations, webApiOperationNames } from '#contract/web-api.ts';
import type { FieldSpec } from '../../ui/form.ts';

/** What a form needs to know to offer choices. */
export interface ActionContext {
  integration: IntegrationView;
  people: PersonView[];
  /** What may be linked: tickets, opportunities or cards of this customer that belong to nothing yet. */
  linkable: { id: string; label: string }[];
  /** What may be its own: exchanges, endpoints, receivers and keys of this customer. */
  connections: { value: string; label: string }[];
  portal: boolean;
  /** The gate it is about. */
  gate: GateView | undefined;
}

const today = () => new Date().toLocaleDateString('en-CA');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA');
const reason: FieldSpec = { name: 'reason', label: 'Reason', kind: 'area', required: true };
const note: FieldSpec = { name: 'note', label: 'Note', kind: 'area', help: 'One line is enough.' };
const entries = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

const webhookNames = {
  unknown: 'Not yet known',
  none: 'None',
  outbound: 'Outbound: we send to the customer',
  inbound: 'Inbound: the customer sends to us',
  both: 'Both',
};

export { webhookNames };

/** The plan's fields, with what the plan is at present, or what it usually is. */
export function planFields(
  connections: ActionContext['connections'],
  integration?: IntegrationView,
  webhooks: WebhookDirections = 'unknown',
): FieldSpec[] {
  const own: FieldSpec = {
    name: 'connections',
    label: 'Its own, where the customer has several integrations',
    kind: 'checks',
    help: 'What comes over them is evidence for the integrations that have them, and for no others.',
    options: connections,
    initial: integration?.connections ?? [],
  };
  return [
    {
      name: 'tracks',
      label: 'Tracks',
      kind: 'checks',
      required: true,
      options: entries(trackNames),
      initial: integration?.tracks ?? ['web-api'],
    },
    {
      name: 'webhooks',
      label: 'Webhooks',
      kind: 'select',
      required: true,
      options: entries(webhookNames),
      initial: integration?.webhooks ?? webhooks,
    },
    {
      name: 'dataAuditTracks',
      label: 'Data audit is relevant for',
      kind: 'checks',
      options: entries(trackNames),
      initial: Object.entries(integration?.dataAudit ?? {})
        .filter(([, relevant]) => relevant)
        .map(([track]) => track),
    },
    {
      name: 'operations',
      label: 'API operations this integration needs',
      kind: 'checks',
      options: entries(webApiOperationNames),
      initial: integration?.operations ?? usualOperations,
    },
    ...(connections.length === 0 ? [] : [own]),
    {
      name: 'environmentOwner',
      label: 'Whose the production-like environment is',
      kind: 'select',
      required: true,
      options: [
        { value: 'vendor', label: 'Ours' },
        { value: 'customer', label: "The customer's" },
      ],
      initial: integration?.environmentOwner ?? 'vendor',
    },
  ];
}

/** The body of a plan: the audit's tracks become the object the server takes. */
export function planBody(body: Record<string, unknown>): Record<string, unknown> {
  const { dataAuditTracks, ...rest } = body;
  const chosen = Array.isArray(dataAuditTracks) ? dataAuditTracks : [];
  return {
    ...rest,
    operations: rest.operations ?? [],
    connections: rest.connections ?? [],
    dataAudit: { 'web-api': chosen.includes('web-api'), 'file-transfer': chosen.includes('file-transfer') },
  };
}

const personOptions = (people: PersonView[]) => people.map(({ id, name }) => ({ value: id, label: name }));

const linkField = (name: string, label: string, linkable: ActionContext['linkable']): FieldSpec => ({
  name,
  label,
  kind: 'select',
  required: true,
  options: linkable.map((one) => ({ value: one.id, label: one.label })),
});

/** The form of each action. What is missing here needs no form: the button alone acts. */
export const actionFields: Record<string, (context: ActionContext) => FieldSpec[]> = {
  'record-discovery': () => [
    { name: 'businessNeed', label: 'Business need', kind: 'area', required: true },
    {
      name: 'requiredOutcomes',
      label: 'Required outcomes',
      kind: 'lines',
      required: true,
      help: 'One on each line.',
    },
  ],
  'answer-consultation': () => [{ name: 'answer', label: 'Your answer', kind: 'area', required: true }],
  'ask-for-more': () => [
    {
      name: 'questions',
      label: 'Questions',
      kind: 'lines',
      required: true,
      help: 'One on each line. The Commercial Director gets them.',
    },
  ],
  'record-meeting': ({ integration }) => [
    { name: 'heldOn', label: 'Held on', kind: 'date', required: true, initial: today() },
    { name: 'minutes', label: 'Minutes', kind: 'area', required: true, help: 'One line is enough.' },
    {
      name: 'attendees',
      label: 'Attendees',
      kind: 'attendees',
      required: true,
      initial: integration.proposedAttendees,
      help: 'At least one from the customer and one from the vendor.',
    },
  ],
  'invite-to-meeting': ({ integration }) => [
    { name: 'startsAt', label: 'Starts', kind: 'moment', required: true },
    { name: 'minutes', label: 'Minutes', kind: 'number', required: true, initial: 60 },
    { name: 'place', label: 'Place or meeting link', kind: 'text' },
    {
      name: 'attendees',
      label: 'Attendees',
      kind: 'attendees',
      required: true,
      initial: integration.proposedAttendees,
    },
  ],
  'cancel-invitation': () => [{ ...reason, required: false, help: 'Goes into the mail.' }],
  'request-estimate': ({ linkable }) => [
    ...(linkable.length === 0
      ? []
      : [
          {
            name: 'ticket',
            label: 'Is it one of these tickets?',
            kind: 'select' as const,
            required: true,
            options: [
              { value: '', label: 'Choose' },
              ...linkable.map((one) => ({ value: one.id, label: `Yes, ${one.label}` })),
              { value: 'new', label: 'No, make a new one' },
            ],
            help: 'A ticket that is there already is linked, and no mail is sent.',
          },
        ]),
    {
      name: 'message',
      label: 'Message',
      kind: 'area',
      help: 'Goes into the mail to the helpdesk, which makes the ticket by itself.',
    },
  ],
  'link-ticket': ({ linkable }) => [linkField('ticket', 'Ticket', linkable)],
  'link-opportunity': ({ linkable }) => [linkField('opportunity', 'Opportunity', linkable)],
  'link-card': ({ linkable }) => [linkField('card', 'Card', linkable)],
  'change-scope': () => [reason],
  'revisit-scope': () => [reason],
  'skip-step': () => [
    {
      name: 'step',
      label: 'Which step',
      kind: 'select',
      required: true,
      options: [
        { value: 'discovery', label: 'Discovery' },
        { value: 'meeting', label: 'Customer meeting' },
      ],
    },
    reason,
  ],
  'assign-card': ({ people }) => [
    {
      name: 'person',
      label: 'Assign the card to',
      kind: 'select',
      options: personOptions(people.filter((person) => person.roles.includes('integrations-manager'))),
      help: 'That is the signal to start. Left empty: whoever has the seat.',
    },
  ],
  'start-tracks': ({ integration, connections }) => planFields(connections, integration),
  // The customer says which way webhooks go, and nothing else of the plan.
  plan: ({ integration, connections, portal }) =>
    planFields(connections, integration).filter((field) => !portal || field.name === 'webhooks'),
  'issue-production-key': ({ integration }) => [
    {
      name: 'contactEmail',
      label: 'Send the one-time link to',
      kind: 'select',
      options: integration.contacts.map((contact) => ({
        value: contact.email,
        label: `${contact.name} (${contact.email})`,
      })),
      help: 'Left empty: the person who asked for the sandbox key.',
    },
  ],
  'confirm-satisfied': () => [
    {
      name: 'statement',
      label: 'In your own words',
      kind: 'area',
      required: true,
      initial: 'We are satisfied with our API integration.',
      help: 'This is what makes the integration live.',
    },
  ],
  'start-monitoring': () => [note],
  close: () => [note],
  engage: () => [note],
  resume: () => [note],
  hold: () => [
    reason,
    { name: 'resumeOn', label: 'Resume on', kind: 'date', required: true, initial: inDays(14) },
  ],
  cancel: () => [reason],
  reassign: ({ integration, people }) => [
    {
      name: 'seat',
      label: 'Seat',
      kind: 'select',
      required: true,
      options: seat.options.map((value) => ({
        value,
        label: integration.people.find((one) => one.seat === value)?.seatName ?? value,
      })),
    },
    { name: 'person', label: 'Person', kind: 'select', required: true, options: personOptions(people) },
    { name: 'reason', label: 'Reason', kind: 'text' },
  ],
  reopen: ({ integration }) => [
    reason,
    {
      name: 'track',
      label: 'Track',
      kind: 'select',
      options: integration.tracks.map((value) => ({ value, label: trackNames[value] })),
    },
  ],
  'record-project': () => [
    { name: 'projectReference', label: 'Onboarding project', kind: 'text', required: true },
    { name: 'contractClause', label: 'Clause of the contract', kind: 'area', required: true },
  ],
  'decide-scope': () => [
    {
      name: 'decision',
      label: 'Decision',
      kind: 'select',
      required: true,
      options: [
        { value: 'in-scope', label: 'In scope of the onboarding project' },
        { value: 'out-of-scope', label: 'Out of scope: opens a change request' },
      ],
    },
    { name: 'clause', label: 'The clause, or why there is none', kind: 'area', required: true },
  ],
  'decide-change': () => [
    {
      name: 'decision',
      label: 'Decision',
      kind: 'select',
      required: true,
      options: [
        { value: 'approved', label: 'Approved' },
        { value: 'rejected', label: 'Rejected' },
      ],
    },
    { name: 'reference', label: 'Reference of the change', kind: 'text', required: true },
    { name: 'proof', label: 'Proof of approval', kind: 'file' },
    note,
  ],
  'confirm-gate': ({ gate }) => [
    { name: 'statement', label: 'What you confirm, in your own words', kind: 'area', required: true },
    {
      name: 'attachment',
      label: gate?.attached === undefined ? 'Attach a file' : `Attach ${gate.attached}`,
      kind: 'file',
      required: gate?.attached !== undefined,
      help: 'At most 650 kB.',
    },
  ],
  'waive-gate': () => [{ ...reason, help: 'Stays in the history under your name.' }],
};

/** What a person is told before an act that ends or starts something. */
export const actionNotes: Record<string, string> = {
  'assign-card': 'The Integrations & Solutions Manager starts development when the card is theirs.',
  'invite-to-meeting': 'Who is invited already gets the change; who is left out gets a cancellation.',
  'cancel-invitation': 'Everybody who was invited gets a mail that takes the meeting out of their calendar.',
  'request-estimate': 'Sends a mail to the helpdesk address. That mail makes the ticket.',
  'confirm-satisfied': 'With this word the integration is live.',
  cancel: 'Ends this integration: ticket, opportunity, card and estimate follow. It can be reopened.',
  'waive-gate': 'The gate lets the step pass without evidence. Everybody sees who waived it and why.',
  close: 'Ends the monitoring. The card follows.',
};
