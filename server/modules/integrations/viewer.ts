import type { Actor } from '#platform/actor.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import type { Scope } from '#platform/transact.ts';
import type { Person } from './permits.ts';

/** The person who asks; fails with forbidden for systems. */
export function viewerOf(actor: Actor): Person {
  if (actor.kind !== 'person') throw commonProblems.forbidden();
  return actor;
}

/** The customer in the address; not found without one. */
export function customerOf(scope: Scope): string {
  if (scope.customerId === undefined) throw notFound();
  return scope.customerId;
}
