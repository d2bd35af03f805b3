import type { CertificationTrack, ScenarioId, ScenarioView } from '#contract/certification.ts';
import { webApiFingerprint } from '#modules/web-api/index.ts';
import { fingerprint } from '#platform/fingerprint.ts';
import {
  type Configuration,
  configurationOf,
  type Sighting,
  sightingsOf,
  type Traffic,
} from './sightings.ts';

/** What the log has shown of one scenario, and the configuration it was seen under. */
export interface Pass extends Configuration {
  state: 'partly' | 'passed';
  sentence: string;
  sequence: number;
  seenAt: Temporal.Instant;
}

/** Where an environment stands: what is agreed, what was seen, and the newest configuration of each source. */
export interface Progress {
  agreed: Record<CertificationTrack, ScenarioId[]>;
  passes: Map<ScenarioId, Pass>;
  sources: Map<string, string>;
}

/** What one fact has changed. */
export interface Change {
  sources: string[];
  scenarios: ScenarioId[];
  /** Scenarios that passed with it. */
  passed: ScenarioId[];
  /** True when the API, an endpoint or a receiver that was known before now has another configuration. */
  reconfigured: boolean;
}

/** Takes a fact into the progress. A source that is seen for the first time leaves everything else as it was. */
export function follow(progress: Progress, event: Traffic): Change {
  const change: Change = { sources: [], scenarios: [], passed: [], reconfigured: false };
  noteConfiguration(progress, event, change);
  for (const sighting of sightingsOf(event)) see(progress, event, sighting, change);
  return change;
}

/** Whether a scenario passed, under the present configuration or an earlier one. */
export function stateOf(progress: Progress, id: ScenarioId): ScenarioView['state'] {
  const pass = progress.passes.get(id);
  if (pass === undefined) return 'open';
  const isPresent = presentFingerprint(progress, pass.source) === pass.fingerprint;
  if (pass.state === 'passed') return isPresent ? 'passed' : 'stale';
  return isPresent ? 'partly' : 'open';
}

/** Whether all agreed scenarios of a track passed under the present configuration. */
export function isComplete(progress: Progress, track: CertificationTrack): boolean {
  return progress.agreed[track].every((id) => stateOf(progress, id) === 'passed');
}

/**
 * Names what a track is certified under: the agreed scenarios and the configuration that each of them rests on. What
 * no agreed scenario rests on (one more endpoint, another track's traffic) leaves it as it is.
 */
export function certificationFingerprint(progress: Progress, track: CertificationTrack): string {
  const agreed = [...progress.agreed[track]].sort();
  const configuration = agreed.map((id) => {
    const pass = progress.passes.get(id);
    if (pass !== undefined) return presentFingerprint(progress, pass.source);
    return track === 'web-api' && id !== 'webhook-answered' ? webApiFingerprint : null;
  });
  return fingerprint({ track, agreed, configuration });
}

/** Names the configuration that a scenario was seen under. */
export function scenarioFingerprint(id: ScenarioId, pass: Pass): string {
  return fingerprint({ scenario: id, configuration: pass.fingerprint });
}

function presentFingerprint(progress: Progress, source: string | null): string | null {
  if (source === null) return null;
  return source === 'api' ? webApiFingerprint : (progress.sources.get(source) ?? null);
}

function noteConfiguration(progress: Progress, event: Traffic, change: Change): void {
  const now = configurationOf(event);
  if (now === undefined) return;
  const known = progress.sources.get(now.source);
  // A file is answered under the configuration it was received under, which may be an earlier one by now.
  const isLate = event.type.startsWith('transfer.') && event.type !== 'transfer.received';
  if (known === now.fingerprint || (known !== undefined && isLate)) return;
  progress.sources.set(now.source, now.fingerprint);
  change.sources.push(now.source);
  if (known === undefined || now.source.startsWith('exchange:')) return;
  change.reconfigured = true;
  if (now.source === 'api') return;
  // One answered webhook stands for all of them: when another one is changed, it is to be shown again.
  const answered = progress.passes.get('webhook-answered');
  if (answered === undefined || answered.source === now.source) return;
  progress.passes.set('webhook-answered', { ...answered, source: now.source, fingerprint: null });
  change.scenarios.push('webhook-answered');
}

function see(progress: Progress, event: Traffic, sighting: Sighting, change: Change): void {
  const { scenario, source, sees } = sighting;
  const before = progress.passes.get(scenario);
  const sameSource = before?.source === source;
  const same = sameSource && before?.fingerprint === sighting.fingerprint;
  if (stateOf(progress, scenario) === 'passed' && (same || !sameSource)) return;
  if (sees === 'second-half' && !(before?.state === 'partly' && same)) return;
  const isPassed = sees !== 'first-half';
  progress.passes.set(scenario, {
    source,
    fingerprint: sighting.fingerprint,
    state: isPassed ? 'passed' : 'partly',
    sentence: sees === 'second-half' ? `${before?.sentence} ${sighting.sentence}` : sighting.sentence,
    sequence: event.sequence,
    seenAt: event.recordedAt,
  });
  change.scenarios.push(scenario);
  if (isPassed) change.passed.push(scenario);
}
