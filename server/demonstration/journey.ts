import { AssertionError } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Addresses } from './addresses.ts';
import { Caller, crashesExpected, type JsonAnswer, Refused } from './call.ts';
import { customer, vendorEmails } from './cast.ts';
import { awaitMail, findMail, linkIn } from './mailbox.ts';
import type { People } from './people.ts';
import type { RobotLink } from './robot-link.ts';
import { engagementSteps } from './staff/engagement-steps.ts';
import { fileSteps } from './staff/file-steps.ts';
import { finalSteps } from './staff/final-steps.ts';
import { webApiSteps } from './staff/web-api-steps.ts';
import type { Journey, Step } from './step.ts';

/** What became of one step, with the gates that have passed since the one before. */
export interface StepReport {
  id: string;
  title: string;
  seconds: number;
  gates: { id: string; status: string; sentence: string; at: string }[];
}

export interface JourneyReport {
  journey: string;
  steps: StepReport[];
  live: boolean;
  seconds: number;
}

export interface JourneyOptions {
  addresses: Addresses;
  /** One-time sign-in links of the vendor's people, as fresh as can be had. */
  links(): Record<People, string>;
  /** Where their sessions are kept, for a journey that goes on in another process. */
  sessionsFile?: string;
  /** Waited for before the last step. */
  beforeLast?(): Promise<void>;
  robot: RobotLink;
  employees: number;
  /** Employee files to put in production instead of generated ones, in their order. */
  files?: string[];
  /** How many employees and pay rates those files hold, to be counted over the API at the end. */
  expected?: { employees: number; payRates: number };
  onStep?(step: Step): void;
  onReport?(report: StepReport): void;
  onNote?(text: string): void;
}

/** The steps in their order. */
export const allSteps: Step[] = [...engagementSteps, ...webApiSteps, ...fileSteps, ...finalSteps];
const readAgainMs = 150;
const actAgainMs = 8_000;

/**
 * Takes one existing FMS customer from the first request to live on both tracks, through the real doors only. Each step
 * first looks at the server whether it has been done, so a journey that was interrupted goes on where it was.
 */
export async function runJourney(options: JourneyOptions): Promise<JourneyReport> {
  const started = performance.now();
  const journey = await begin(options);
  const reports: StepReport[] = [];
  const shown = new Set<string>();
  for (const step of allSteps) {
    if (step === allSteps.at(-1)) await options.beforeLast?.();
    options.onStep?.(step);
    const stepStarted = performance.now();
    await carryOut(step, journey);
    const gates = newGates(journey.integration, shown);
    const report = { id: step.id, title: step.title, seconds: seconds(stepStarted), gates };
    reports.push(report);
    options.onReport?.(report);
  }
  const live = ['live', 'monitoring', 'closed'].includes(journey.integration?.state);
  return { journey: customer.code, steps: reports, live, seconds: seconds(started) };
}

async function begin(options: JourneyOptions): Promise<Journey> {
  const staff = await signInStaff(options);
  await options.robot.do('know-addresses', options.addresses);
  const journey: Journey = {
    addresses: options.addresses,
    staff,
    robot: options.robot,
    customer: undefined,
    integration: undefined,
    options: { employees: options.employees, files: options.files ?? [], expected: options.expected },
    note: (text) => options.onNote?.(text),
    checked: new Set(),
    refresh: async () => {
      const { director } = staff;
      const found = (await director.get(`/api/customers?search=${customer.code}`)).json.items.find(
        (one: JsonAnswer) => one.code === customer.code,
      );
      if (found === undefined) return;
      journey.customer = (await director.get(`/api/customers/${found.id}`)).json;
      const list = (await director.get(`/api/integrations?search=${customer.code}`)).json.items;
      const row = list.find((one: JsonAnswer) => one.customer.id === found.id);
      if (row !== undefined)
        journey.integration = (await director.get(`/api/customers/${found.id}/integrations/${row.id}`)).json;
    },
  };
  await journey.refresh();
  return journey;
}

/**
 * The vendor's people, signed in: by the session they have already, else by a link. A link that a kill used up without a
 * session is followed by one by mail, as a person would ask for it.
 */
async function signInStaff(options: JourneyOptions): Promise<Journey['staff']> {
  const file = options.sessionsFile;
  const kept: Partial<Record<People, string>> =
    file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const staff = {} as Journey['staff'];
  const lost: People[] = [];
  const keep = (who: People, caller: Caller) => {
    staff[who] = caller;
    kept[who] = caller.cookie();
    if (file !== undefined) writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  };
  for (const who of Object.keys(options.links()) as People[]) {
    const caller = new Caller(options.addresses.http);
    caller.resume(kept[who] ?? '');
    const known =
      kept[who] !== undefined && (await caller.get('/api/me', { expect: [200, 401] })).status === 200;
    if (known || (await caller.trySignIn(options.links()[who]))) keep(who, caller);
    else lost.push(who);
  }
  const [reader] = Object.values(staff);
  for (const who of lost) {
    if (reader === undefined) throw new Error('no sign-in link was accepted');
    const caller = new Caller(options.addresses.http);
    const email = vendorEmails[who];
    const before = await findMail(reader, email, 'sign-in');
    await caller.post('/api/auth/sign-in/magic-link', { email, callbackURL: '/' });
    await caller.signIn(linkIn((await awaitMail(reader, email, 'sign-in', before?.at)).text));
    keep(who, caller);
  }
  return staff;
}

/** Acts, then looks until the step is done; acts again when that takes long, for the first try may have been lost. */
export async function carryOut(step: Step, journey: Journey): Promise<void> {
  const deadline = Date.now() + (step.withinSeconds ?? 60) * 1000;
  let failure: Error | undefined;
  while (!(await step.done(journey))) {
    try {
      await step.act(journey);
      failure = undefined;
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (failure?.message !== (error as Error).message) journey.note((error as Error).message);
      failure = error as Error;
    }
    const actAgain = Date.now() + (failure === undefined ? actAgainMs : 500);
    do {
      await journey.refresh();
      if (await step.done(journey)) return;
      if (Date.now() > deadline)
        throw new Error(
          `step ${step.id} (${step.title}) was not done in time. ${failure?.message ?? whatIsMissing(journey)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, readAgainMs));
    } while (Date.now() < actAgain && !advanced(journey));
  }
}

/** Whether what failed may go well the next time: what somebody else was faster with; between crashes nearly all. */
function mayPass(error: unknown): boolean {
  if (error instanceof AssertionError) return false;
  return crashesExpected() || (error instanceof Refused && error.status === 409);
}

let lastSeen = '';

/** Whether the integration has changed since the last look: then there may be more to do at once. */
function advanced(journey: Journey): boolean {
  const now = `${journey.integration?.state} ${journey.integration?.changedAt}`;
  const changed = now !== lastSeen;
  lastSeen = now;
  return changed;
}

function whatIsMissing(journey: Journey): string {
  const { integration } = journey;
  if (integration === undefined) return 'There is no integration yet.';
  return `It is ${integration.stateName}: ${integration.next.sentence}`;
}

function newGates(integration: JsonAnswer | undefined, shown: Set<string>): StepReport['gates'] {
  const gates: StepReport['gates'] = [];
  for (const step of integration?.steps ?? [])
    for (const gate of step.gates)
      if (['seen', 'confirmed', 'waived'].includes(gate.status) && !shown.has(gate.id)) {
        shown.add(gate.id);
        gates.push({
          id: gate.id,
          status: gate.status,
          sentence: gate.evidence?.sentence ?? gate.sentence,
          at: gate.passedAt ?? '',
        });
      }
  return gates;
}

const seconds = (since: number) => Number(((performance.now() - since) / 1000).toFixed(2));
