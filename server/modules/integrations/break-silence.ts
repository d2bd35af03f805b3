import { remindSigners } from '#modules/estimates/index.ts';
import type { Work } from '#platform/transact.ts';
import { type Dossier, dossierOf, fairlead, record, saveDossier } from './dossier.ts';
import { directorSeat } from './integration.ts';
import { readIntegration } from './integration-store.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { takeRow } from './settle.ts';
import { timersOf } from './state-timers.ts';
import { mailPerson } from './tell.ts';
import { personOf, turnsOf } from './waits.ts';

/**
 * A state has lasted as long as its timer allows: reminds whoever it waits on, the customer's signers of a sent
 * estimate among them, tells the Commercial Director too when it escalates or alarms, or moves on. A timer of a state that was left, or of one on hold, does nothing.
 */
export async function breakSilence(
  work: Work,
  payload: { integrationId: string; timer: string; since: string },
): Promise<void> {
  const dossier = await inHand(work, payload.integrationId);
  if (dossier === undefined) return;
  const { integration } = dossier;
  const timer = timersOf(integration, work.platform.config).find((one) => one.id === payload.timer);
  if (timer === undefined || integration.hold !== undefined || integration.since !== payload.since) return;
  if (integration.escalated.includes(timer.id)) return;
  if (timer.does === 'move') {
    await takeRow(
      work,
      dossier,
      rowOf(playbookOf(integration.playbook), timer.row),
      fairlead,
      timer.sentence,
    );
    await saveDossier(work, dossier);
    return;
  }
  record(
    work,
    dossier,
    { kind: 'escalated', timer: timer.id, does: timer.does, sentence: timer.sentence },
    fairlead,
  );
  const whom = timer.whom === undefined ? turnsOf(integration).map((turn) => turn.whose) : [timer.whom];
  const people = new Set(whom.map((one) => personOf(integration, one)));
  const { estimate } = integration.links;
  if (whom.includes('customer') && integration.state === 'sent' && estimate !== undefined)
    if ((await remindSigners(work, dossier.customerId, estimate)) > 0) people.delete(undefined);
  if (timer.does !== 'remind' || people.has(undefined))
    people.add(integration.seats[directorSeat(integration)]);
  for (const person of people)
    if (person !== undefined) await mailPerson(work, dossier, person, timer.sentence, timer.sentence);
  await saveDossier(work, dossier);
}

/** The day on which a hold was to end: tells the director, who resumes or holds on. */
export async function remindOfHold(work: Work, payload: { integrationId: string }): Promise<void> {
  const dossier = await inHand(work, payload.integrationId);
  const hold = dossier?.integration.hold;
  if (dossier === undefined || hold === undefined) return;
  const sentence = `The hold was to end on ${hold.resumeOn}: ${hold.reason}`;
  record(work, dossier, { kind: 'escalated', timer: 'hold', does: 'remind', sentence }, fairlead);
  const person = dossier.integration.seats[directorSeat(dossier.integration)];
  if (person !== undefined) await mailPerson(work, dossier, person, 'The hold ends today', sentence);
  await saveDossier(work, dossier);
}

async function inHand(work: Work, id: string): Promise<Dossier | undefined> {
  const { customerId } = work.scope;
  if (customerId === undefined) return undefined;
  const integration = await readIntegration(work.sql, customerId, id, true);
  return integration === undefined ? undefined : dossierOf(customerId, id, integration);
}
