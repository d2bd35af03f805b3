import { notFound } from '#platform/problem.ts';
import type { Scope } from '#platform/transact.ts';

/** The environment that the door has found in the address and checked against the caller. */
export function environmentOf(scope: Scope): { customerId: string; environmentId: string } {
  if (scope.customerId === undefined || scope.environmentId === undefined) throw notFound();
  return { customerId: scope.customerId, environmentId: scope.environmentId };
}
