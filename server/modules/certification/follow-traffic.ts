import type { Consumer } from '#platform/consume.ts';
import type { StoredEvent } from '#platform/events.ts';
import type { Work } from '#platform/transact.ts';
import {
  type EnvironmentOf,
  loadProgress,
  lockProgress,
  savePass,
  saveSource,
} from './certification-store.ts';
import { completeTracks, standingOf } from './complete-track.ts';
import { type Change, follow, type Progress, scenarioFingerprint } from './progress.ts';
import { scenarioOf } from './scenarios.ts';
import { configurationOf, sightingsOf } from './sightings.ts';

/** Ticks scenarios from the log of each environment, sandbox and production alike. */
export const followTraffic: Consumer = {
  name: 'certification.scenarios',
  kinds: ['environment'],
  handle: async (work, events, stream) => {
    const { customerId, environmentId } = stream;
    if (customerId === null || environmentId === null) return;
    const relevant = events.filter(
      (event) => configurationOf(event) !== undefined || sightingsOf(event).length > 0,
    );
    if (relevant.length === 0) return;
    await lockProgress(work.sql, environmentId);
    const progress = await loadProgress(work.sql, environmentId);
    for (const event of relevant) await takeIn(work, { customerId, environmentId }, progress, event);
  },
};

async function takeIn(work: Work, of: EnvironmentOf, progress: Progress, event: StoredEvent): Promise<void> {
  const before = standingOf(progress);
  const change = follow(progress, event);
  await keep(work, of, progress, change, event.recordedAt);
  for (const id of change.passed) {
    const pass = progress.passes.get(id);
    if (pass === undefined) continue;
    const { track } = scenarioOf(id);
    work.emit(of.environmentId, {
      type: 'scenario.passed',
      subject: { scenario: id },
      data: { scenario: id, track, fingerprint: scenarioFingerprint(id, pass) },
    });
  }
  // Whoever counts on the Web API's scenarios counts anew after any change of its configuration: tell them again.
  if (change.reconfigured) delete before['web-api'];
  await completeTracks(work, of, progress, before, event.recordedAt);
}

async function keep(
  work: Work,
  of: EnvironmentOf,
  progress: Progress,
  change: Change,
  seenAt: Temporal.Instant,
): Promise<void> {
  for (const source of change.sources) {
    const fingerprint = progress.sources.get(source);
    if (fingerprint !== undefined) await saveSource(work.sql, of, { source, fingerprint, seenAt });
  }
  for (const id of change.scenarios) {
    const pass = progress.passes.get(id);
    if (pass !== undefined) await savePass(work.sql, of, id, pass);
  }
}
