import { portalRoles, type Role } from '#contract/roles.ts';
import type { Actor } from '#platform/actor.ts';
import type { Row } from '#platform/row.ts';

/** A person who can sign in. customerId is null for the vendor's own people. */
export interface Person extends Row<'access.people', 'id' | 'name' | 'email' | 'customer_id'> {
  roles: Role[];
  /** The people for whom they act today, by id; their roles are among `roles`. */
  standsFor?: readonly string[];
}

/** A person with their own roles, here or gone. */
export interface StaffPerson extends Person, Row<'access.people', 'active'> {
  /** The last day on which they may sign in, in the vendor's zone; null for no end. */
  lastDay: string | null;
}

/** Whether a role is one of a customer's people. */
export function isPortalRole(role: Role): boolean {
  return (portalRoles as readonly string[]).includes(role);
}

/** Everybody in whose seats a person acts today: their own, and those of whom they stand in for. */
export function seatsOf(person: Pick<Person, 'id' | 'standsFor'>): string[] {
  return [person.id, ...(person.standsFor ?? [])];
}

/** The person as the actor of what they do. */
export function actorOf(person: Person): Actor & { kind: 'person' } {
  return { kind: 'person', ...person };
}
