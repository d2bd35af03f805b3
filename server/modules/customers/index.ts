// Customers owns the vendor's customers, their sandbox and production environments, and their contacts.

import type { Module } from '#platform/module.ts';
import { problems } from './problems.ts';
import { routes } from './routes.ts';

export { addContact } from './add-contact.ts';
export { createCustomer } from './create-customer.ts';
export {
  allEnvironments,
  type Contact,
  type Customer,
  contactsOf,
  customersByEmail,
  environmentsOf,
  findContact,
  getCustomer,
  getEnvironment,
} from './customer-store.ts';
export { environmentIdOf } from './environment-ids.ts';
export { onRightsLost } from './rights-lost.ts';

export const customers: Module = { name: 'customers', problems: problems.catalogue, routes };
