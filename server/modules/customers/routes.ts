import { z } from 'zod';
import {
  addContactBody,
  changeContactBody,
  changeCustomerBody,
  contactView,
  createCustomerBody,
  customerList,
  customerListQuery,
  customerSort,
  customerView,
} from '#contract/customers.ts';
import { idOf } from '#contract/ids.ts';
import type { StaffRole } from '#contract/roles.ts';
import { personById } from '#modules/access/index.ts';
import type { Http } from '#platform/http.ts';
import { showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { accountPeopleOf } from './account-people.ts';
import { addContact } from './add-contact.ts';
import { changeContact, removeContact } from './change-contact.ts';
import { changeCustomer, customerChangers } from './change-customer.ts';
import { createCustomer } from './create-customer.ts';
import {
  type Contact,
  type CustomerListed,
  contactsOf,
  environmentsOf,
  getCustomer,
  type ListKey,
  listCustomers,
} from './customer-store.ts';

const tags = ['customers'];
const params = z.object({ customer: idOf('cus') });

const contactKeepers: StaffRole[] = [
  'commercial-director',
  'integrations-manager',
  'lead-consultant',
  'customer-team-lead',
  'administrator',
];

/** Customers with their environments and contacts. */
export function routes(app: Http, platform: Platform): void {
  app.get(
    '/api/customers',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Customers, searched and sorted',
        tags,
        querystring: customerListQuery,
        response: { 200: customerList },
      },
    },
    async (request) => {
      const { search, sort, limit } = request.query;
      const after = request.query.after === undefined ? undefined : parseListKey(request.query.after);
      const wish = { search, after, limit, sort: customerSort.parse(sort.replace('-', '')) };
      const rows = await read(platform, {}, (sql) =>
        listCustomers(sql, { ...wish, descending: sort.startsWith('-') }),
      );
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(showRow),
        next: last === undefined ? null : showListKey(last),
        total: rows[0]?.total ?? 0,
      };
    },
  );
  app.post(
    '/api/customers',
    {
      config: { access: { staff: ['commercial-director', 'lead-consultant', 'administrator'] } },
      schema: { summary: 'Add a customer', tags, body: createCustomerBody, response: { 201: customerView } },
    },
    async (request, reply) => {
      const { customer } = await transact(platform, {}, request.actor, async (work) =>
        createCustomer(work, { ...request.body, ...(await accountPeopleOf(work, request.body)) }),
      );
      return reply.code(201).send(await view(platform, customer.id));
    },
  );
  app.get(
    '/api/customers/:customer',
    {
      config: { access: { staff: 'any', portal: 'any' } },
      schema: { summary: 'One customer', tags, params, response: { 200: customerView } },
    },
    (request) => view(platform, request.params.customer),
  );
  app.put(
    '/api/customers/:customer',
    {
      config: { access: { staff: [...customerChangers] } },
      schema: {
        summary: 'Change a customer',
        tags,
        params,
        body: changeCustomerBody,
        response: { 200: customerView },
      },
    },
    async (request) => {
      const { customer } = request.params;
      await transact(platform, request.scope, request.actor, async (work) =>
        changeCustomer(work, customer, { ...request.body, ...(await accountPeopleOf(work, request.body)) }),
      );
      return view(platform, customer);
    },
  );
  app.post(
    '/api/customers/:customer/contacts',
    {
      config: { access: { staff: contactKeepers, themselves: true } },
      schema: {
        summary: 'Add a contact',
        tags,
        params,
        body: addContactBody,
        response: { 201: contactView },
      },
    },
    async (request, reply) => {
      const contact = await transact(platform, request.scope, request.actor, async (work) => {
        if ((await getCustomer(work.sql, request.params.customer)) === undefined) throw notFound();
        return addContact(work, request.params.customer, request.body);
      });
      return reply.code(201).send(showContact(contact));
    },
  );
  app.put(
    '/api/customers/:customer/contacts/:contact',
    {
      config: { access: { staff: contactKeepers, themselves: true } },
      schema: {
        summary: 'Change a contact, or take away the portal',
        tags,
        params: params.extend({ contact: idOf('con') }),
        body: changeContactBody,
        response: { 200: contactView },
      },
    },
    async (request) => {
      const { customer, contact } = request.params;
      return showContact(
        await transact(platform, request.scope, request.actor, (work) =>
          changeContact(work, customer, contact, request.body),
        ),
      );
    },
  );
  app.delete(
    '/api/customers/:customer/contacts/:contact',
    {
      config: { access: { staff: contactKeepers, themselves: true } },
      schema: {
        summary: 'Remove a contact: the portal, the authority to sign and all open links end',
        tags,
        params: params.extend({ contact: idOf('con') }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { customer, contact } = request.params;
      await transact(platform, request.scope, request.actor, (work) =>
        removeContact(work, customer, contact),
      );
      return reply.code(204).send(null);
    },
  );
}

async function view(platform: Platform, customerId: string) {
  return read(platform, { customerId }, async (sql) => {
    const customer = await getCustomer(sql, customerId);
    if (customer === undefined) throw notFound();
    const named = async (id: string | null) => {
      const person = id === null ? undefined : await personById(sql, id);
      return person === undefined ? null : { id: showId('per', person.id), name: person.name };
    };
    const [environments, contacts, director, consultant, teamLead] = await Promise.all([
      environmentsOf(sql, customerId),
      contactsOf(sql, customerId),
      named(customer.directorId),
      named(customer.consultantId),
      named(customer.teamLeadId),
    ]);
    return {
      ...showRow(customer),
      director,
      consultant,
      teamLead,
      environments: environments.map(({ id, kind }) => ({ id: showId('env', id), kind })),
      contacts: contacts.map(showContact),
      domains: customer.domains,
    };
  });
}

function showListKey({ key, code }: ListKey): string {
  return Buffer.from(JSON.stringify([key, code])).toString('base64url');
}

function parseListKey(text: string): ListKey {
  try {
    const [key, code] = z
      .tuple([z.string(), z.string()])
      .parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { key, code };
  } catch {
    throw commonProblems['invalid-request']({ detail: 'after is none of our cursors' });
  }
}

function showRow(customer: CustomerListed) {
  return {
    id: showId('cus', customer.id),
    code: customer.code,
    name: customer.name,
    serviceModel: customer.serviceModel,
    headCount: customer.headCount,
    createdAt: customer.createdAt.toString(),
  };
}

function showContact(contact: Contact) {
  return {
    id: showId('con', contact.id),
    name: contact.name,
    email: contact.email,
    kind: contact.kind,
    hasAuthority: contact.hasAuthority,
    person: contact.personId === null ? null : showId('per', contact.personId),
    portal: contact.portal,
  };
}
