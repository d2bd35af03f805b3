import { Link, useNavigate } from '@tanstack/react-router';
import { type TicketLine, ticketPage } from '#contract/desk.ts';
import { useSearchedList } from '../../api/use-searched-list.ts';
import { Badge } from '../../ui/badge.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { NothingFits, StatusFilter, useNarrowed } from './status-filter.tsx';

export const ticketStatusNames = { open: 'Open', held: 'On hold', closed: 'Closed' };
export const ticketStatusTones = { open: 'accent', held: 'caution', closed: 'neutral' } as const;
const columns: Column<TicketLine>[] = [
  { id: 'number', header: 'No.', value: (row) => row.number, cell: (row) => `#${row.number}`, width: '72px' },
  {
    id: 'subject',
    header: 'Subject',
    value: (row) => row.subject,
    cell: (row) => (
      <Link
        className="font-medium hover:underline"
        tabIndex={-1}
        to={`/customers/${row.customer.id}/tickets/${row.id}`}
      >
        {row.subject}
      </Link>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer.name,
    cell: (row) => row.customer.name,
    wideOnly: true,
  },
  {
    id: 'status',
    header: 'Status',
    value: (row) => ticketStatusNames[row.status],
    cell: (row) => (
      <span className="flex flex-wrap gap-1">
        <Badge tone={ticketStatusTones[row.status]}>{ticketStatusNames[row.status]}</Badge>
        {row.verified ? null : <Badge tone="caution">Sender not proved</Badge>}
      </span>
    ),
  },
  {
    id: 'assignee',
    header: 'Assigned to',
    value: (row) => row.assignee?.name,
    cell: (row) => row.assignee?.name ?? 'nobody',
    wideOnly: true,
  },
  {
    id: 'mails',
    header: 'Mails',
    value: (row) => row.mails,
    cell: (row) => row.mails,
    align: 'right',
    wideOnly: true,
  },
  {
    id: 'updated',
    header: 'Changed',
    value: (row) => row.updatedAt,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    align: 'right',
    wideOnly: true,
  },
];

/** Tickets across customers. */
export function Tickets() {
  const navigate = useNavigate();
  const { status } = useNarrowed();
  const list = useSearchedList('/api/tickets', ticketPage, { cursor: 'cursor', filters: { status } });
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Table
      label="Tickets"
      {...list.table}
      columns={columns}
      rowId={(row) => row.id}
      onOpen={(row) => void navigate({ to: `/customers/${row.customer.id}/tickets/${row.id}` })}
      controls={<StatusFilter names={ticketStatusNames} />}
      empty={
        list.filtered ? (
          <NothingFits />
        ) : (
          <EmptyState title="No ticket yet">A mail to the helpdesk address makes one by itself.</EmptyState>
        )
      }
    />
  );
}
