import {
  type IntegrationActionName,
  type IntegrationState,
  integrationStates,
  type Seat,
} from '#contract/integrations.ts';
import { seatsOf } from '#modules/access/index.ts';
import type { Actor } from '#platform/actor.ts';
import { commonProblems } from '#platform/problem.ts';
import { applies, gateStatus, gatesThatCount, isPassed } from './gates.ts';
import type { Integration } from './integration.ts';
import { isOver } from './phases.ts';
import { isFinal, leaves, playbookOf } from './playbook.ts';
import type { Condition, Gate, Row, Who } from './playbook-words.ts';
import { problems } from './problems.ts';

/** A person who acts, or looks on, with the customer they belong to. */
export type Person = Actor & { kind: 'person' };

/** Who decides for a customer: that it is satisfied and goes live, that a change is wanted at its price. */
const deciders = ['project-owner', 'signatory'] as const;
const consultation = ['integrations-manager', 'customer-team-lead'] as const;

interface Permit {
  who: Who[];
  states: IntegrationState[] | 'open';
  when?: Condition;
}

const existing: Condition = { origins: ['existing'] };
const newCustomer: Condition = { origins: ['new-in-scope', 'new-out-of-scope', 'new-undecided'] };

/** Where a new customer's integration stands before its signal to start. */
const beforeDevelopment: IntegrationState[] = [
  'onboarding',
  'scope-decision',
  'in-scope',
  'out-of-scope',
  'change-approved',
  'engaged',
];

/** Acts that are not rows of the table of their own: who may do them, in which states, of which customers. */
const beside: Partial<Record<IntegrationActionName, Permit[]>> = {
  'answer-consultation': [{ who: ['asked'], states: ['consulting'] }],
  'record-meeting': [{ who: ['commercial-director'], states: ['customer-meeting'] }],
  'invite-to-meeting': [{ who: ['commercial-director'], states: ['customer-meeting'] }],
  'cancel-invitation': [{ who: ['commercial-director'], states: 'open' }],
  'link-ticket': [
    {
      who: ['commercial-director'],
      states: ['customer-meeting', 'estimate-requested'],
      when: existing,
    },
    { who: ['integrations-manager'], states: ['estimate-requested'], when: existing },
    {
      who: ['lead-consultant', 'integrations-manager'],
      states: beforeDevelopment,
      when: newCustomer,
    },
  ],
  'link-opportunity': [
    { who: ['lead-consultant', 'commercial-director'], states: 'open', when: newCustomer },
  ],
  'link-card': [
    {
      who: ['commercial-director'],
      states: ['estimating', 'in-review', 'refining', 'finalised'],
      when: existing,
    },
    { who: ['lead-consultant'], states: ['in-scope', 'change-approved'], when: newCustomer },
  ],
  'skip-step': [{ who: ['commercial-director'], states: ['discovery', 'customer-meeting'] }],
  'assign-card': [
    { who: ['commercial-director'], states: ['signed-off', 'development'], when: existing },
    { who: ['lead-consultant'], states: ['engaged', 'development'], when: newCustomer },
  ],
  plan: [
    {
      who: ['commercial-director', 'integrations-manager', 'lead-consultant', 'customer'],
      // A part that is planned once all are live is an integration of its own, or one of these reopened.
      states: integrationStates.filter((state) => !isOver(state)),
    },
  ],
  'issue-production-key': [{ who: ['integrations-manager'], states: ['tracks'] }],
  'confirm-satisfied': [{ who: ['customer-decides'], states: ['tracks'] }],
  'confirm-gate': [
    {
      who: ['commercial-director', 'integrations-manager', 'lead-consultant', 'customer'],
      states: 'open',
    },
  ],
  'waive-gate': [{ who: ['commercial-director', 'integrations-manager'], states: 'open' }],
};

const whileHeld: ReadonlySet<IntegrationActionName> = new Set(['resume', 'cancel', 'reassign', 'plan']);

/** Whether a person is one of those whom the playbook means. */
export function isOneOf(who: readonly Who[], person: Person, integration: Integration): boolean {
  return who.some((one) => {
    if (one === 'system') return false;
    if (one === 'customer') return person.customerId !== null;
    if (one === 'customer-decides')
      return person.customerId !== null && deciders.some((role) => person.roles.includes(role));
    if (one === 'asked') return askedSeat(person, integration) !== undefined;
    return person.customerId === null && person.roles.includes(one);
  });
}

/** The seat a person answers for in the consultation; a Customer Team Lead, or who stands in for them, only where named. */
export function askedSeat(person: Person, integration: Integration): Seat | undefined {
  return consultation.find((seat) => {
    const open = gatesThatCount([`E3.${seat}`], integration).some(
      (gate) => !isPassed(gateStatus(gate, integration)),
    );
    if (!open || person.customerId !== null || !person.roles.includes(seat)) return false;
    return (
      seat === 'integrations-manager' ||
      seatsOf(person).includes(integration.consultation[seat]?.person ?? '')
    );
  });
}

/** The rows that an action may take from the present state, as far as the person's role goes. */
export function rowsFor(action: IntegrationActionName, integration: Integration): Row[] {
  return playbookOf(integration.playbook).rows.filter(
    (row) => row.action === action && leaves(row, integration.state) && applies(row.when, integration),
  );
}

function permission(action: IntegrationActionName, person: Person, integration: Integration) {
  const isTheirs = ({ who, when }: { who: Who[]; when?: Condition }) =>
    applies(when, integration) && isOneOf(who, person, integration);
  const permits = beside[action]?.filter(isTheirs);
  const rows = playbookOf(integration.playbook).rows.filter((row) => row.action === action && isTheirs(row));
  const here =
    permits?.some(({ states }) =>
      states === 'open' ? !isFinal(integration.state) : states.includes(integration.state),
    ) ?? rows.some((row) => leaves(row, integration.state));
  return { mayRole: (permits ?? rows).length > 0, here };
}

/** Whether an action stands open to a person now. */
export function isPermitted(
  action: IntegrationActionName,
  person: Person,
  integration: Integration,
): boolean {
  const { mayRole, here } = permission(action, person, integration);
  if (!mayRole || !here) return false;
  if (action === 'resume') return integration.hold !== undefined;
  return integration.hold === undefined || whileHeld.has(action);
}

/** Throws what keeps a person from an action: the role, a hold, or the state. */
export function expectPermitted(
  action: IntegrationActionName,
  person: Person,
  integration: Integration,
): void {
  const { mayRole, here } = permission(action, person, integration);
  if (!mayRole) throw commonProblems.forbidden();
  if (integration.hold !== undefined && !whileHeld.has(action)) throw problems['integration-on-hold']();
  if (!here || (action === 'resume' && integration.hold === undefined))
    throw problems['integration-not-there-yet']({
      detail: `It is in the state ${integration.state}${integration.hold === undefined ? '' : ', on hold'}.`,
    });
}

/** Whether a person's word can pass a gate now. */
export function mayConfirm(gate: Gate, person: Person, integration: Integration): boolean {
  return (
    isPermitted('confirm-gate', person, integration) &&
    applies(gate.when, integration) &&
    !isPassed(gateStatus(gate, integration)) &&
    isOneOf(gate.confirmBy, person, integration) &&
    isWithin(gate, integration)
  );
}

/** Whether a person may let a gate through now. */
export function mayWaive(gate: Gate, person: Person, integration: Integration): boolean {
  return (
    gate.required &&
    isPermitted('waive-gate', person, integration) &&
    applies(gate.when, integration) &&
    !isPassed(gateStatus(gate, integration)) &&
    isOneOf(gate.waiveBy, person, integration) &&
    isWithin(gate, integration)
  );
}

/** A gate of a row counts only while the integration stands before that row; a gate of a chosen track always does. */
function isWithin(gate: Gate, integration: Integration): boolean {
  const playbook = playbookOf(integration.playbook);
  const step = playbook.steps.find((one) => one.gates.includes(gate.id));
  if (step !== undefined) return integration.tracks.includes(step.track);
  return playbook.rows.some((row) => row.gates.includes(gate.id) && leaves(row, integration.state));
}
