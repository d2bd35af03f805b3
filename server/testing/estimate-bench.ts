import assert from 'node:assert/strict';
import type { EstimateContentInput } from '#contract/estimates.ts';
import { addContact, type Contact, customers } from '#modules/customers/index.ts';
import { documents } from '#modules/documents/index.ts';
import { estimates } from '#modules/estimates/index.ts';
import type { Actor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { transact } from '#platform/transact.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { makeCustomer, makePerson } from './factories.ts';
import { type TestServer, testServer } from './http.ts';
import { newestMail } from './outbox.ts';

/** 13 expected hours at $180 and 10 %: $2,574 net. */
export const signedContent: EstimateContentInput = {
  title: 'Employees from the HR system, Māori names included',
  lines: [
    {
      phase: 'build',
      deliverable: 'Employee feed',
      track: 'web-api',
      role: 'Consultant',
      optimisticHours: '8',
      likelyHours: '12',
      pessimisticHours: '22',
      rateCents: 18_000,
    },
  ],
  assumptions: ['The customer has a test environment.'],
  exclusions: [],
  customerTasks: ['End-to-end tests'],
  environments: ['sandbox', 'production'],
  contingencyPercent: 10,
  adjustments: [],
  currency: 'NZD',
  validUntil: '2099-12-31',
  termsVersion: '1',
};

type Made = Awaited<ReturnType<typeof makeCustomer>> & { url: string; contact: Contact };

/** A server with estimates, the people who work on them, and ways to take one to its sign-off. */
export interface EstimateBench {
  t: TestDatabase;
  server: TestServer;
  director: Actor & { kind: 'person' };
  manager: Actor & { kind: 'person' };
  /** A new customer's estimate in review, with a contact who may sign. */
  submitted(): Promise<Made>;
  /** The same, sent: with the token of the contact's link. */
  sent(): Promise<Made & { token: string }>;
  /** Asks for a code over a link and gives the one that was mailed. */
  codeFor(made: { token: string; contact: Contact }): Promise<string>;
  /** The words of the newest mail of a kind to an address. */
  mailText(to: string, kind: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a bench for a test file, with settings of its own where they are given. */
export async function openEstimateBench(
  overrides: Parameters<typeof openTestDatabase>[0] = {},
): Promise<EstimateBench> {
  const t = await openTestDatabase(overrides);
  const server = await testServer(t.platform, [customers, documents, estimates]);
  const director = await makePerson(t.platform, { roles: ['commercial-director'] });
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const must = async (person: Actor | null, url: string, body?: object) => {
    const answer = await server.as(person).post(url, body);
    assert.ok(answer.statusCode < 300, `${url}: ${answer.body}`);
    return answer.json();
  };
  const mailText: EstimateBench['mailText'] = async (to, kind) => {
    const [contact] = await t.platform.db<{ customerId: string }[]>`
      select customer_id as "customerId" from customers.find_by_email(${to})`;
    return (await newestMail(t, { customerId: contact?.customerId }, kind, to))?.text ?? '';
  };
  const submitted = async () => {
    const customer = await makeCustomer(t.platform);
    const base = `/api/customers/${showId('cus', customer.customerId)}/estimates`;
    const made = await must(manager, base, { content: signedContent });
    const url = `${base}/${made.id}`;
    await must(manager, `${url}/submit`);
    const contact = await transact(t.platform, { customerId: customer.customerId }, director, (work) =>
      addContact(work, customer.customerId, {
        name: 'Signing Person',
        email: `signer-${customer.code.toLowerCase()}@customer.example`,
        kind: 'signatory',
        hasAuthority: true,
        invite: true,
      }),
    );
    return { ...customer, url, contact };
  };
  return {
    t,
    server,
    director,
    manager,
    submitted,
    sent: async () => {
      const made = await submitted();
      await must(director, `${made.url}/finalise`);
      await must(director, `${made.url}/send`, { contacts: [showId('con', made.contact.id)] });
      const text = await mailText(made.contact.email, 'estimate');
      return { ...made, token: /\/sign-off\/([\w-]+)/.exec(text)?.[1] ?? '' };
    },
    codeFor: async ({ token, contact }) => {
      await must(null, `/api/sign-off/${token}/code`);
      return /(\d{6})/.exec(await mailText(contact.email, 'sign-off-code'))?.[1] ?? '';
    },
    mailText,
    close: async () => {
      await server.close();
      await t.close();
    },
  };
}
