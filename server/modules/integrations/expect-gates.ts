import type { Dossier } from './dossier.ts';
import { openGates } from './gates.ts';
import { playbookOf, rowOf } from './playbook.ts';
import { problems } from './problems.ts';

/** Throws gates-open with each gate of a row that has not passed. */
export function expectGatesPassed({ integration }: Dossier, rowId: string): void {
  const open = openGates(rowOf(playbookOf(integration.playbook), rowId).gates, integration);
  if (open.length > 0)
    throw problems['gates-open']({
      errors: open.map((gate) => ({ pointer: `/gates/${gate.id}`, detail: `${gate.title}: ${gate.awaits}` })),
    });
}
