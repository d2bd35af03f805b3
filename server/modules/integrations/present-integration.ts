import {
  type IntegrationActionName,
  type IntegrationRow,
  type IntegrationView,
  integrationActionTitles,
  integrationStateNames,
  type NextAction,
  type Seat,
} from '#contract/integrations.ts';
import { roleNames } from '#contract/roles.ts';
import { personById, seatsOf } from '#modules/access/index.ts';
import { contactsOf, environmentsOf, getCustomer } from '#modules/customers/index.ts';
import type { Config } from '#platform/config.ts';
import type { Tx } from '#platform/database.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { allowedActions } from './allowed-actions.ts';
import { trackStepState } from './gates.ts';
import type { Integration } from './integration.ts';
import { type ListedIntegration, readFacts, readIntegration } from './integration-store.ts';
import type { Person } from './permits.ts';
import { phaseOf } from './phases.ts';
import { isFinal, playbookOf } from './playbook.ts';
import { ownerName } from './present-gate.ts';
import { presentHistory } from './present-history.ts';
import { presentSteps } from './present-steps.ts';
import { ageBusinessHours } from './state-timers.ts';
import { countGates, personOf, turnsOf, waitsOf } from './waits.ts';

const historyShown = 200;
const seats: Seat[] = [
  'commercial-director',
  'integrations-manager',
  'customer-team-lead',
  'lead-consultant',
];

interface Presenting {
  config: Config;
  now: Temporal.Instant;
  viewer: Person;
  nameOf(personId: string): string | undefined;
}

/** One line of the pipeline. */
export function presentRow(
  listed: Omit<ListedIntegration, 'changedAt' | 'since'>,
  presenting: Presenting,
): IntegrationRow {
  const { folded: integration } = listed;
  const counts = countGates(integration);
  return {
    id: showId('int', listed.id),
    customer: { id: showId('cus', listed.customerId), code: listed.customerCode, name: listed.customerName },
    name: integration.name,
    serviceModel: integration.serviceModel,
    origin: integration.origin,
    tracks: integration.tracks,
    state: integration.state,
    stateName: integrationStateNames[integration.state],
    phase: phaseOf(integration.state),
    held: integration.hold !== undefined,
    stale: counts.stale,
    gatesPassed: counts.passed,
    gatesTotal: counts.total,
    next: nextOf(integration, presenting),
    since: integration.since,
    ageBusinessHours: ageBusinessHours(integration, presenting.now, presenting.config),
    openedAt: integration.openedAt,
    changedAt: integration.changedAt,
  };
}

function nextOf(integration: Integration, { config, viewer, nameOf }: Presenting): NextAction {
  const [first] = turnsOf(integration);
  if (first === undefined) {
    const { hold } = integration;
    const sentence =
      hold !== undefined
        ? `On hold until ${hold.resumeOn}${viewer.customerId === null ? `: ${hold.reason}` : ''}.`
        : isFinal(integration.state)
          ? 'Nothing is left to do.'
          : 'Fairlead goes on by itself.';
    return { sentence, whose: { role: 'system', roleName: 'Fairlead' }, mine: false };
  }
  const turns = turnsOf(integration);
  const mine = turns.find((turn) => isMine(turn.whose, integration, viewer));
  const turn = mine ?? first;
  const personId = personOf(integration, turn.whose);
  const person = personId === undefined ? undefined : nameOf(personId);
  const due = waitsOf(integration, config)[0]?.dueAt;
  return {
    sentence: turn.sentence,
    whose: {
      role: turn.whose,
      roleName: ownerName(turn.whose),
      ...(person === undefined || personId === undefined
        ? {}
        : { person, personId: showId('per', personId) }),
    },
    mine: mine !== undefined,
    step: turn.step,
    ...(due == null || viewer.customerId !== null ? {} : { dueAt: due }),
  };
}

function isMine(whose: string, integration: Integration, viewer: Person): boolean {
  if (viewer.customerId !== null) return whose === 'customer';
  const seated = integration.seats[whose as Seat];
  return seated === undefined
    ? viewer.roles.some((role) => role === whose)
    : seatsOf(viewer).includes(seated);
}

/** The names of everybody seated; undefined for those who are gone. */
export async function seatedNames(sql: Tx, integrations: Integration[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const id of new Set(integrations.flatMap((one) => Object.values(one.seats)))) {
    const person = await personById(sql, id);
    if (person !== undefined) names.set(id, person.name);
  }
  return names;
}

/** The integration's page for a viewer; what is only the vendor's is left out for the customer's people. */
export async function showIntegration(
  platform: Platform,
  sql: Tx,
  customerId: string,
  id: string,
  viewer: Person,
): Promise<IntegrationView> {
  const integration = await readIntegration(sql, customerId, id, false);
  const customer = await getCustomer(sql, customerId);
  if (integration === undefined || customer === undefined) throw notFound();
  const names = await seatedNames(sql, [integration]);
  const presenting: Presenting = {
    config: platform.config,
    now: platform.clock.now(),
    viewer,
    nameOf: (personId) => names.get(personId),
  };
  const environments = await environmentsOf(sql, customerId);
  const environmentOf = (kind: string) => environments.find((one) => one.kind === kind);
  const [sandbox, production] = [environmentOf('sandbox'), environmentOf('production')];
  const facts = await readFacts(sql, customerId, id, 2_000_000_000, historyShown);
  const contacts = await contactsOf(sql, customerId);
  const isStaff = viewer.customerId === null;
  const { hold, links, live } = integration;
  return {
    ...presentRow(
      { id, customerId, customerCode: customer.code, customerName: customer.name, folded: integration },
      presenting,
    ),
    number: integration.number,
    playbookVersion: integration.playbook,
    webhooks: integration.webhooks,
    dataAudit: integration.dataAudit,
    operations: integration.operations,
    connections: integration.connections,
    environmentOwner: integration.environmentOwner,
    diverged: isStaff ? integration.diverged : [],
    trackStates: integration.tracks.map((track) => {
      const step = playbookOf(integration.playbook).steps.find(
        (one) => one.track === track && ['open', 'stale'].includes(trackStepState(one, integration)),
      );
      const at = live[track];
      const working = integration.state === 'tracks';
      return {
        track,
        state: at !== undefined ? 'live' : working ? 'working' : 'not-started',
        ...(step === undefined ? {} : { step: step.id }),
        ...(at === undefined ? {} : { liveAt: at }),
      };
    }),
    ...(hold === undefined
      ? {}
      : {
          hold: { reason: isStaff ? hold.reason : '', resumeOn: hold.resumeOn, since: hold.at, by: hold.by },
        }),
    people: seats
      .filter((seat) => integration.seats[seat] !== undefined)
      .map((seat) => {
        const personId = integration.seats[seat] ?? '';
        const name = names.get(personId);
        return {
          seat,
          seatName: roleNames[seat],
          ...(name === undefined ? {} : { person: { id: showId('per', personId), name } }),
        };
      }),
    contacts: contacts.map(({ id: contact, name, email }) => ({ id: showId('con', contact), name, email })),
    proposedAttendees: isStaff ? await attendeesFor(sql, integration) : [],
    records: recordsOf(integration, isStaff, names),
    links: {
      ...(links.ticket === undefined || !isStaff ? {} : { ticket: showId('tkt', links.ticket) }),
      ...(links.opportunity === undefined || !isStaff
        ? {}
        : { opportunity: showId('opp', links.opportunity) }),
      ...(links.card === undefined || !isStaff ? {} : { card: showId('crd', links.card) }),
      ...(links.estimate === undefined ? {} : { estimate: showId('est', links.estimate) }),
      ...(links.estimateVersion === undefined ? {} : { estimateVersion: links.estimateVersion }),
    },
    environments: {
      ...(sandbox === undefined ? {} : { sandbox: showId('env', sandbox.id) }),
      ...(production === undefined ? {} : { production: showId('env', production.id) }),
    },
    steps: presentSteps({ integration, ...presenting }),
    actions: allowedActions(integration, viewer).map((one) => ({
      ...one,
      title: integrationActionTitles[one.action as IntegrationActionName],
    })),
    history: presentHistory(facts, playbookOf(integration.playbook), viewer),
  };
}

/** E3: the people consulted are proposed for the meeting, and the customer's person who asked. */
async function attendeesFor(
  sql: Tx,
  integration: Integration,
): Promise<IntegrationView['proposedAttendees']> {
  const consulted = Object.values(integration.consultation).map((one) => one?.person);
  const ids = new Set([integration.seats['commercial-director'], ...consulted]);
  const proposed: IntegrationView['proposedAttendees'] = [];
  for (const id of ids) {
    const person = id === undefined ? undefined : await personById(sql, id);
    if (person !== undefined) proposed.push({ name: person.name, email: person.email, side: 'vendor' });
  }
  if (integration.requester !== undefined) proposed.push({ ...integration.requester, side: 'customer' });
  return proposed;
}

function recordsOf(
  integration: Integration,
  isStaff: boolean,
  names: Map<string, string>,
): IntegrationView['records'] {
  const { discovery, invitation, meeting, onboarding, scope, change } = integration;
  const consultation = isStaff
    ? seats.flatMap((seat) => {
        const asked = integration.consultation[seat];
        return asked === undefined ? [] : [{ seat, ...asked, person: names.get(asked.person) ?? '' }];
      })
    : [];
  return {
    consultation,
    ...(discovery === undefined || !isStaff ? {} : { discovery }),
    ...(invitation === undefined || !isStaff ? {} : { invitation: showInvitation(invitation) }),
    ...(meeting === undefined || !isStaff ? {} : { meeting }),
    ...(onboarding === undefined || !isStaff ? {} : { onboarding }),
    ...(scope === undefined || !isStaff ? {} : { scope }),
    ...(change === undefined ? {} : { change }),
  };
}

function showInvitation(
  invitation: NonNullable<Integration['invitation']>,
): IntegrationView['records']['invitation'] {
  const { startsAt, minutes, place, cancelledAt, answers } = invitation;
  return {
    startsAt,
    minutes,
    place,
    ...(cancelledAt === undefined ? {} : { cancelledAt }),
    attendees: invitation.attendees.map((one) => {
      const answer = answers[one.email.toLowerCase()];
      return {
        ...one,
        ...(answer === undefined ? {} : { answer: answer.status }),
        ...(answer?.comment === undefined ? {} : { comment: answer.comment }),
      };
    }),
  };
}
