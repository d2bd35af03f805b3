import type { Acts } from './act.ts';
import { record } from './dossier.ts';
import { expectGatesPassed } from './expect-gates.ts';
import { askedSeat } from './permits.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';
import { takeRow } from './settle.ts';

/** E2, E3, E3r, E4r and the short path. */
export const discoveryActs: Acts<
  'record-discovery' | 'answer-consultation' | 'ask-for-more' | 'skip-step' | 'change-scope'
> = {
  'record-discovery': async (work, dossier, { businessNeed, requiredOutcomes }) => {
    record(work, dossier, { kind: 'discovery_recorded', businessNeed, requiredOutcomes });
    record(work, dossier, { kind: 'gate_confirmed', gate: 'E2.discovery', statement: businessNeed });
    expectGatesPassed(dossier, 'E2');
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'E2'));
  },

  'answer-consultation': async (work, dossier, { answer }, person) => {
    const seat = askedSeat(person, dossier.integration);
    if (seat === undefined) throw problems['gate-passed']();
    record(work, dossier, { kind: 'answered', seat, answer });
    record(work, dossier, { kind: 'gate_confirmed', gate: `E3.${seat}`, statement: answer });
  },

  'ask-for-more': async (work, dossier, { questions }, person) => {
    const seat = askedSeat(person, dossier.integration);
    if (seat === undefined) throw problems['gate-passed']();
    record(work, dossier, { kind: 'more_asked', seat, questions });
    await takeRow(
      work,
      dossier,
      rowOf(playbookOf(dossier.integration.playbook), 'E3r'),
      person,
      questions.join('\n'),
    );
  },

  'skip-step': async (work, dossier, { step, reason }) => {
    const { state, playbook } = dossier.integration;
    const here = step === 'discovery' ? 'discovery' : 'customer-meeting';
    if (state !== here)
      throw problems['integration-not-there-yet']({ detail: `It is in the state ${state}.` });
    const gates = step === 'discovery' ? ['E2.discovery'] : ['E4.minutes', 'E4.customer-attended'];
    for (const gate of gates) record(work, dossier, { kind: 'gate_waived', gate, reason });
    if (step === 'discovery') await takeRow(work, dossier, rowOf(playbookOf(playbook), 'E2'));
  },

  'change-scope': async (work, dossier, { reason }, person) => {
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'E4r'), person, reason);
  },
};
