import type { Role } from '#contract/roles.ts';
import { type Finding, idIn, numberOf, type Rule, type Seen, saidBy, textOf } from './evidence.ts';
import { directorSeat } from './integration.ts';
import { isOver } from './phases.ts';

const statuses = ['accepted', 'declined', 'tentative', 'other-time'] as const;
const seen = (gate: string, sentence: string): Finding => ({ finds: 'seen', gate, sentence });
/** The gates that rest on the card being with the Integrations & Solutions Manager. */
const startGates = (one: Seen) => [isNew(one) ? 'N6.card' : 'E12.assigned', 'E13.assignment'];
const withdrawn = (gates: string[], sentence: string): Finding[] =>
  gates.map((gate) => ({ finds: 'withdrawn', gate, sentence }));
const isNew = ({ integration }: Seen) => integration.origin !== 'existing';
const holds = (person: Seen['by'], ...roles: Role[]) =>
  person?.roles.some((role) => roles.includes(role)) === true;
/** Whose assignment of the card is the signal: the Commercial Director's (E12), for new customers the Lead Consultant's (N6). */
const givesSignal = (one: Seen) => holds(one.by, directorSeat(one.integration));

function ticketMade(one: Seen): Finding[] {
  const id = idIn(one.event, 'ticketId', 'tkt');
  if (id === undefined) return [];
  const made = one.event.type === 'ticket.created' ? 'made by the mail' : 'linked by hand';
  return [
    { finds: 'link', what: 'ticket', id },
    seen(
      'E5.ticket',
      `Ticket #${textOf(one.event, 'number')} ${made} and bound to this integration at ${one.time}.`,
    ),
    // It may have been with the manager before it was linked.
    ...(holds(one.assignee, 'integrations-manager') ? ticketAssigned(one) : []),
  ];
}

/** A calendar program's answer, from an attendee who was proved to be its sender. */
function invitationAnswered({ event }: Seen): Finding[] {
  const status = statuses.find((one) => one === textOf(event, 'status'));
  const sequence = numberOf(event, 'sequence') ?? 0;
  const comment = textOf(event, 'comment');
  if (status === undefined) return [];
  return [
    {
      finds: 'answered',
      uid: textOf(event, 'uid'),
      email: textOf(event, 'attendee'),
      status,
      sequence,
      stamp: textOf(event, 'stamp'),
      ...(comment === '' ? {} : { comment }),
    },
  ];
}

function cardThere(one: Seen): Finding[] {
  const { event, time } = one;
  const linked = link('card', idIn(event, 'cardId', 'crd'));
  if (isNew(one)) return linked;
  return [...linked, seen('E12.card', `Card on the board "Customer Pipeline" at ${time}.`)];
}

function cardAssigned(one: Seen): Finding[] {
  const { assignee, by, time } = one;
  const assigned: Finding = { finds: 'assigned', what: 'card', person: assignee?.id ?? null };
  const name = assignee?.name ?? '';
  const byName = by === undefined ? '' : ` by ${by.name}`;
  if (!holds(assignee, 'integrations-manager')) {
    const sentence =
      name === ''
        ? `The card was taken from everybody${byName} at ${time}.`
        : `The card was given to ${name}${byName} at ${time}, who is no Integrations & Solutions Manager.`;
    return [assigned, ...withdrawn(startGates(one), sentence)];
  }
  if (by !== undefined && !givesSignal(one)) {
    const sentence = `The card was assigned to ${name} by ${by.name}, whose role does not give the signal to start.`;
    return [assigned, { finds: 'diverged', sentence }, ...withdrawn(startGates(one), sentence)];
  }
  const sentence = `Card assigned to ${name}${byName} at ${time}: the signal to start.`;
  return [assigned, ...startGates(one).map((gate) => ({ ...seen(gate, sentence), renews: true }) as Finding)];
}

function ticketAssigned(one: Seen): Finding[] {
  const { assignee, by, time } = one;
  const isManager = holds(assignee, 'integrations-manager');
  const byName = by === undefined ? '' : ` by ${by.name}`;
  const sentence = isManager
    ? `Ticket assigned to ${assignee?.name}${byName} at ${time}.`
    : `The ticket was ${assignee === undefined ? 'taken from everybody' : `given to ${assignee.name}`}${byName} at ${time}.`;
  const assigned: Finding = { finds: 'assigned', what: 'ticket', person: assignee?.id ?? null };
  if (!isNew(one)) return [assigned];
  return [assigned, ...(isManager ? [seen('N6.ticket', sentence)] : withdrawn(['N6.ticket'], sentence))];
}

/** An event of the estimate: it passes a gate of the state it belongs to, else reality has left the playbook. */
function estimate(gates: (one: Seen) => string | undefined, words: (one: Seen) => string): Rule {
  return (one) => {
    const id = idIn(one.event, 'estimateId', 'est');
    const gate = gates(one);
    const version = numberOf(one.event, 'version');
    const amountCents = numberOf(one.event, 'netCents');
    const link: Finding[] =
      id === undefined
        ? []
        : [
            {
              finds: 'link',
              what: 'estimate',
              id,
              ...(version === undefined ? {} : { version }),
              ...(amountCents === undefined ? {} : { amountCents }),
            },
          ];
    const sentence = `${words(one)}${one.doer === '' ? '' : ` by ${one.doer}`} at ${one.time}.`;
    if (gate === undefined)
      return [
        ...link,
        { finds: 'diverged', sentence: `${sentence} The integration is in ${one.integration.state}.` },
      ];
    return [...link, seen(gate, sentence)];
  };
}

/** Where an estimate is taken up without that being a step: a withdrawn one, after a reopening or a new decision. */
const takenUpIn = ['refining', 'out-of-scope'];
const version = (one: Seen) => `version ${textOf(one.event, 'version') || '1'}`;
const inState =
  (states: Record<string, string>) =>
  (one: Seen): string | undefined =>
    states[one.integration.state];

const handedIn = estimate(
  inState({ estimating: 'E6.version', refining: 'E8.version', 'out-of-scope': 'N4.version' }),
  (one) => `The estimate's ${version(one)} handed in for review`,
);

const sent = estimate(
  inState({ finalised: 'E10.sent' }),
  (one) =>
    `The estimate's ${version(one)} sent to the customer, valid until ${textOf(one.event, 'validUntil') || 'its date'},`,
);

const signedOff = estimate(
  (one) => (one.integration.state === 'sent' ? (isNew(one) ? 'N4.acceptance' : 'E11.acceptance') : undefined),
  (one) =>
    textOf(one.event, 'channel') === 'mail'
      ? `The estimate's ${version(one)} accepted by a mail of the customer, confirmed`
      : `The estimate's ${version(one)} signed off`,
);

/** What events of the customer's stream say about the integration they name, by type. */
export const customerRules: Record<string, Rule> = {
  'invitation.answered': invitationAnswered,
  'ticket.created': ticketMade,
  'ticket.bound': ticketMade,
  'ticket.assigned': ticketAssigned,
  'ticket.closed': ({ by, event, integration }) =>
    by === undefined || isOver(integration.state)
      ? []
      : [
          {
            finds: 'diverged',
            sentence: `Ticket #${textOf(event, 'number')} was closed by ${by.name}; the integration goes on.`,
          },
        ],
  'opportunity.created': ({ event }) => link('opportunity', idIn(event, 'opportunityId', 'opp')),
  'opportunity.adopted': ({ event }) => link('opportunity', idIn(event, 'opportunityId', 'opp')),
  'opportunity.lost': ({ by, integration }) =>
    by === undefined || isOver(integration.state)
      ? []
      : [
          {
            finds: 'diverged',
            sentence: `The opportunity was marked lost by ${by.name}; the integration goes on.`,
          },
        ],
  'card.created': cardThere,
  'card.adopted': cardThere,
  'card.assigned': cardAssigned,
  'estimate.created': ({ event }) => link('estimate', idIn(event, 'estimateId', 'est')),
  'estimate.version_created': ({ event, integration }) => {
    const id = idIn(event, 'estimateId', 'est');
    return integration.state === 'in-review' && id !== undefined
      ? [{ finds: 'link', what: 'estimate', id, version: numberOf(event, 'version') ?? 1 }]
      : [];
  },
  'estimate.submitted': handedIn,
  'estimate.refined': handedIn,
  'estimate.returned': estimate(
    inState({ 'in-review': 'E7.comment' }),
    (one) => `The estimate given back with ${textOf(one.event, 'comments') || 'its'} comments`,
  ),
  'estimate.reopened': (one) =>
    takenUpIn.includes(one.integration.state)
      ? []
      : estimate(
          inState({
            finalised: 'E10r.version',
            sent: 'E10r.version',
            declined: 'reopen.version',
            expired: 'reopen.version',
          }),
          () => 'The estimate taken back for a new version',
        )(one),
  'estimate.finalised': estimate(
    inState({ 'in-review': 'E9.finalised' }),
    (one) => `The estimate's ${version(one)} finalised`,
  ),
  'estimate.sent': (one) => (one.integration.state === 'sent' ? [] : sent(one)),
  'estimate.signed_off': (one) =>
    textOf(one.event, 'channel') === 'mail' ? signedOff(one).map(saidBy(one)) : signedOff(one),
  'estimate.change_requested': estimate(
    inState({ sent: 'E11a.request' }),
    () => 'A change of the estimate requested',
  ),
  'estimate.declined': estimate(
    (one) => (one.integration.state === 'sent' ? (isNew(one) ? 'N4.declined' : 'E11b.declined') : undefined),
    () => 'The estimate declined',
  ),
  'estimate.expired': estimate(inState({ sent: 'E11b.expired' }), () => "The estimate's validity passed"),
};

function link(what: 'opportunity' | 'card' | 'estimate', id: string | undefined): Finding[] {
  return id === undefined ? [] : [{ finds: 'link', what, id }];
}
