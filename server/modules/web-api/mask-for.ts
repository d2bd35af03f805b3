import type { EmployeeDocument } from '#contract/payroll.ts';
import { maskDocument, type SensitivityClass } from '#modules/payroll/index.ts';
import type { Actor } from '#platform/actor.ts';

const classOfScope: Record<string, SensitivityClass> = {
  'personal:read': 'P2',
  'pay:read': 'P3',
  'restricted:read': 'P4',
};

/** The sensitivity classes that a key's scopes cover. */
export function classesOf(actor: Actor): ReadonlySet<SensitivityClass> {
  const allowed = new Set<SensitivityClass>(['P0', 'P1']);
  if (actor.kind === 'credential')
    for (const scope of actor.scopes) {
      const covered = classOfScope[scope];
      if (covered !== undefined) allowed.add(covered);
    }
  return allowed;
}

/** The employee as a key may see it: what its scopes do not cover is masked. */
export const maskFor = (actor: Actor, employee: EmployeeDocument): EmployeeDocument =>
  maskDocument(employee, classesOf(actor));
