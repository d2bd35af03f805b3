import { roleNames } from '#contract/roles.ts';
import { personById } from '#modules/access/index.ts';
import { getEstimate, reviseEstimate } from '#modules/estimates/index.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Acts } from './act.ts';
import { cancelInvitation } from './act-on-invitation.ts';
import { record } from './dossier.ts';
import { expectGatesPassed } from './expect-gates.ts';
import { rowsFor } from './permits.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';
import { takeRow } from './settle.ts';
import { mailPerson } from './tell.ts';
import { turnsOf } from './waits.ts';

/** What can be done from any state that is not final, and the way on from live to closed. */
export const alwaysActs: Acts<
  'hold' | 'resume' | 'cancel' | 'reassign' | 'reopen' | 'start-monitoring' | 'close'
> = {
  hold: async (work, dossier, { reason, resumeOn }) => {
    const { clock, config } = work.platform;
    if (Temporal.PlainDate.compare(resumeOn, clock.today(config.vendor.timeZone)) <= 0)
      throw commonProblems['invalid-request']({
        errors: [{ pointer: '/resumeOn', detail: 'must be a day after today' }],
      });
    record(work, dossier, { kind: 'held', reason, resumeOn });
  },

  resume: async (work, dossier, { note }) => {
    record(work, dossier, { kind: 'resumed', note });
  },

  cancel: async (work, dossier, { reason }, person) => {
    const [row] = rowsFor('cancel', dossier.integration);
    if (row === undefined) throw problems['integration-not-there-yet']();
    if (dossier.integration.hold !== undefined) record(work, dossier, { kind: 'resumed', note: '' });
    await cancelInvitation(work, dossier, person, reason);
    await takeRow(work, dossier, row, person, reason);
  },

  reassign: async (work, dossier, { seat, person: wanted, reason }, actor) => {
    const person = await personById(work.sql, wanted);
    if (person === undefined || person.customerId !== null || !person.roles.includes(seat))
      throw problems['person-without-role']();
    record(work, dossier, { kind: 'reassigned', seat, person: person.id, reason });
    const { consultation, state } = dossier.integration;
    const asked = state === 'consulting' ? consultation[seat] : undefined;
    if (asked !== undefined && asked.answeredAt === undefined)
      record(work, dossier, { kind: 'asked', seat, person: person.id });
    if (person.id === actor.id) return;
    const turns = turnsOf(dossier.integration).filter(({ whose }) => whose === seat);
    const next = turns.map(({ sentence }) => `It waits on you: ${sentence}`);
    const text = [reason, ...next, 'What is next stands on top of its page.'].filter(Boolean).join('\n');
    await mailPerson(work, dossier, person.id, `You are its ${roleNames[seat]} now`, text);
  },

  reopen: async (work, dossier, { reason, track }, person) => {
    const [row] = rowsFor('reopen', dossier.integration);
    if (row === undefined) throw problems['integration-not-there-yet']();
    if (!row.who.some((one) => person.roles.some((role) => role === one))) throw commonProblems.forbidden();
    const { integration } = dossier;
    if (row.id === 'reopen.live') {
      const again = track ?? integration.tracks[0];
      if (again === undefined || !integration.tracks.includes(again)) throw problems['track-not-chosen']();
      record(work, dossier, { kind: 'track_reopened', track: again, reason });
    }
    if (row.id === 'reopen.declined' && integration.links.estimate !== undefined) {
      const estimate = await getEstimate(work.sql, dossier.customerId, integration.links.estimate);
      if (estimate?.status === 'declined' || estimate?.status === 'expired')
        await reviseEstimate(work, dossier.customerId, estimate.id);
    }
    await takeRow(work, dossier, row, person, reason);
  },

  'start-monitoring': async (work, dossier, { note }, person) => {
    await takeRow(
      work,
      dossier,
      rowOf(playbookOf(dossier.integration.playbook), 'E15.monitoring'),
      person,
      note,
    );
  },

  close: async (work, dossier, { note }, person) => {
    expectGatesPassed(dossier, 'E15.closed');
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'E15.closed'), person, note);
  },
};
