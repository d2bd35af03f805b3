import { contactsOf } from '#modules/customers/index.ts';
import type { Work } from '#platform/transact.ts';
import type { Acts } from './act.ts';
import { keep } from './act-on-gates.ts';
import { record } from './dossier.ts';
import type { Person } from './permits.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';
import { takeRow } from './settle.ts';

/** N1 to N5 and N7: new customers, whose integrations belong to their onboarding project. */
export const scopeActs: Acts<
  'record-project' | 'decide-scope' | 'decide-change' | 'engage' | 'revisit-scope'
> = {
  'record-project': async (work, dossier, { projectReference, contractClause }) => {
    record(work, dossier, { kind: 'project_recorded', projectReference, contractClause });
    record(work, dossier, { kind: 'gate_confirmed', gate: 'N1.project', statement: projectReference });
    record(work, dossier, { kind: 'gate_confirmed', gate: 'N1.clause', statement: contractClause });
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'N1'));
  },

  'decide-scope': async (work, dossier, { decision, clause }) => {
    const inScope = decision === 'in-scope';
    const change = inScope ? {} : { changeNumber: dossier.integration.number.replace('INT-', 'CR-') };
    record(work, dossier, { kind: 'scope_decided', decision, clause, ...change });
    const gate = inScope ? 'N2.clause' : 'N3.clause-absent';
    record(work, dossier, { kind: 'gate_confirmed', gate, statement: clause });
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), inScope ? 'N2' : 'N3'));
  },

  'decide-change': async (work, dossier, { decision, reference, proof, note }, person) => {
    if (person.customerId !== null) await expectAuthority(work, person);
    // An outside approval needs its proof; the customer's own word is one.
    if (decision === 'approved' && proof === undefined && person.customerId === null)
      throw problems['proof-needed']({ errors: [{ pointer: '/proof', detail: 'is missing' }] });
    const attachment = proof === undefined ? {} : { attachment: await keep(work, dossier, proof) };
    record(work, dossier, { kind: 'change_decided', decision, reference, note, ...attachment });
    const approved = decision === 'approved';
    if (approved)
      record(work, dossier, {
        kind: 'gate_confirmed',
        gate: 'N4.proof',
        statement: reference,
        ...attachment,
      });
    const row = rowOf(playbookOf(dossier.integration.playbook), approved ? 'N4.approved' : 'N4.rejected');
    await takeRow(work, dossier, row, person, note);
  },

  engage: async (work, dossier, { note }, person) => {
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'N5'), person, note);
  },

  'revisit-scope': async (work, dossier, { reason }, person) => {
    await takeRow(work, dossier, rowOf(playbookOf(dossier.integration.playbook), 'N7'), person, reason);
  },
};

/** A change costs money: of the customer's people only those decide whom the customer gave the authority, as for a sign-off. */
async function expectAuthority(work: Work, person: Person): Promise<void> {
  const contacts = await contactsOf(work.sql, person.customerId ?? '');
  if (!contacts.some((one) => one.personId === person.id && one.hasAuthority))
    throw problems['authority-needed']();
}
