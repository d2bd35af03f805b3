import { useNavigate } from '@tanstack/react-router';
import type { CustomerView } from '#contract/customers.ts';
import { act } from '../../api/client.ts';
import { useMe } from '../../api/me.ts';
import { useAct } from '../../api/use-api.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { planBody, planFields } from './action-fields.ts';
import { useLinkable } from './linkable.ts';
import { useConnections } from './use-connections.ts';

/** The form that opens an integration for a customer. */
export function OpenIntegration({ customer, onClose }: { customer: CustomerView; onClose(): void }) {
  const navigate = useNavigate();
  const open = useAct<Record<string, unknown>, { id: string }>({
    run: ({ requesterName, requesterEmail, ...body }) =>
      act('POST', `/api/customers/${customer.id}/integrations`, {
        ...planBody(body),
        ...(requesterName && requesterEmail
          ? { requester: { name: requesterName, email: requesterEmail } }
          : {}),
      }),
    done: 'Integration opened',
    onDone: (made) => void navigate({ to: `/customers/${customer.id}/integrations/${made.id}` }),
    quiet: true,
  });
  const contact = customer.contacts[0];
  const { vendor } = useMe();
  const opportunities = useLinkable('link-opportunity', customer.id);
  const connections = useConnections(customer.id);
  if (!connections.ready) return null;
  return (
    <FormDialog
      title={`Open an integration for ${customer.name}`}
      description="Starts the implementation process and links an opportunity."
      submit="Open integration"
      fields={[
        {
          name: 'name',
          label: 'Name',
          kind: 'text',
          required: true,
          help: 'What it connects, such as “HR system to payroll”.',
        },
        {
          name: 'origin',
          label: 'Origin',
          kind: 'select',
          required: true,
          options: [
            { value: 'existing', label: 'Existing customer' },
            { value: 'new', label: 'New customer in an onboarding project' },
          ],
        },
        {
          name: 'opportunity',
          label: 'Opportunity',
          kind: 'select',
          options: (opportunities ?? []).map(({ id, label }) => ({ value: id, label })),
          help: 'One that is there already. Without it one is made; a new customer needs none.',
        },
        ...planFields(connections.options, undefined, vendor.webhooks),
        { name: 'requesterName', label: 'Who asked for it', kind: 'text', initial: contact?.name },
        { name: 'requesterEmail', label: 'Their mail address', kind: 'email', initial: contact?.email },
        { name: 'projectReference', label: 'Onboarding project', kind: 'text', help: 'For new customers.' },
        { name: 'contractClause', label: 'Clause of the contract', kind: 'text', help: 'For new customers.' },
      ]}
      onSubmit={(body) => open.mutateAsync(body)}
      onClose={onClose}
    />
  );
}
