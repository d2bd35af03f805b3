import { useState } from 'react';
import { type ContactView, type CustomerView, contactKind } from '#contract/customers.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';

const kindNames = {
  'project-owner': 'Project owner',
  developer: 'Developer',
  signatory: 'Signatory',
  other: 'Other',
};
const columns: Column<ContactView>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <>
        <span className="font-medium">{row.name}</span>
        <span className="block text-small text-muted @2xl:hidden">{row.email}</span>
      </>
    ),
  },
  {
    id: 'email',
    header: 'Mail address',
    value: (row) => row.email,
    cell: (row) => row.email,
    wideOnly: true,
  },
  {
    id: 'kind',
    header: 'Role',
    value: (row) => kindNames[row.kind],
    cell: (row) => kindNames[row.kind],
    wideOnly: true,
  },
  {
    id: 'authority',
    header: 'May sign',
    value: (row) => (row.hasAuthority ? 'yes' : 'no'),
    cell: (row) => (row.hasAuthority ? <Badge tone="positive">May sign</Badge> : 'no'),
    wideOnly: true,
  },
  {
    id: 'portal',
    header: 'Portal',
    value: (row) => (row.portal ? 'yes' : 'no'),
    cell: (row) => (row.portal ? 'yes' : 'no'),
    wideOnly: true,
  },
];

/** A customer's people. */
export function Contacts({ customer }: { customer: CustomerView }) {
  const [adding, setAdding] = useState(false);
  const may = useHasRole(
    'commercial-director',
    'integrations-manager',
    'lead-consultant',
    'customer-team-lead',
    'administrator',
  );
  const add = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `/api/customers/${customer.id}/contacts`, body),
    done: 'Contact added',
    quiet: true,
  });
  const [changing, setChanging] = useState<ContactView>();
  const change = useAct<Record<string, unknown>>({
    run: (body) => act('PUT', `/api/customers/${customer.id}/contacts/${changing?.id}`, body),
    done: 'Contact changed',
    quiet: true,
  });
  const [removing, setRemoving] = useState<ContactView>();
  const remove = useAct({
    run: () => act('DELETE', `/api/customers/${customer.id}/contacts/${removing?.id}`),
    done: 'Contact removed',
    quiet: true,
  });
  const button = may ? <Button onClick={() => setAdding(true)}>Add a contact</Button> : null;
  return (
    <Section title="Contacts" action={customer.contacts.length > 0 ? button : null}>
      <Table
        label="Contacts"
        name="contacts"
        plain
        rows={customer.contacts}
        columns={
          may
            ? [
                ...columns,
                {
                  ...acts,
                  cell: (row) => (
                    <span className="inline-flex gap-1 @max-2xl:flex-col @max-2xl:items-end">
                      <Button
                        small
                        look="quiet"
                        aria-label={`Change ${row.name}`}
                        onClick={() => setChanging(row)}
                      >
                        Change
                      </Button>
                      <Button
                        small
                        look="quiet"
                        aria-label={`Remove ${row.name}`}
                        onClick={() => setRemoving(row)}
                      >
                        Remove
                      </Button>
                    </span>
                  ),
                },
              ]
            : columns
        }
        rowId={(row) => row.id}
        empty={
          <EmptyState title="No contact yet" action={button}>
            Add who asks, who develops and who may sign. With an invitation they can sign in to the portal.
          </EmptyState>
        }
      />
      {adding ? (
        <FormDialog
          title={`Add a contact of ${customer.name}`}
          submit="Add contact"
          onClose={() => setAdding(false)}
          onSubmit={(body) => add.mutateAsync(body)}
          fields={[
            { name: 'name', label: 'Name', kind: 'text', required: true },
            { name: 'email', label: 'Mail address', kind: 'email', required: true },
            {
              name: 'kind',
              label: 'Role',
              kind: 'select',
              required: true,
              options: contactKind.options.map((value) => ({ value, label: kindNames[value] })),
            },
            { name: 'hasAuthority', label: 'May sign estimates and documents', kind: 'check' },
            { name: 'invite', label: 'Invite to the portal by mail', kind: 'check', initial: true },
          ]}
        />
      ) : null}
      {changing ? (
        <FormDialog
          title={`Change ${changing.name}`}
          description="Without the portal they are signed out at once. Links they were sent stop working when they lose the portal, a role or the authority to sign."
          submit="Save"
          onClose={() => setChanging(undefined)}
          onSubmit={(body) => change.mutateAsync(body)}
          fields={[
            { name: 'name', label: 'Name', kind: 'text', required: true, initial: changing.name },
            {
              name: 'kind',
              label: 'Role',
              kind: 'select',
              required: true,
              initial: changing.kind,
              options: contactKind.options.map((value) => ({ value, label: kindNames[value] })),
            },
            {
              name: 'hasAuthority',
              label: 'May sign estimates and documents',
              kind: 'check',
              initial: changing.hasAuthority,
            },
            { name: 'portal', label: 'May sign in to the portal', kind: 'check', initial: changing.portal },
          ]}
        />
      ) : null}
      {removing ? (
        <FormDialog
          title={`Remove ${removing.name}`}
          description="They lose the portal and the authority to sign, and links they were sent stop working. What they did stays in the history. Keys they hold are listed to be rolled."
          submit="Remove contact"
          critical
          onClose={() => setRemoving(undefined)}
          onSubmit={() => remove.mutateAsync()}
          fields={[]}
        />
      ) : null}
    </Section>
  );
}
