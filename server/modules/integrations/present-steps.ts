import type { StepView } from '#contract/integrations.ts';
import type { Config } from '#platform/config.ts';
import { vendorCalendar } from './business-hours.ts';
import { applies, gatesThatCount, passedAt, trackStepState } from './gates.ts';
import type { Integration } from './integration.ts';
import type { Person } from './permits.ts';
import { phaseOf } from './phases.ts';
import { isFinal, playbookOf } from './playbook.ts';
import type { Row, TrackStep } from './playbook-words.ts';
import { ownerName, presentGate } from './present-gate.ts';
import { ageBusinessHours, dueAt, timersOf } from './state-timers.ts';
import { isOnTheWay, personOf } from './waits.ts';

interface Looking {
  integration: Integration;
  viewer: Person;
  config: Config;
  now: Temporal.Instant;
  nameOf(personId: string): string | undefined;
}

/** The rail of steps: the way to the tracks, the steps of each chosen track, then live and after. */
export function presentSteps(looking: Looking): StepView[] {
  const { integration } = looking;
  const playbook = playbookOf(integration.playbook);
  const rows = playbook.rows.filter(
    (row) =>
      applies(row.when, integration) &&
      row.from !== 'any' &&
      (row.main
        ? isOnTheWay(row.id, integration)
        : integration.taken[row.id] !== undefined || isHere(row, integration)),
  );
  const main = inOrder(rows);
  const split = main.findIndex((row) => row.id === 'E14');
  const tracks = playbook.steps.filter((step) => integration.tracks.includes(step.track));
  return [
    ...main.slice(0, split).map((row) => presentRow(row, main, looking)),
    ...tracks.map((step) => presentTrackStep(step, looking)),
    ...main.slice(split).map((row) => presentRow(row, main, looking)),
  ];
}

/** A side row shows while it leaves the present state through its gates, so that people see what would count. */
function isHere(row: Row, integration: Integration): boolean {
  return (
    row.from !== 'any' &&
    row.by === 'gates' &&
    row.from.includes(integration.state) &&
    !isFinal(integration.state)
  );
}

/** New customers' rows come before E13; the table itself is in the order of the process otherwise. */
function inOrder(rows: Row[]): Row[] {
  const isNew = (row: Row) => row.id.startsWith('N');
  const before = rows.filter(
    (row) => !isNew(row) && Number(/^E(\d+)/.exec(row.id)?.[1] ?? 0) < 13 && !row.id.startsWith('reopen'),
  );
  return [...rows.filter(isNew), ...before, ...rows.filter((row) => !isNew(row) && !before.includes(row))];
}

function presentRow(row: Row, main: Row[], looking: Looking): StepView {
  const { integration, viewer } = looking;
  const taken = integration.taken[row.id];
  const current =
    row.from !== 'any' && row.from.includes(integration.state) && (row.main || taken === undefined);
  const position = main.indexOf(row);
  const reached = main.findLastIndex(
    (one) => one.from !== 'any' && one.from.includes(integration.state) && one.main,
  );
  const detour = playbookOf(integration.playbook).detours.find(
    ({ states, when }) => states.includes(integration.state) && applies(when, integration),
  );
  const resumes = detour === undefined ? -1 : main.findIndex((one) => one.id === detour.resumes);
  const onward = Math.max(reached, resumes);
  const over = isFinal(integration.state) || onward === -1 || position < onward;
  const passed = taken !== undefined && !current;
  const state: StepView['state'] = passed
    ? 'passed'
    : current
      ? 'open'
      : over && taken === undefined
        ? 'skipped'
        : 'waiting';
  const gates = gatesThatCount(row.gates, integration).map((gate) => presentGate(gate, integration, viewer));
  return {
    id: row.id,
    title: row.title,
    phase: phaseOf(row.from === 'any' ? integration.state : (row.from[0] ?? 'discovery')),
    state: passed && gates.some((gate) => gate.status === 'waived') ? 'waived' : state,
    current,
    owner: ownerOf(row.who, looking),
    gates,
    ...(current ? openFor(looking) : {}),
    ...(current ? timerOf(row, looking) : {}),
    ...(passed ? { passedAt: taken.at } : {}),
    ...(state === 'waiting' && detour !== undefined && row.main ? { note: detour.note } : {}),
  };
}

function presentTrackStep(step: TrackStep, looking: Looking): StepView {
  const { integration, viewer } = looking;
  const gates = gatesThatCount(step.gates, integration).map((gate) => presentGate(gate, integration, viewer));
  const state = trackStepState(step, integration);
  const working = integration.state === 'tracks';
  const started = gates.some((gate) => gate.status !== 'waiting');
  const siblings = playbookOf(integration.playbook).steps.filter((one) => one.track === step.track);
  const next = siblings.find((one) => ['open', 'stale'].includes(trackStepState(one, integration)));
  const current = working && next?.id === step.id && integration.live[step.track] === undefined;
  const shown = state === 'open' && !current && !started ? 'waiting' : state;
  const moments = gatesThatCount(step.gates, integration).map((gate) => passedAt(gate, integration));
  const last = moments
    .filter((at): at is string => at !== undefined)
    .sort()
    .at(-1);
  const passed = shown === 'passed' || shown === 'waived';
  return {
    id: step.id,
    title: step.title,
    track: step.track,
    phase: step.id === 'W7' ? 'live' : 'development',
    state: shown,
    current,
    owner: ownerOf(step.who, looking),
    gates,
    ...(current ? openFor(looking) : {}),
    ...(passed && last !== undefined ? { passedAt: last } : {}),
    ...(state === 'skipped' ? { note: 'Not chosen for this integration.' } : {}),
    ...(state === 'stale' && step.back.length > 0
      ? { note: `To be run again; back to ${step.back.join(' or ')} if it fails.` }
      : {}),
  };
}

function ownerOf(who: Row['who'], { integration, viewer, nameOf }: Looking): StepView['owner'] {
  const first = who[0] ?? 'system';
  const id = personOf(integration, first);
  const name = id === undefined || viewer.customerId !== null ? undefined : nameOf(id);
  return { role: first, roleName: ownerName(first), ...(name === undefined ? {} : { person: name }) };
}

function openFor({ integration, config, now }: Looking): { ageBusinessHours: number } {
  return { ageBusinessHours: ageBusinessHours(integration, now, config) };
}

function timerOf(row: Row, { integration, viewer, config }: Looking): Pick<StepView, 'timer'> {
  if (integration.hold !== undefined || viewer.customerId !== null) return {};
  const timer = timersOf(integration, config).find(
    (one) => one.row === row.id && !integration.escalated.includes(one.id),
  );
  if (timer === undefined) return {};
  const at = dueAt(integration, timer, vendorCalendar(config));
  return { timer: { dueAt: at.toString(), sentence: timer.sentence } };
}
