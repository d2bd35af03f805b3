import { peopleList } from '#contract/access.ts';
import type { CustomerView } from '#contract/customers.ts';
import { act } from '../../api/client.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { customerFields } from './customer-fields.ts';

/** Changes what is known of a customer. */
export function ChangeCustomer({ customer, onClose }: { customer: CustomerView; onClose(): void }) {
  const people = useApi('/api/people', peopleList);
  const change = useAct<Record<string, unknown>>({
    run: (body) => act('PUT', `/api/customers/${customer.id}`, body),
    done: 'Customer changed',
    quiet: true,
  });
  if (!people.data) return null;
  return (
    <FormDialog
      title={`Change ${customer.name}`}
      description="Integrations under way keep the service model and people they were opened with."
      submit="Save"
      onClose={onClose}
      onSubmit={(body) => change.mutateAsync(body)}
      fields={customerFields(people.data.items, customer)}
    />
  );
}
