import type { IntegrationAction } from '#contract/integrations.ts';
import { sha256 } from '#platform/crypto.ts';
import { showId, uuidv7 } from '#platform/ids.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import type { Acts } from './act.ts';
import { type Dossier, record } from './dossier.ts';
import type { Attachment } from './facts.ts';
import { applies, gateStatus, isPassed } from './gates.ts';
import { insertAttachment } from './integration-store.ts';
import { isOneOf, mayConfirm, mayWaive, type Person } from './permits.ts';
import { playbookOf } from './playbook.ts';
import type { Gate } from './playbook-words.ts';
import { problems } from './problems.ts';

/** A person's word for a gate, and letting a gate through with a reason. */
export const gateActs: Acts<'confirm-gate' | 'waive-gate'> = {
  'confirm-gate': async (work, dossier, { gate: id, statement, attachment }, person) => {
    const gate = gateNamed(dossier, id);
    if (!mayConfirm(gate, person, dossier.integration)) throw whyNot(dossier, gate, person, gate.confirmBy);
    if (attachment === undefined && gate.attached !== undefined)
      throw problems['attachment-needed']({
        errors: [{ pointer: '/attachment', detail: `must be ${gate.attached}` }],
      });
    const kept = attachment === undefined ? {} : { attachment: await keep(work, dossier, attachment) };
    record(work, dossier, { kind: 'gate_confirmed', gate: gate.id, statement, ...kept });
  },

  'waive-gate': async (work, dossier, { gate: id, reason }, person) => {
    const gate = gateNamed(dossier, id);
    if (!mayWaive(gate, person, dossier.integration)) throw whyNot(dossier, gate, person, gate.waiveBy);
    record(work, dossier, { kind: 'gate_waived', gate: gate.id, reason });
  },
};

type Given = NonNullable<Extract<IntegrationAction, { action: 'confirm-gate' }>['attachment']>;

/** Keeps what somebody attaches to their word, by content hash. */
export async function keep(work: Work, dossier: Dossier, given: Given): Promise<Attachment> {
  const content = Buffer.from(given.contentBase64, 'base64');
  const id = uuidv7();
  const digest = sha256(content);
  const { name, mediaType } = given;
  await insertAttachment(
    work.sql,
    dossier.customerId,
    dossier.id,
    { id, name, mediaType, sha256: digest, content },
    work.now,
  );
  return { id: showId('doc', id), name, sha256: digest.toString('hex') };
}

function gateNamed({ integration }: Dossier, id: string): Gate {
  const gate = playbookOf(integration.playbook).gates.find((one) => one.id === id);
  if (gate === undefined || !applies(gate.when, integration))
    throw commonProblems['invalid-request']({
      errors: [{ pointer: '/gate', detail: 'must be the id of a gate of this integration, such as W5.unit' }],
    });
  return gate;
}

function whyNot({ integration }: Dossier, gate: Gate, person: Person, who: Gate['confirmBy']) {
  if (!isOneOf(who, person, integration)) return problems['gate-not-yours']();
  if (isPassed(gateStatus(gate, integration))) return problems['gate-passed']();
  return problems['integration-not-there-yet']({ detail: `It is in the state ${integration.state}.` });
}
