import type { CertificationTrack, ScenarioId } from '#contract/certification.ts';
import type { Work } from '#platform/transact.ts';
import { type EnvironmentOf, loadProgress, lockProgress, saveAgreement } from './certification-store.ts';
import { completeTracks, standingOf } from './complete-track.ts';
import { problems } from './problems.ts';
import { scenarioOf } from './scenarios.ts';

/** Agrees which scenarios a track has; what was seen already counts. */
export async function agreeScenarios(
  work: Work,
  of: EnvironmentOf,
  track: CertificationTrack,
  wanted: ScenarioId[],
): Promise<void> {
  const errors = wanted.flatMap((id, n) => {
    const pointer = `/scenarios/${n}`;
    const own = scenarioOf(id).track;
    if (own !== track) return [{ pointer, detail: `belongs to the track ${own}` }];
    return wanted.indexOf(id) === n ? [] : [{ pointer, detail: 'is named already' }];
  });
  if (errors.length > 0) throw problems['scenario-of-other-track']({ errors });
  await lockProgress(work.sql, of.environmentId);
  const progress = await loadProgress(work.sql, of.environmentId);
  const before = standingOf(progress);
  const by = work.actor.kind === 'person' ? work.actor.name : 'Fairlead';
  await saveAgreement(work.sql, of, { track, scenarios: wanted, by, at: work.now });
  progress.agreed[track] = wanted;
  work.audit({ action: 'certification.agree', detail: { track, scenarios: wanted } });
  await completeTracks(work, of, progress, before, work.now);
}
