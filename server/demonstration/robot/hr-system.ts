import { type HrPerson, makePerson } from './hr-person.ts';
import type { Memory } from './memory.ts';

/** The nth person as the customer's HR system has them today: as made, with what was changed since. */
export function personOf(memory: Memory, n: number): HrPerson {
  return { ...makePerson(n), ...changesOf(memory)[n] };
}

/** The first people of the HR system. */
export function peopleOf(memory: Memory, count: number): HrPerson[] {
  return Array.from({ length: count }, (_, n) => personOf(memory, n));
}

/** Changes a person in the HR system; payroll has not been told yet. */
export function changePerson(memory: Memory, n: number, change: Partial<HrPerson>): void {
  const changes = changesOf(memory);
  memory.set('hr-changes', JSON.stringify({ ...changes, [n]: { ...changes[n], ...change } }));
}

/** Notes that the sandbox of payroll has taken a person. */
export function noteInSandbox(memory: Memory, n: number): void {
  const there = inSandbox(memory);
  if (!there.includes(n)) memory.set('hr-in-sandbox', JSON.stringify([...there, n]));
}

/** Who is in the sandbox, as far as the HR system knows. */
export function inSandbox(memory: Memory): number[] {
  return JSON.parse(memory.find('hr-in-sandbox') ?? '[]');
}

function changesOf(memory: Memory): Record<number, Partial<HrPerson>> {
  return JSON.parse(memory.find('hr-changes') ?? '{}');
}
