import { useState } from 'react';
import { type PersonView, peopleList } from '#contract/access.ts';
import { roleNames, staffRoles } from '#contract/roles.ts';
import { act } from '../api/client.ts';
import { useHasRole, useMe } from '../api/me.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page, Section } from '../app/page.tsx';
import { addPasskey } from '../app/session.ts';
import { Fact, FactList } from '../features/integrations/facts.tsx';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { toast } from '../ui/toast.tsx';

const columns: Column<PersonView>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  { id: 'email', header: 'Mail address', value: (row) => row.email, cell: (row) => row.email },
  {
    id: 'roles',
    header: 'Roles',
    value: (row) => row.roles.map((role) => roleNames[role]).join(', '),
    cell: (row) => row.roles.map((role) => roleNames[role]).join(', '),
    wideOnly: true,
  },
];

/** The vendor, its people, and this person's own passkeys. */
export function SettingsPage() {
  const me = useMe();
  const people = useApi('/api/people', peopleList);
  const [adding, setAdding] = useState(false);
  const may = useHasRole('administrator');
  const add = useAct<Record<string, unknown>>({
    run: (body) => act('POST', '/api/people', body),
    done: 'Person added',
    quiet: true,
  });
  return (
    <Page title="Settings">
      <div className="flex flex-col gap-8">
        <div className="max-w-[640px]">
          <FactList title="Vendor">
            <Fact name="Name">{me.vendor.name}</Fact>
            <Fact name="Time zone">{me.vendor.timeZone}</Fact>
            <Fact name="Currency">{me.vendor.currency}</Fact>
            <Fact name="Mode">
              {me.demonstration ? 'Demonstration: no mail leaves this machine' : 'Production'}
            </Fact>
          </FactList>
        </div>
        <Section title="Your sign-in" className="max-w-[640px]">
          <p className="text-muted">A passkey signs you in without a mail.</p>
          <Button className="self-start" onClick={() => void addPasskey().then((said) => toast(said))}>
            Add a passkey
          </Button>
        </Section>
        <Section
          title="The vendor's people"
          action={may ? <Button onClick={() => setAdding(true)}>Add a person</Button> : null}
        >
          {people.error && !people.data ? (
            <ProblemView error={people.error} onRetry={() => void people.refetch()} />
          ) : (
            <Table label="People" rows={people.data?.items} columns={columns} rowId={(row) => row.id} plain />
          )}
        </Section>
      </div>
      {adding ? (
        <FormDialog
          title="Add a person"
          submit="Add person"
          onClose={() => setAdding(false)}
          onSubmit={(body) => add.mutateAsync(body)}
          fields={[
            { name: 'name', label: 'Name', kind: 'text', required: true },
            { name: 'email', label: 'Mail address', kind: 'email', required: true },
            {
              name: 'roles',
              label: 'Roles',
              kind: 'checks',
              required: true,
              options: staffRoles.map((value) => ({ value, label: roleNames[value] })),
            },
          ]}
        />
      ) : null}
    </Page>
  );
}
