import type { Role } from '#contract/roles.ts';

/** Whoever acts: a person, a customer's system with its credential, or a part of Fairlead itself. */
export type Actor =
  | {
      kind: 'person';
      id: string;
      name: string;
      email: string;
      /** Their own roles, and those of the people for whom they act today. */
      roles: Role[];
      customerId: string | null;
      /** Their own roles alone; left out, all of `roles` are. */
      ownRoles?: Role[];
      /** The people for whom they act today, by id. */
      standsFor?: readonly string[];
    }
  | {
      kind: 'credential';
      id: string;
      label: string;
      customerId: string;
      environmentId: string;
      scopes: string[];
    }
  | { kind: 'system'; id: string };

/** The actor for work that a consumer, job or door does on its own account. */
export function systemActor(id: string): Actor {
  return { kind: 'system', id };
}

/** What of an actor is written into events and the audit trail: no names, no addresses. */
export function actorReference(actor: Actor): { kind: Actor['kind']; id: string } {
  return { kind: actor.kind, id: actor.id };
}
