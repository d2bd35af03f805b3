import { trackNames } from '#contract/integrations.ts';
import type { Config } from '#platform/config.ts';
import { vendorCalendar } from './business-hours.ts';
import { gateStatus, gatesThatCount, isPassed, openGates, trackStepState } from './gates.ts';
import { directorSeat, type Integration } from './integration.ts';
import type { Wait } from './integration-store.ts';
import { isFinal, playbookOf } from './playbook.ts';
import { type Gate, isSeat, type Who } from './playbook-words.ts';
import { dueAt, pausedSeconds, timersOf } from './state-timers.ts';

interface Turn {
  whose: Who;
  step: string;
  sentence: string;
}

/** What has to happen next and whose it is, the most pressing first. It follows from the integration alone. */
export function turnsOf(integration: Integration): Turn[] {
  const { state } = integration;
  if (isFinal(state) || integration.hold !== undefined) return [];
  const lead = directorSeat(integration);
  const turn = (whose: Who, step: string, sentence: string): Turn[] => [{ whose, step, sentence }];
  switch (state) {
    case 'discovery':
      return turn(
        'commercial-director',
        'E2',
        'Record the discovery: the business need and the required outcomes.',
      );
    case 'consulting':
      return openGates(['E3.integrations-manager', 'E3.customer-team-lead'], integration).map((gate) => ({
        whose: gate.whom,
        step: 'E3',
        sentence: 'Answer the consultation, or ask for more information.',
      }));
    case 'customer-meeting':
      return openGates(['E4.minutes', 'E4.customer-attended'], integration).length > 0
        ? turn('commercial-director', 'E4', 'Meet with the customer and record the minutes.')
        : turn('commercial-director', 'E4', 'Ask for the estimate by mail to the helpdesk.');
    case 'estimate-requested':
      return turn('system', 'E5', 'The mail to the helpdesk makes the ticket.');
    case 'estimating':
      return turn('integrations-manager', 'E6', 'Prepare the work estimate and hand it in for review.');
    case 'in-review':
      return turn(lead, 'E9', 'Review the estimate: comment on it, or finalise it.');
    case 'refining':
      return turn('integrations-manager', 'E8', 'Refine the estimate and answer every comment.');
    case 'finalised':
      return turn(lead, 'E10', 'Send the estimate to the customer.');
    case 'sent':
      return turn('customer', 'E11', 'Sign off the estimate, or ask for a change.');
    case 'signed-off':
      return turn('commercial-director', 'E12', 'Assign the card to the Integrations & Solutions Manager.');
    case 'development':
      return openGates(['E13.assignment'], integration).length > 0
        ? turn(lead, 'E13', 'Assign the card to the Integrations & Solutions Manager again.')
        : turn('integrations-manager', 'E13', 'Start the implementation.');
    case 'tracks':
      return trackTurns(integration);
    case 'live':
      return turn('integrations-manager', 'E15.monitoring', 'Hand over to support when monitoring begins.');
    case 'monitoring':
      return openGates(['W7.within-policy'], integration).length > 0
        ? turn('customer', 'W7', 'Watch the volumes: they are to stay within the fair-use policy.')
        : turn('integrations-manager', 'E15.closed', 'Close the integration.');
    case 'onboarding':
      return turn('lead-consultant', 'N1', 'Record the onboarding project and the clause of the contract.');
    case 'scope-decision':
      return turn('lead-consultant', 'N2', 'Decide whether the integration is in scope.');
    case 'out-of-scope':
      return turn(
        'integrations-manager',
        integration.links.estimate === undefined ? 'N4.approved' : 'N4.estimate',
        integration.links.estimate === undefined
          ? 'Start the estimate of the change, or record its approval.'
          : 'Prepare the estimate of the change and submit it for review by the Lead Consultant.',
      );
    case 'in-scope':
    case 'change-approved':
      return turn('lead-consultant', 'N5', 'Engage the Integrations & Solutions Manager with a card.');
    case 'engaged':
      return turn('lead-consultant', 'N6', 'Assign the card to the Integrations & Solutions Manager.');
    default:
      return [];
  }
}

/** In the tracks: the first open step of each, by the person its open gates wait on. */
function trackTurns(integration: Integration): Turn[] {
  const turns: Turn[] = [];
  for (const track of integration.tracks) {
    if (integration.live[track] !== undefined) continue;
    const steps = playbookOf(integration.playbook).steps.filter((step) => step.track === track);
    const stale = steps.find((step) => trackStepState(step, integration) === 'stale');
    const step = stale ?? steps.find((one) => trackStepState(one, integration) === 'open');
    if (step === undefined) continue;
    const gate = openGates(step.gates, integration).find((one) => one.derived === undefined);
    if (gate === undefined) continue;
    const doing = gateStatus(gate, integration) === 'stale' ? (gate.again ?? gate.awaits) : gate.awaits;
    turns.push({ whose: gate.whom, step: step.id, sentence: `${trackNames[track]}: ${doing}` });
  }
  return turns;
}

/** The rows of `integrations.waits`: whom an integration waits on, and until when. */
export function waitsOf(integration: Integration, config: Config): Wait[] {
  const calendar = vendorCalendar(config);
  const due = timersOf(integration, config)
    .filter((timer) => timer.does !== 'move' && !integration.escalated.includes(timer.id))
    .map((timer) => dueAt(integration, timer, calendar).toString())
    .sort()[0];
  return turnsOf(integration)
    .filter((turn) => turn.whose !== 'system')
    .map((turn) => ({
      role: turn.whose,
      personId: personOf(integration, turn.whose) ?? null,
      step: turn.step,
      sentence: turn.sentence,
      since: integration.since,
      pausedSeconds: pausedSeconds(integration, calendar),
      dueAt: due ?? null,
    }));
}

/** The person in the seat of a role; undefined when nobody is named or the word names no seat. */
export function personOf(integration: Integration, who: Who): string | undefined {
  return isSeat(who) ? integration.seats[who] : undefined;
}

/** How many required gates have passed, of all that count. */
export function countGates(integration: Integration): { passed: number; total: number; stale: number } {
  const playbook = playbookOf(integration.playbook);
  const ids = new Set<string>();
  for (const row of playbook.rows)
    if (row.main && isOnTheWay(row.id, integration)) for (const id of row.gates) ids.add(id);
  for (const step of playbook.steps)
    if (integration.tracks.includes(step.track)) for (const id of step.gates) ids.add(id);
  const gates: Gate[] = gatesThatCount([...ids], integration).filter((gate) => gate.required);
  const statuses = gates.map((gate) => gateStatus(gate, integration));
  return {
    passed: statuses.filter((status, i) => isPassed(status) || rowTaken(gates[i], integration)).length,
    total: gates.length,
    stale: statuses.filter((status) => status === 'stale').length,
  };
}

/** Whether a row of the main way is on this integration's: existing customers go E1 to E12, new ones N1 to N6. */
export function isOnTheWay(rowId: string, integration: Integration): boolean {
  const isNewRow = rowId.startsWith('N');
  const number = Number(/^E(\d+)/.exec(rowId)?.[1] ?? 0);
  if (integration.origin === 'existing') return !isNewRow;
  return isNewRow || number >= 13 || integration.taken[rowId] !== undefined;
}

/** A gate of a row that was taken has passed then, even where a later round cleared it. */
function rowTaken(gate: Gate | undefined, integration: Integration): boolean {
  if (gate?.fresh !== true) return false;
  const row = playbookOf(integration.playbook).rows.find((one) => one.main && one.gates.includes(gate.id));
  return row !== undefined && row.from !== 'any' && !row.from.includes(integration.state)
    ? integration.taken[row.id] !== undefined
    : false;
}
