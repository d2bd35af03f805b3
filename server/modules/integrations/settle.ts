import { setWaiting } from '#modules/desk/index.ts';
import type { Actor } from '#platform/actor.ts';
import type { Work } from '#platform/transact.ts';
import { type Dossier, fairlead, record } from './dossier.ts';
import { runEffects } from './effects.ts';
import { type FactActor, factActor } from './facts.ts';
import { allPassed, applies, gatesThatCount } from './gates.ts';
import { isOver } from './phases.ts';
import { leaves, playbookOf } from './playbook.ts';
import type { Row } from './playbook-words.ts';

/** Takes a row: records the move in the name of whoever did it, then brings its effects about. */
export async function takeRow(
  work: Work,
  dossier: Dossier,
  row: Row,
  by: Actor | FactActor = work.actor,
  note?: string,
): Promise<void> {
  const { integration } = dossier;
  const to = row.to === 'same' ? integration.state : row.to === 'previous' ? integration.previous : row.to;
  if (to === undefined) throw new Error(`row ${row.id} leads back, but there is no state to go back to`);
  const move = { kind: 'moved' as const, row: row.id, from: integration.state, to };
  record(work, dossier, note === undefined || note === '' ? move : { ...move, note }, by);
  await runEffects(work, dossier, row);
  if (isOver(move.from) !== isOver(to))
    await setWaiting(work, { integrationId: dossier.id, waiting: !isOver(to) });
  const rounds = dossier.integration.taken['E8']?.times ?? 0;
  if (row.id === 'E8' && rounds > work.platform.config.timers.refiningRounds)
    record(
      work,
      dossier,
      { kind: 'flagged', sentence: `The estimate is in its round ${rounds} of refinement.` },
      fairlead,
    );
}

/**
 * Takes every row that its gates let pass, and makes tracks live, until nothing more moves. On hold nothing moves:
 * the evidence is kept and counts as soon as the integration is resumed.
 */
export async function settle(
  work: Work,
  dossier: Dossier,
  by: Actor | FactActor = work.actor,
): Promise<void> {
  for (let moves = 0; moves < 20; moves++) {
    if (dossier.integration.hold !== undefined) return;
    if (makeTracksLive(work, dossier, by)) continue;
    const row = readyRow(dossier);
    if (row === undefined) return;
    await takeRow(work, dossier, row, row.who.includes('system') ? fairlead : by);
  }
  throw new Error(`integration ${dossier.id} moves in a circle`);
}

function readyRow({ integration }: Dossier): Row | undefined {
  return playbookOf(integration.playbook).rows.find(
    (row) =>
      row.by === 'gates' &&
      row.from !== 'any' &&
      leaves(row, integration.state) &&
      applies(row.when, integration) &&
      gatesThatCount(row.gates, integration).length > 0 &&
      allPassed(row.gates, integration),
  );
}

function makeTracksLive(work: Work, dossier: Dossier, by: Actor | FactActor): boolean {
  const { integration } = dossier;
  if (integration.state !== 'tracks') return false;
  const step = playbookOf(integration.playbook).steps.find(
    (one) =>
      one.makesLive &&
      integration.tracks.includes(one.track) &&
      integration.live[one.track] === undefined &&
      allPassed(one.gates, integration),
  );
  if (step === undefined) return false;
  const customerSaid = step.who.includes('customer');
  const sentence = customerSaid
    ? `${'name' in by ? by.name : factActor(by as Actor).name} is satisfied: the Web API is live.`
    : 'The first production file was used: file transfer is live.';
  record(
    work,
    dossier,
    { kind: 'track_live', track: step.track, row: step.id, sentence },
    customerSaid ? by : fairlead,
  );
  return true;
}
