import {
  type CertificationTrack,
  type CertificationView,
  certificationTracks,
  type ScenarioId,
  type ScenarioView,
} from '#contract/certification.ts';
import type { Tx } from '#platform/database.ts';
import { completedAt, loadProgress } from './certification-store.ts';
import {
  certificationFingerprint,
  isComplete,
  type Progress,
  scenarioFingerprint,
  stateOf,
} from './progress.ts';
import { scenarioOf } from './scenarios.ts';

/** Both tracks of an environment: what is agreed, and what the log has shown of it. */
export async function viewCertification(sql: Tx, environmentId: string): Promise<CertificationView[]> {
  const progress = await loadProgress(sql, environmentId);
  return Promise.all(certificationTracks.map((track) => viewTrack(sql, environmentId, progress, track)));
}

async function viewTrack(
  sql: Tx,
  environmentId: string,
  progress: Progress,
  track: CertificationTrack,
): Promise<CertificationView> {
  const fingerprint = certificationFingerprint(progress, track);
  const scenarios = progress.agreed[track].map((id) => viewScenario(progress, id));
  const at = isComplete(progress, track) ? await completedAt(sql, environmentId, track, fingerprint) : null;
  return {
    track,
    fingerprint,
    scenarios,
    passed: scenarios.filter((one) => one.state === 'passed').length,
    completedAt: at?.toString() ?? null,
  };
}

function viewScenario(progress: Progress, id: ScenarioId): ScenarioView {
  const state = stateOf(progress, id);
  const pass = state === 'open' ? undefined : progress.passes.get(id);
  return {
    ...scenarioOf(id),
    state,
    passedAt: pass?.state === 'passed' ? pass.seenAt.toString() : null,
    fingerprint: pass === undefined ? null : scenarioFingerprint(id, pass),
    evidence: pass === undefined ? null : { sentence: pass.sentence, sequence: pass.sequence },
  };
}
