import { type CertificationTrack, certificationTracks } from '#contract/certification.ts';
import type { Work } from '#platform/transact.ts';
import { type EnvironmentOf, insertCompletion } from './certification-store.ts';
import { certificationFingerprint, isComplete, type Progress } from './progress.ts';

/** Under which fingerprint each track is complete; undefined where it is not. */
type Standing = Partial<Record<CertificationTrack, string>>;

/** Where the tracks stand now. */
export function standingOf(progress: Progress): Standing {
  const standing: Standing = {};
  for (const track of certificationTracks)
    if (isComplete(progress, track)) standing[track] = certificationFingerprint(progress, track);
  return standing;
}

/**
 * Notes the tracks that are complete now and were not before, or not under this configuration. Of these only the Web
 * API's goes into the log: it is the evidence of the end-to-end tests, which files do not have.
 */
export async function completeTracks(
  work: Work,
  of: EnvironmentOf,
  progress: Progress,
  before: Standing,
  at: Temporal.Instant,
): Promise<void> {
  const now = standingOf(progress);
  for (const track of certificationTracks) {
    const fingerprint = now[track];
    if (fingerprint === undefined || fingerprint === before[track]) continue;
    await insertCompletion(work.sql, of, { track, fingerprint, at });
    if (track !== 'web-api') continue;
    work.emit(of.environmentId, {
      type: 'certification.completed',
      subject: { track },
      data: { track, fingerprint, scenarios: [...progress.agreed[track]] },
    });
  }
}
