import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { peopleList } from '#contract/access.ts';
import { type CustomerRow, customerList, serviceModelNames } from '#contract/customers.ts';
import { act } from '../api/client.ts';
import { useHasRole } from '../api/me.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { useSearchedList } from '../api/use-searched-list.ts';
import { Page } from '../app/page.tsx';
import { codeField, customerFields } from '../features/customers/customer-fields.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { sayCount } from '../ui/money.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Nothing, RelativeTime } from '../ui/time.tsx';

const columns: Column<CustomerRow>[] = [
  {
    id: 'name',
    header: 'Customer',
    value: (row) => row.name,
    cell: (row) => (
      <Link className="font-medium hover:underline" to={`/customers/${row.id}`} tabIndex={-1}>
        {row.name}
      </Link>
    ),
  },
  {
    id: 'code',
    header: 'Code',
    value: (row) => row.code,
    cell: (row) => <code className="font-mono text-code">{row.code}</code>,
  },
  {
    id: 'model',
    header: 'Service model',
    value: (row) => serviceModelNames[row.serviceModel],
    cell: (row) => serviceModelNames[row.serviceModel],
    wideOnly: true,
  },
  {
    id: 'heads',
    header: 'Head count',
    value: (row) => row.headCount,
    cell: (row) => (row.headCount === null ? <Nothing /> : sayCount(row.headCount)),
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'since',
    header: 'Since',
    value: (row) => row.createdAt,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    align: 'right',
    wideOnly: true,
  },
];

/** All customers. */
export function CustomersPage() {
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const list = useSearchedList('/api/customers', customerList, { sorts: true });
  const may = useHasRole('commercial-director', 'lead-consultant', 'administrator');
  const button = may ? (
    <Button look="primary" onClick={() => setAdding(true)}>
      Add a customer
    </Button>
  ) : null;
  return (
    <Page title="Customers" action={list.items?.length || list.filtered ? button : null}>
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table
          label="Customers"
          {...list.table}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => void navigate({ to: `/customers/${row.id}` })}
          empty={
            <EmptyState title="No customer yet" action={button}>
              Add the first one. It gets a sandbox and a production environment.
            </EmptyState>
          }
        />
      )}
      {adding ? <AddCustomer onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function AddCustomer({ onClose }: { onClose(): void }) {
  const navigate = useNavigate();
  const people = useApi('/api/people', peopleList);
  const add = useAct<Record<string, unknown>, { id: string }>({
    run: (body) => act('POST', '/api/customers', body),
    done: 'Customer added',
    onDone: (made) => void navigate({ to: `/customers/${made.id}` }),
    quiet: true,
  });
  if (!people.data) return null;
  return (
    <FormDialog
      title="Add a customer"
      description="It gets a sandbox and a production environment."
      submit="Add customer"
      onClose={onClose}
      onSubmit={(body) => add.mutateAsync(body)}
      fields={[codeField, ...customerFields(people.data.items)]}
    />
  );
}
