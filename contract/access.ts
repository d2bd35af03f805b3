import { z } from 'zod';
import { shownId } from './ids.ts';
import { webhookDirections } from './integration-words.ts';
import { pageLimit } from './query-number.ts';
import { role } from './roles.ts';
import { textLine } from './text.ts';

/** A person who signs in, as screens show them. */
export const personView = z.object({
  id: shownId('per'),
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  customer: shownId('cus').nullable(),
});
export type PersonView = z.infer<typeof personView>;

/** POST /api/auth/sign-in/magic-link: answers alike whether somebody has the address or not. */
export const askSignInLinkBody = z.object({
  email: z.email().max(200).toLowerCase(),
  callbackURL: z.string().max(2000).optional(),
});
/** GET /api/auth/magic-link/verify?token=: whom the link signs in; uses nothing up and signs nobody in. */
export const signInLinkView = z.object({
  state: z.enum(['ready', 'over']),
  person: z.object({ name: z.string(), email: z.string(), customer: z.string().nullable() }).nullable(),
});
export type SignInLinkView = z.infer<typeof signInLinkView>;
/** POST /api/auth/magic-link/verify, the button: signs in, once. */
export const signInLinkBody = z.object({ token: z.string().min(1).max(100) });

/** GET /api/me */
export const meView = z.object({
  person: personView,
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }).nullable(),
  vendor: z.object({
    name: z.string(),
    timeZone: z.string(),
    currency: z.string(),
    businessDayHours: z.number().describe('How long the vendor works in a day'),
    /** Which way the webhooks of a new integration go unless somebody says otherwise. */
    webhooks: webhookDirections,
  }),
  demonstration: z.boolean(),
  now: z.string(),
});
export type MeView = z.infer<typeof meView>;

/** The last day on which a person may sign in, in the vendor's zone; required for an auditor. */
const lastDay = z.iso.date().nullish();

export const createPersonBody = z.strictObject({
  name: textLine(200),
  email: z.email().max(200),
  roles: z.array(role).min(1),
  lastDay,
});

/** GET /api/people: the vendor's own people. */
export const peopleList = z.object({ items: z.array(personView) });

/** One of the vendor's people as administrators see them, gone ones too. */
export const staffView = personView.extend({ active: z.boolean(), lastDay: z.iso.date().nullable() });
export type StaffView = z.infer<typeof staffView>;

/** PUT /api/people/:person */
export const changePersonBody = z.strictObject({
  name: textLine(200),
  roles: z.array(role).min(1),
  active: z.boolean(),
  lastDay,
});

/** Who acts for whom, from a first to a last day in the vendor's zone. */
export const delegationView = z.object({
  id: shownId('dlg'),
  person: z.object({ id: shownId('per'), name: z.string() }),
  delegate: z.object({ id: shownId('per'), name: z.string() }),
  startsOn: z.iso.date(),
  endsOn: z.iso.date(),
});
export type DelegationView = z.infer<typeof delegationView>;

/** GET /api/staff: who is and was here, and who stands in for whom, now or later. */
export const staffList = z.object({ items: z.array(staffView), delegations: z.array(delegationView) });

/** POST /api/people/:person/delegations */
export const delegateBody = z.strictObject({
  delegate: shownId('per'),
  startsOn: z.iso.date(),
  endsOn: z.iso.date(),
});

/** One entry of the audit trail: who did what, about what, for which customer. */
export const auditEntryView = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  action: z.string(),
  subject: z.string().nullable(),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }).nullable(),
  environment: z.enum(['sandbox', 'production']).nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntryView = z.infer<typeof auditEntryView>;

/**
 * GET /api/audit and /api/customers/:customer/audit, newest first. `search` is an id of anything, or words that begin
 * words of the action or of the actor's name; `from` and `until` are days where the vendor is, both included.
 */
export const auditQuery = z.object({
  search: textLine(100, 0).optional(),
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
  before: z.uuid().optional(),
  limit: pageLimit(50),
});
export type AuditQuery = z.infer<typeof auditQuery>;
export const auditList = z.object({ items: z.array(auditEntryView), next: z.string().nullable() });
