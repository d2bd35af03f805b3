import type { GateStatus, StepView, Track } from '#contract/integrations.ts';
import type { Piece } from './facts.ts';
import type { GateRecord, Integration } from './integration.ts';
import { gateOf, playbookOf } from './playbook.ts';
import type { Condition, Gate, TrackStep } from './playbook-words.ts';

/** Whether a row or a gate counts for this integration. */
export function applies(condition: Condition | undefined, integration: Integration): boolean {
  if (condition === undefined) return true;
  const { serviceModels, origins, track, webhooks, audited, ticketed } = condition;
  return (
    (serviceModels === undefined || serviceModels.includes(integration.serviceModel)) &&
    (origins === undefined || origins.includes(integration.origin)) &&
    (track === undefined || integration.tracks.includes(track)) &&
    (webhooks === undefined || webhooks.some((direction) => hasDirection(integration, direction))) &&
    (audited === undefined || integration.dataAudit[audited] === true) &&
    (ticketed === undefined || integration.links.ticket !== undefined)
  );
}

function hasDirection(integration: Integration, direction: 'unknown' | 'outbound' | 'inbound'): boolean {
  return integration.webhooks === direction || (integration.webhooks === 'both' && direction !== 'unknown');
}

/** The keys of the pieces a gate needs; more can't be passed with less. */
export function neededPieces(gate: Gate, integration: Integration): string[] {
  const numbered = (word: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${word} ${i + 1}`);
  switch (gate.pieces) {
    case 'one':
      return ['seen'];
    case 'operations':
      return integration.operations;
    case 'files':
      return numbered(`${longestRow(gate, integration)}file`, integration.filesInARow);
    case 'days':
      return numbered('day', integration.monitoringDays);
  }
}

/** The exchange whose files the gate is nearest to: each exchange has a row of its own, the longest one is shown. */
function longestRow(gate: Gate, integration: Integration): string {
  const lengths = new Map<string, number>();
  for (const key of Object.keys(recordOf(integration, gate.id).pieces)) {
    const exchange = key.slice(0, key.lastIndexOf('file '));
    lengths.set(exchange, (lengths.get(exchange) ?? 0) + 1);
  }
  return [...lengths].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** The key of the next file in an exchange's row; undefined when the row is full. */
export function nextFile(
  exchangeId: string,
  { pieces, stale }: GateRecord,
  inARow: number,
): string | undefined {
  for (let number = 1; number <= inARow; number++) {
    const key = `${exchangeId} file ${number}`;
    if (stale !== undefined || pieces[key] === undefined) return key;
  }
  return undefined;
}

const empty: GateRecord = { pieces: {} };

/** What a gate has been given; empty when nothing yet. */
export function recordOf(integration: Integration, gateId: string): GateRecord {
  return integration.gates[gateId] ?? empty;
}

/** Which pieces a gate still awaits. */
export function missingPieces(gate: Gate, integration: Integration): string[] {
  const { pieces, stale } = recordOf(integration, gate.id);
  const needed = neededPieces(gate, integration);
  return stale === undefined ? needed.filter((key) => pieces[key] === undefined) : needed;
}

/** How a gate stands. It follows from the integration alone. */
export function gateStatus(gate: Gate, integration: Integration): GateStatus {
  if (gate.derived !== undefined) return derivedStatus(gate, integration);
  const record = recordOf(integration, gate.id);
  if (record.waived !== undefined) return 'waived';
  if (record.stale !== undefined && !isOfLiveTrack(gate, integration)) return 'stale';
  if (record.confirmed !== undefined) return 'confirmed';
  const needed = neededPieces(gate, integration);
  if (Object.keys(record.pieces).length > 0 && needed.every((key) => record.pieces[key] !== undefined))
    return 'seen';
  return record.refused === undefined ? 'waiting' : 'refused';
}

/** A track that is live keeps its gates; what has gone stale meanwhile is to be run again once it is reopened. */
function isOfLiveTrack(gate: Gate, integration: Integration): boolean {
  const { steps } = playbookOf(integration.playbook);
  const track = steps.find((step) => step.gates.includes(gate.id))?.track;
  return track !== undefined && integration.live[track] !== undefined;
}

function derivedStatus(gate: Gate, integration: Integration): GateStatus {
  if (gate.derived === 'customer-known') return 'seen';
  if (gate.track === undefined) return 'waiting';
  if (gate.derived === 'track-live') return integration.live[gate.track] === undefined ? 'waiting' : 'seen';
  const states = stepsBeforeLive(integration, gate.track).map((step) => trackStepState(step, integration));
  if (states.every((state) => state === 'passed' || state === 'waived' || state === 'skipped')) return 'seen';
  return states.includes('stale') ? 'stale' : 'waiting';
}

/** Whether a status lets the step pass. */
export function isPassed(status: GateStatus): boolean {
  return status === 'seen' || status === 'confirmed' || status === 'waived';
}

/** The gates that count, of a row or step. */
export function gatesThatCount(gateIds: string[], integration: Integration): Gate[] {
  const playbook = playbookOf(integration.playbook);
  return gateIds.map((id) => gateOf(playbook, id)).filter((gate) => applies(gate.when, integration));
}

/** Whether every required gate of a list has passed. */
export function allPassed(gateIds: string[], integration: Integration): boolean {
  return gatesThatCount(gateIds, integration).every(
    (gate) => !gate.required || isPassed(gateStatus(gate, integration)),
  );
}

/** The required gates of a list that have not passed. */
export function openGates(gateIds: string[], integration: Integration): Gate[] {
  return gatesThatCount(gateIds, integration).filter(
    (gate) => gate.required && !isPassed(gateStatus(gate, integration)),
  );
}

/** How a step of a track stands: skipped when nothing in it counts for this integration. */
export function trackStepState(step: TrackStep, integration: Integration): StepView['state'] {
  if (step.makesLive && integration.live[step.track] !== undefined) return 'passed';
  const gates = gatesThatCount(step.gates, integration).filter((gate) => gate.required);
  if (gates.length === 0) return 'skipped';
  const statuses = gates.map((gate) => gateStatus(gate, integration));
  if (statuses.includes('stale')) return 'stale';
  if (!statuses.every(isPassed)) return 'open';
  return statuses.includes('waived') ? 'waived' : 'passed';
}

/** The steps of a track that must have passed before it can be live. */
export function stepsBeforeLive(integration: Integration, track: Track): TrackStep[] {
  const steps = playbookOf(integration.playbook).steps.filter((step) => step.track === track);
  return steps.slice(
    0,
    steps.findIndex((step) => step.makesLive),
  );
}

/** When a gate passed and on which pieces; undefined while it has not. */
export function passedAt(gate: Gate, integration: Integration): string | undefined {
  const status = gateStatus(gate, integration);
  const record = recordOf(integration, gate.id);
  if (status === 'waived') return record.waived?.at;
  if (status === 'confirmed') return record.confirmed?.at;
  if (status !== 'seen') return undefined;
  if (gate.derived === 'customer-known') return integration.openedAt;
  if (gate.derived === 'track-live' && gate.track !== undefined) return integration.live[gate.track];
  if (gate.derived === 'steps-passed' && gate.track !== undefined)
    return stepsBeforeLive(integration, gate.track)
      .flatMap((step) => gatesThatCount(step.gates, integration))
      .flatMap((before) => passedAt(before, integration) ?? [])
      .sort()
      .at(-1);
  return latestPiece(record)?.at;
}

/** The newest piece of a gate's evidence. */
export function latestPiece(record: GateRecord): Piece | undefined {
  return Object.values(record.pieces).reduce<Piece | undefined>(
    (latest, piece) => (latest === undefined || piece.at >= latest.at ? piece : latest),
    undefined,
  );
}
