import type { PortalRole, Role, StaffRole } from '#contract/roles.ts';
import {
  createPerson,
  hasNobody,
  type Person,
  peopleWithRole,
  personByEmail,
  type SignIn,
} from '#modules/access/index.ts';
import { systemActor } from '#platform/actor.ts';
import type { Platform } from '#platform/platform.ts';
import { read, transact } from '#platform/transact.ts';
import { developer, owner, vendorEmails } from './cast.ts';

/** The journey's names for the vendor's people. */
export type People = keyof typeof vendorEmails;

/** The demonstration's people at the vendor: one for each role, all made up, at an address that leads nowhere. */
const cast: { name: string; email: string; role: StaffRole }[] = [
  { name: 'Aroha Director', email: vendorEmails.director, role: 'commercial-director' },
  { name: 'Ishaan Manager', email: vendorEmails.manager, role: 'integrations-manager' },
  { name: 'Talia Lead', email: vendorEmails.lead, role: 'customer-team-lead' },
  { name: 'Conrad Consultant', email: 'consultant@vendor.example', role: 'lead-consultant' },
  { name: 'Sina Support', email: 'support@vendor.example', role: 'support' },
  { name: 'Anders Auditor', email: 'auditor@vendor.example', role: 'auditor' },
  { name: 'Ada Administrator', email: vendorEmails.administrator, role: 'administrator' },
];

/** Adds the demonstration's people to a database that has nobody yet. */
export async function addPeople(platform: Platform): Promise<void> {
  if (!(await hasNobody(platform.db))) return;
  await transact(platform, {}, systemActor('demonstration'), async (work) => {
    const quarter = platform.clock.today(platform.config.vendor.timeZone).add({ months: 3 }).toString();
    for (const { name, email, role } of cast) {
      const lastDay = role === 'auditor' ? quarter : null;
      await createPerson(work, { name, email, roles: [role], customerId: null, lastDay });
    }
  });
}

/** The demonstration's customer's people in the portal, by role; they are there once the journey has begun. */
const portalCast: { email: string; role: PortalRole }[] = [
  { email: owner.email, role: 'project-owner' },
  { email: owner.email, role: 'signatory' },
  { email: developer.email, role: 'developer' },
];

/** One person of each role with a fresh one-time sign-in link; of the customer's people those that are there. */
export async function signInLinks(
  platform: Platform,
  signIn: SignIn,
): Promise<{ role: Role; name: string; email: string; url: string }[]> {
  const found: { role: Role; person: Person | undefined }[] = [];
  for (const { role } of cast) {
    const [person] = await read(platform, {}, (sql): Promise<Person[]> => peopleWithRole(sql, role));
    found.push({ role, person });
  }
  for (const { role, email } of portalCast)
    found.push({ role, person: await personByEmail(platform.db, email) });
  const links: { role: Role; name: string; email: string; url: string }[] = [];
  for (const { role, person } of found)
    if (person !== undefined)
      links.push({ role, name: person.name, email: person.email, url: await signIn.link(person.email) });
  return links;
}
