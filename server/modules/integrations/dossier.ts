import { type Actor, systemActor } from '#platform/actor.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { type Fact, type FactActor, factActor, type RecordedFact } from './facts.ts';
import { foldFact } from './fold.ts';
import type { Integration } from './integration.ts';
import {
  insertFacts,
  insertIntegration,
  readIntegration,
  replaceWaits,
  updateIntegration,
} from './integration-store.ts';
import { publishFact } from './publish-fact.ts';
import { scheduleStateTimers } from './state-timers.ts';
import { waitsOf } from './waits.ts';

/** An integration in hand within one transaction: locked, with the facts that are about to be added. */
export interface Dossier {
  id: string;
  customerId: string;
  /** Undefined until the opening has been recorded. */
  integration: Integration;
  added: RecordedFact[];
  stateBefore: string | undefined;
  sinceBefore: string | undefined;
  holdBefore: boolean;
}

/** Takes an integration of the scope's customer in hand and locks it; what is not there is not found. */
export async function takeDossier(work: Work, customerId: string, id: string): Promise<Dossier> {
  const integration = await readIntegration(work.sql, customerId, id, true);
  if (integration === undefined) throw notFound();
  return dossierOf(customerId, id, integration);
}

/** A dossier of an integration that is locked already. */
export function dossierOf(customerId: string, id: string, integration: Integration): Dossier {
  return {
    id,
    customerId,
    integration,
    added: [],
    stateBefore: integration.state,
    sinceBefore: integration.since,
    holdBefore: integration.hold !== undefined,
  };
}

/** Begins a new integration with its opening. */
export function openDossier(
  customerId: string,
  id: string,
  opening: Fact & { kind: 'opened' },
  actor: FactActor,
  at: Temporal.Instant,
): Dossier {
  const recorded: RecordedFact = { sequence: 1, at: at.toString(), actor, fact: opening };
  return {
    id,
    customerId,
    integration: foldFact(undefined, recorded),
    added: [recorded],
    stateBefore: undefined,
    sinceBefore: undefined,
    holdBefore: false,
  };
}

/** Who is named when nobody else is: Fairlead itself. */
export const fairlead: FactActor = factActor(systemActor('integrations'));

/** Adds a fact to the history in hand; the integration is at once as the fact leaves it. */
export function record(work: Work, dossier: Dossier, fact: Fact, by: Actor | FactActor = work.actor): void {
  const actor = 'name' in by && !('email' in by) ? by : factActor(by as Actor);
  const recorded: RecordedFact = {
    sequence: dossier.integration.sequence + 1,
    at: work.now.toString(),
    actor,
    fact,
  };
  dossier.integration = foldFact(dossier.integration, recorded);
  dossier.added.push(recorded);
}

/** Writes history, projection, waits and timers, and tells the log; nothing when no fact was added. */
export async function saveDossier(work: Work, dossier: Dossier): Promise<void> {
  const { id, customerId, integration, added } = dossier;
  if (added.length === 0) return;
  if (dossier.stateBefore === undefined) await insertIntegration(work.sql, customerId, id, integration);
  else await updateIntegration(work.sql, customerId, id, integration);
  await insertFacts(work.sql, customerId, id, added);
  await replaceWaits(work.sql, customerId, id, waitsOf(integration, work.platform.config));
  // A state that was left and entered again within one transaction is a new round with new timers.
  if (dossier.sinceBefore !== integration.since || dossier.holdBefore !== (integration.hold !== undefined))
    await scheduleStateTimers(work, dossier);
  for (const recorded of added) publishFact(work, dossier, recorded);
  if (added.some(({ fact }) => opensToEvidence(fact)))
    work.enqueue(catchUpJob, { customerId, integrationId: id }, { key: `${catchUpJob}:${id}` });
  dossier.added = [];
  dossier.stateBefore = integration.state;
  dossier.sinceBefore = integration.since;
  dossier.holdBefore = integration.hold !== undefined;
}

/** Kind of the job that shows an integration what was seen before it could take it in. */
export const catchUpJob = 'integration-catch-up';

function opensToEvidence(fact: Fact): boolean {
  return (
    fact.kind === 'opened' ||
    fact.kind === 'planned' ||
    (fact.kind === 'moved' && fact.row.startsWith('reopen.'))
  );
}
