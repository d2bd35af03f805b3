import type { IntegrationState } from '#contract/integrations.ts';
import { playbook1 } from './playbook-1.ts';
import type { Gate, Playbook, Row } from './playbook-words.ts';

export const currentPlaybook: Playbook = playbook1;

const versions = new Map<number, Playbook>([[playbook1.version, playbook1]]);

/** The playbook of a version; throws for one that never was, since every integration keeps the one it started with. */
export function playbookOf(version: number): Playbook {
  const found = versions.get(version);
  if (found === undefined) throw new Error(`there is no playbook of version ${version}`);
  return found;
}

const finals: ReadonlySet<IntegrationState> = new Set([
  'closed',
  'declined',
  'expired',
  'cancelled',
  'change-rejected',
]);

/** Whether nothing more happens to an integration in this state unless it is reopened. */
export function isFinal(state: IntegrationState): boolean {
  return finals.has(state);
}

/** A gate by its id; throws for one the playbook does not have. */
export function gateOf(playbook: Playbook, id: string): Gate {
  const gate = playbook.gates.find((one) => one.id === id);
  if (gate === undefined) throw new Error(`playbook ${playbook.version} has no gate ${id}`);
  return gate;
}

/** A row by its id; throws for one the playbook does not have. */
export function rowOf(playbook: Playbook, id: string): Row {
  const row = playbook.rows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`playbook ${playbook.version} has no row ${id}`);
  return row;
}

/** Whether a row leaves this state. */
export function leaves(row: Row, state: IntegrationState): boolean {
  return row.from === 'any' ? !isFinal(state) : row.from.includes(state);
}
