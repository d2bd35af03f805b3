import { type StaffRole, staffRole } from '#contract/roles.ts';
import { createPerson, createSignIn, personByEmail } from '#modules/access/index.ts';
import { systemActor } from '#platform/actor.ts';
import { openLibraryPool } from '#platform/database.ts';
import { StartupFault } from '#platform/startup-fault.ts';
import { transact } from '#platform/transact.ts';
import { openFairlead } from '../wiring.ts';
import type { Arguments } from './arguments.ts';
import { assertFitDatabase } from './own-database.ts';
import { settingsFor } from './settings.ts';

/**
 * `fairlead invite EMAIL --name NAME [--role ROLE]`: adds one of the vendor's people, an administrator unless another role
 * is named, and prints a one-time sign-in link. It is how the first one gets in; a person who is there gets a link only.
 */
export async function invite(args: Arguments): Promise<void> {
  const { email, name, role } = args.invited ?? {};
  if (email === undefined || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    throw new StartupFault('Name whom to invite: fairlead invite EMAIL --name NAME [--role administrator].');
  const { config } = await settingsFor(args, 'production');
  const url = config.database.url.reveal();
  await assertFitDatabase(url);
  const fairlead = await openFairlead(config, { roles: [], databaseUrl: url });
  const pool = openLibraryPool(url, 1, config.database);
  try {
    const { platform } = fairlead;
    if ((await personByEmail(platform.db, email)) === undefined) {
      if (name === undefined)
        throw new StartupFault(`There is nobody with the address ${email}: add --name.`);
      const person = { name, email, roles: [roleOf(role)], customerId: null };
      await transact(platform, {}, systemActor('invite'), (work) => createPerson(work, person));
    }
    const link = await createSignIn(platform, pool).link(email.toLowerCase());
    process.stdout.write(`Sign in within 15 minutes; the link works once:\n\n  ${link}\n`);
  } finally {
    await pool.end();
    await fairlead.close();
  }
}

function roleOf(text = 'administrator'): StaffRole {
  const role = staffRole.safeParse(text);
  if (!role.success)
    throw new StartupFault(`There is no role "${text}". Roles: ${staffRole.options.join(', ')}.`);
  if (role.data === 'auditor')
    throw new StartupFault('An auditor reads for a time: add one with a last day under Settings.');
  return role.data;
}
