import { z } from 'zod';
import { shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine } from './text.ts';

export const serviceModel = z.enum(['fms', 'saas', 'supported']);
export type ServiceModel = z.infer<typeof serviceModel>;
/** How service models are written on screens. */
export const serviceModelNames: Record<ServiceModel, string> = {
  fms: 'FMS',
  saas: 'SaaS',
  supported: 'Supported',
};

export const environmentKind = z.enum(['sandbox', 'production']);
export type EnvironmentKind = z.infer<typeof environmentKind>;

export const contactKind = z.enum(['project-owner', 'developer', 'signatory', 'other']);

export const contactView = z.object({
  id: shownId('con'),
  name: z.string(),
  email: z.string(),
  kind: contactKind,
  hasAuthority: z.boolean(),
  person: shownId('per').nullable(),
  /** Whether they may sign in to the portal. */
  portal: z.boolean(),
});
export type ContactView = z.infer<typeof contactView>;

export const customerRow = z.object({
  id: shownId('cus'),
  code: z.string(),
  name: z.string(),
  serviceModel,
  headCount: z.number().int().nullable(),
  createdAt: z.string(),
});
export type CustomerRow = z.infer<typeof customerRow>;

/** What the list of customers can be sorted by; the other way round with a minus before it. */
export const customerSort = z.enum(['code', 'name', 'model', 'heads', 'since']);
export type CustomerSort = z.infer<typeof customerSort>;

/** GET /api/customers?search=&sort=&after=&limit=: every word of `search` begins a word of code, name or service model. */
export const customerListQuery = z.object({
  search: textLine(100, 0).optional(),
  sort: z.templateLiteral([z.enum(['', '-']), customerSort]).default('code'),
  after: z.string().max(600).optional(),
  limit: pageLimit(100),
});
export const customerList = z.object({
  items: z.array(customerRow),
  next: z.string().nullable(),
  /** How many the search finds, on all pages. */
  total: z.number().int(),
});

/** Who of the vendor's people looks after a customer in one place; null for nobody. */
const accountPerson = z.object({ id: shownId('per'), name: z.string() }).nullable();

/** GET /api/customers/:customer */
export const customerView = customerRow.extend({
  director: accountPerson,
  consultant: accountPerson,
  teamLead: accountPerson,
  environments: z.array(z.object({ id: shownId('env'), kind: environmentKind })),
  contacts: z.array(contactView),
  domains: z.array(z.string()),
});
export type CustomerView = z.infer<typeof customerView>;

/** POST /api/customers */
export const createCustomerBody = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{1,19}$/, 'must be 2 to 20 capitals and digits that start with a capital'),
  name: textLine(200),
  serviceModel,
  headCount: z.number().int().min(0).max(10_000_000).optional(),
  director: z.string().optional(),
  consultant: z.string().optional(),
  teamLead: z.string().optional(),
  domains: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^[a-z0-9.-]+\.[a-z]{2,}$/),
    )
    .max(20)
    .optional(),
});

export type CreateCustomerBody = z.infer<typeof createCustomerBody>;

/** PUT /api/customers/:customer: what may change of a customer; its code never does. */
export const changeCustomerBody = createCustomerBody.omit({ code: true });

/** PUT /api/customers/:customer/contacts/:contact; without `portal` the contact is signed out and can't sign in. */
export const changeContactBody = z.strictObject({
  name: textLine(200),
  kind: contactKind,
  hasAuthority: z.boolean(),
  portal: z.boolean(),
});

/** POST /api/customers/:customer/contacts; with `invite` the contact becomes a portal person and gets a sign-in mail. */
export const addContactBody = z.strictObject({
  name: textLine(200),
  email: z.email().max(200),
  kind: contactKind,
  hasAuthority: z.boolean().default(false),
  invite: z.boolean().default(true),
});
