import { portalRoles, type Role } from '#contract/roles.ts';
import type { Actor } from '#platform/actor.ts';
import type { Row } from '#platform/row.ts';

/** A person who can sign in. customerId is null for the vendor's own people. */
export interface Person extends Row<'access.people', 'id' | 'name' | 'email' | 'customer_id'> {
  roles: Role[];
  /** Their own roles, without those of the people for whom they act today. */
  ownRoles?: Role[];
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

/** The roles a person lost by a change: all when they leave, or come back after a last day that has passed. */
export function rolesLost(
  before: Pick<StaffPerson, 'roles' | 'active' | 'lastDay'>,
  after: Pick<StaffPerson, 'roles' | 'active'>,
  today: Temporal.PlainDate,
): Role[] {
  const wasOver = before.lastDay !== null && before.lastDay < today.toString();
  if (wasOver || !after.active) return before.active ? before.roles : [];
  return before.roles.filter((role) => !after.roles.includes(role));
}

/** Everybody in whose seats a person acts today: their own, and those of whom they stand in for. */
export function seatsOf(person: Pick<Person, 'id' | 'standsFor'>): string[] {
  return [person.id, ...(person.standsFor ?? [])];
}

/** The person as the actor of what they do. */
export function actorOf(person: Person): Actor & { kind: 'person' } {
  return { kind: 'person', ...person };
}
