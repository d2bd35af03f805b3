import type { SignInLinkView } from '#contract/access.ts';
import { systemActor } from '#platform/actor.ts';
import { publicUrl } from '#platform/config.ts';
import { randomSecret, sha256 } from '#platform/crypto.ts';
import type { Platform } from '#platform/platform.ts';
import { transact, type Work } from '#platform/transact.ts';
import type { Person } from './person.ts';
import { customerNameOf, personByEmail, personById } from './person-store.ts';
import { problems } from './problems.ts';
import {
  countOpenLinks,
  findSignInLink,
  forgetOldLinks,
  insertSignInLink,
  markUsed,
  type SignInLink,
} from './sign-in-link-store.ts';

/** Name of the job that mails a sign-in link. */
export const signInLinkJob = 'mail-sign-in-link';

/** What the job needs; it is queued alike for every address, whether somebody has it or not. */
export interface SignInLinkWish {
  email: string;
  /** Where the person wants to be after signing in: a path of this server. */
  to: string;
  network: string;
}

const minutesOf = { demonstration: 24 * 60, production: 15 };
/**
 * Links that are mailed at most while they work: to one person, and of these for one network. Who asks for more has a link
 * that works in their mailbox, so nobody is locked out by what somebody else asks for.
 */
const mostOpen = { all: 20, fromHere: 5 };
const actor = systemActor('sign-in');

/** Queues a sign-in link for an address; the work is the same whether somebody has the address or not. */
export async function askForSignInLink(platform: Platform, wish: SignInLinkWish): Promise<void> {
  const key = sha256(`${wish.network} ${wish.email}`).toString('base64url');
  await transact(platform, {}, actor, async (work) =>
    work.enqueue(signInLinkJob, { ...wish }, { key: `${signInLinkJob}:${key}` }),
  );
}

/** Mails a sign-in link to who has the address; nothing happens when nobody has it. */
export async function mailSignInLink(platform: Platform, wish: SignInLinkWish): Promise<void> {
  const person = await personByEmail(platform.db, wish.email);
  if (person === undefined) return;
  const scope = person.customerId === null ? {} : { customerId: person.customerId };
  await transact(platform, scope, actor, async (work) => {
    const open = await countOpenLinks(work.sql, person.id, wish.network);
    if (open.all >= mostOpen.all || open.fromHere >= mostOpen.fromHere) return;
    const url = await createSignInLink(work, person, wish);
    await work.mail({
      to: [person.email],
      subject: 'Your sign-in link',
      text: `Kia ora ${person.name},\n\nOpen this link and press the button to sign in:\n\n${url}\n\nIt works once. If you did not ask for it, ignore this mail.\n`,
      automatic: true,
      kind: 'sign-in',
      confidential: true,
    });
    work.audit({ action: 'sign-in.link-sent', subject: person.id });
  });
}

/** Makes a link that signs a person in; it works once, for as long as the mode of the server says. */
export async function createSignInLink(
  work: Work,
  person: Pick<Person, 'id'>,
  { to, network }: Pick<SignInLinkWish, 'to' | 'network'>,
): Promise<string> {
  const { config } = work.platform;
  const token = randomSecret(32);
  await forgetOldLinks(work.sql, person.id);
  await insertSignInLink(work.sql, {
    tokenHash: sha256(token),
    personId: person.id,
    network,
    minutes: minutesOf[config.server.mode],
    now: work.now,
  });
  const url = new URL('/sign-in/link', publicUrl(config));
  url.searchParams.set('token', token);
  if (to !== '/') url.searchParams.set('to', to);
  return url.href;
}

/** Whom a link signs in, without using it: opening its page, by a person or by a mail scanner, uses nothing up. */
export async function describeSignInLink(platform: Platform, token: string): Promise<SignInLinkView> {
  const link = await findSignInLink(platform.db, sha256(token), false);
  const person =
    link === undefined || !isOpen(link) ? undefined : await personById(platform.db, link.personId);
  if (person === undefined) return { state: 'over', person: null };
  const customer = person.customerId === null ? null : await customerNameOf(platform.db, person.customerId);
  return { state: 'ready', person: { name: person.name, email: person.email, customer } };
}

/** Uses a link up and answers whom it signs in; fails with sign-in-link-over. */
export async function takeSignInLink(platform: Platform, token: string): Promise<Person> {
  return transact(platform, {}, actor, async (work) => {
    const link = await findSignInLink(work.sql, sha256(token), true);
    if (link === undefined || !isOpen(link)) throw problems['sign-in-link-over']();
    const person = await personById(work.sql, link.personId);
    if (person === undefined) throw problems['sign-in-link-over']();
    await markUsed(work.sql, link.id);
    work.audit({ action: 'sign-in.link-used', subject: person.id });
    return person;
  });
}

const isOpen = ({ usedAt, isOver, isLost }: SignInLink) => usedAt === null && !isOver && !isLost;
