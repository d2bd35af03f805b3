import type { CreateCustomerBody } from '#contract/customers.ts';
import { parseId } from '#contract/ids.ts';
import type { StaffRole } from '#contract/roles.ts';
import { personById } from '#modules/access/index.ts';
import type { Work } from '#platform/transact.ts';
import type { Customer } from './customer-store.ts';
import { problems } from './problems.ts';

/** Which of the vendor's people look after a customer, by id; null where nobody is named. */
export type AccountPeople = Pick<Customer, 'directorId' | 'consultantId' | 'teamLeadId'>;

/** Each place with the field of the request that names its holder, and the role they must have. */
const places: {
  place: keyof AccountPeople;
  field: 'director' | 'consultant' | 'teamLead';
  role: StaffRole;
}[] = [
  { place: 'directorId', field: 'director', role: 'commercial-director' },
  { place: 'consultantId', field: 'consultant', role: 'lead-consultant' },
  { place: 'teamLeadId', field: 'teamLead', role: 'customer-team-lead' },
];

/** The people a request names; fails with account-person-without-role unless each holds the role of their place. */
export async function accountPeopleOf(
  work: Work,
  body: Pick<CreateCustomerBody, 'director' | 'consultant' | 'teamLead'>,
): Promise<AccountPeople> {
  const named: AccountPeople = { directorId: null, consultantId: null, teamLeadId: null };
  for (const { place, field, role } of places) {
    const shown = body[field];
    if (shown === undefined) continue;
    const id = parseId('per', shown);
    const person = id === undefined ? undefined : await personById(work.sql, id);
    if (!person?.roles.includes(role) || person.customerId !== null)
      throw problems['account-person-without-role']({
        errors: [{ pointer: `/${field}`, detail: 'is nobody who holds this role' }],
      });
    named[place] = person.id;
  }
  return named;
}
