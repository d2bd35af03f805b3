import { type IntegrationState, integrationStates } from '#contract/integration-words.ts';
import type { Addresses } from './addresses.ts';
import type { Caller, JsonAnswer } from './call.ts';
import type { People } from './people.ts';
import type { RobotLink } from './robot-link.ts';

/** What the journey's steps work with. What it knows it has read from the server: so it can begin again anywhere. */
export interface Journey {
  addresses: Addresses;
  /** The vendor's people, signed in. */
  staff: Record<People, Caller>;
  robot: RobotLink;
  customer: JsonAnswer;
  integration: JsonAnswer;
  /** Reads the customer and the integration again. */
  refresh(): Promise<void>;
  options: {
    employees: number;
    files: string[];
    expected: { employees: number; payRates: number } | undefined;
  };
  note(text: string): void;
  /** What this very run has looked at and found right, whatever earlier runs did. */
  checked: Set<string>;
}

/** One step: `done` looks at the server's state; `act` does what brings it on, and bears being done twice. */
export interface Step {
  id: string;
  title: string;
  done(journey: Journey): boolean | Promise<boolean>;
  act(journey: Journey): Promise<unknown>;
  /** How long the step may take until it is done, in seconds; by default 60. */
  withinSeconds?: number;
}

/** The address of the integration's customer, and of the integration itself. */
export const customerPath = (journey: Journey) => `/api/customers/${journey.customer.id}`;
export const integrationPath = (journey: Journey) =>
  `${customerPath(journey)}/integrations/${journey.integration.id}`;
export const environmentPath = (journey: Journey, kind: 'sandbox' | 'production') =>
  `${customerPath(journey)}/environments/${kind}`;

/** What making a thing may be answered where it may have been made before, and doing one where it may have been done. */
export const madeOrThere = [201, 409];
export const doneOrBefore = [200, 409];

/** Acts on the integration as one of the vendor's people. */
export function perform(journey: Journey, who: People, action: string, body: object = {}): Promise<unknown> {
  return journey.staff[who].post(`${integrationPath(journey)}/actions/${action}`, body);
}

/** The states of the main path, in their order. */
const path: readonly IntegrationState[] = integrationStates.slice(0, integrationStates.indexOf('closed') + 1);

/** Whether the integration has come to a state of the main path, or beyond it. */
export function reached(journey: Journey, state: IntegrationState): boolean {
  const at = path.indexOf(journey.integration?.state);
  return at >= 0 && at >= path.indexOf(state);
}

/** Whether a gate has passed in any of the three ways. */
export function passed(journey: Journey, gate: string): boolean {
  for (const step of journey.integration?.steps ?? [])
    for (const one of step.gates)
      if (one.id === gate) return ['seen', 'confirmed', 'waived'].includes(one.status);
  return false;
}
