import { Link, useNavigate } from '@tanstack/react-router';
import { type CustomerRow, customerList, serviceModelNames } from '#contract/customers.ts';
import { useSearchedList } from '../../api/use-searched-list.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';

/** Customers, each leading to one tab of its sandbox and its production environment. */
export function CustomerPlaces({ tab }: { tab: string }) {
  const navigate = useNavigate();
  const list = useSearchedList('/api/customers', customerList, { sorts: true });
  const link = (row: CustomerRow, environment: string, label: string) => (
    <Link
      className="text-accent underline underline-offset-2"
      to={`/customers/${row.id}`}
      search={{ tab, environment } as never}
    >
      {label}
      <span className="sr-only"> of {row.name}</span>
    </Link>
  );
  const columns: Column<CustomerRow>[] = [
    {
      id: 'name',
      header: 'Customer',
      value: (row) => row.name,
      cell: (row) => <span className="font-medium">{row.name}</span>,
    },
    {
      id: 'code',
      header: 'Code',
      value: (row) => row.code,
      cell: (row) => <code className="font-mono text-code">{row.code}</code>,
      wideOnly: true,
    },
    {
      id: 'model',
      header: 'Service model',
      value: (row) => serviceModelNames[row.serviceModel],
      cell: (row) => serviceModelNames[row.serviceModel],
      wideOnly: true,
    },
    {
      ...acts,
      id: 'sandbox',
      header: 'Sandbox',
      cell: (row) => link(row, 'sandbox', 'Sandbox'),
    },
    {
      ...acts,
      id: 'production',
      header: 'Production',
      cell: (row) => link(row, 'production', 'Production'),
    },
  ];
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Table
      label="Customers"
      {...list.table}
      columns={columns}
      rowId={(row) => row.id}
      onOpen={(row) =>
        void navigate({ to: `/customers/${row.id}`, search: { tab, environment: 'production' } as never })
      }
      empty={<EmptyState title="No customer yet">Add the first one on the page Customers.</EmptyState>}
    />
  );
}
