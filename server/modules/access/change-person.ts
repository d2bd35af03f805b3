import type { Role } from '#contract/roles.ts';
import { notFound } from '#platform/problem.ts';
import type { Work } from '#platform/transact.ts';
import { expectLastDay } from './create-person.ts';
import { expectMayGrant } from './delegate.ts';
import { deleteDelegationsOf } from './delegation-store.ts';
import { mailInvitation, sayRoles } from './invite-person.ts';
import { isPortalRole, rolesLost, type StaffPerson } from './person.ts';
import { lockAdministrators, portalPerson, staffPerson, updatePerson } from './person-store.ts';
import { problems } from './problems.ts';

/**
 * Changes the name and roles of one of the vendor's people, sets their last day, or lets them go or come back. Who is let go is signed out at
 * once, and whatever they handed to others or others to them ends: roles leave with their holder. Fails with last-administrator when nobody would be left to let others in.
 */
export async function changePerson(
  work: Work,
  personId: string,
  input: { name: string; roles: Role[]; active: boolean; lastDay?: string | null | undefined },
): Promise<StaffPerson> {
  const administrators = await lockAdministrators(work.sql);
  const before = await staffPerson(work.sql, personId);
  if (before === undefined) throw notFound();
  if (input.roles.some(isPortalRole)) throw problems['role-not-for-customer']();
  await expectMayGrant(work);
  const lastDay = input.lastDay ?? null;
  expectLastDay(input.roles, lastDay);
  const stays = input.active && lastDay === null && input.roles.includes('administrator');
  if (!stays && administrators.every((id) => id === personId) && administrators.length > 0)
    throw problems['last-administrator']();
  const after = { ...before, ...input, lastDay };
  const lost = rolesLost(before, after, todayOf(work));
  await updatePerson(
    work.sql,
    after,
    work.platform.config.vendor.timeZone,
    lost.length > 0 ? work.now : null,
  );
  if (input.active && !before.active) await mailInvitation(work, after, sayRoles(work, after));
  const delegationsEnded = input.active ? 0 : await deleteDelegationsOf(work.sql, personId);
  work.audit({
    action: 'person.change',
    subject: personId,
    detail: {
      roles: { old: before.roles, new: input.roles },
      active: { old: before.active, new: input.active },
      lastDay: { old: before.lastDay, new: lastDay },
      ...(delegationsEnded > 0 ? { delegationsEnded } : {}),
    },
  });
  return after;
}

/** Changes one of a customer's people, or lets them go or come back; the customer's contact is who decides it. */
export async function changePortalPerson(
  work: Work,
  personId: string,
  input: { name: string; roles: Role[]; active: boolean },
): Promise<void> {
  const before = await portalPerson(work.sql, personId);
  if (before === undefined) throw notFound();
  if (!input.roles.every(isPortalRole)) throw problems['role-not-for-customer']();
  const lost = rolesLost(before, input, todayOf(work));
  await updatePerson(
    work.sql,
    { ...before, ...input },
    work.platform.config.vendor.timeZone,
    lost.length > 0 ? work.now : null,
  );
  work.audit({
    action: 'person.change',
    subject: personId,
    detail: {
      roles: { old: before.roles, new: input.roles },
      active: { old: before.active, new: input.active },
    },
  });
}

function todayOf({ now, platform }: Work): Temporal.PlainDate {
  return now.toZonedDateTimeISO(platform.config.vendor.timeZone).toPlainDate();
}
