import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type AuditEntryView, auditList } from '#contract/access.ts';
import { customerView } from '#contract/customers.ts';
import { useHasRole } from '../api/me.ts';
import { useApi } from '../api/use-api.ts';
import { useSearchedList } from '../api/use-searched-list.ts';
import { Page } from '../app/page.tsx';
import { AuditEntryPanel, sayAction, sayActor } from '../features/access/audit-entry.tsx';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { useSetSearch } from '../ui/set-search.ts';
import { EmptyState } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Nothing, RelativeTime } from '../ui/time.tsx';

const columns: Column<AuditEntryView>[] = [
  {
    id: 'action',
    header: 'What',
    value: (row) => row.action,
    cell: (row) => <span className="font-medium">{sayAction(row.action)}</span>,
  },
  {
    id: 'who',
    header: 'Who',
    value: (row) => sayActor(row.actor),
    cell: (row) => <span className="wrap-anywhere">{sayActor(row.actor)}</span>,
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer?.code,
    cell: (row) =>
      row.customer ? <code className="font-mono text-code">{row.customer.code}</code> : <Nothing />,
    wideOnly: true,
  },
  {
    id: 'subject',
    header: 'About',
    value: (row) => row.subject,
    cell: (row) => (row.subject ? <code className="font-mono text-code">{row.subject}</code> : <Nothing />),
    wideOnly: true,
  },
  {
    id: 'at',
    header: 'When',
    value: (row) => row.at,
    cell: (row) => <RelativeTime at={row.at} />,
    align: 'right',
    wideOnly: true,
  },
];

interface Wish {
  customer?: string;
  from?: string;
  until?: string;
}

/** Who did what, newest first: of everybody, or of one customer when the address names it. */
export function AuditPage() {
  const { customer, from, until } = useSearch({ strict: false }) as Wish;
  const set = useSetSearch();
  const [open, setOpen] = useState<AuditEntryView>();
  const mayReadAll = useHasRole('administrator', 'auditor');
  const list = useSearchedList(customer ? `/api/customers/${customer}/audit` : '/api/audit', auditList, {
    cursor: 'before',
    filters: { from, until },
  });
  const view = useApi(customer ? `/api/customers/${customer}` : undefined, customerView);
  return (
    <Page
      title="Audit trail"
      crumbs={
        customer
          ? [
              { label: 'Customers', to: '/customers' },
              { label: view.data?.code ?? '…', to: `/customers/${customer}` },
            ]
          : []
      }
      lead={
        customer
          ? `What was done for ${view.data?.name ?? 'this customer'}.`
          : 'What was done, by whom, for whom.'
      }
      action={
        customer && mayReadAll ? (
          <Button onClick={() => set({ customer: undefined })}>Show all customers</Button>
        ) : null
      }
    >
      {list.error && !list.items ? (
        <ProblemView error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Table<AuditEntryView>
          label="Audit trail"
          {...list.table}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={setOpen}
          openId={open?.id}
          controls={
            <>
              <Day label="From" value={from} onChange={(day) => set({ from: day })} />
              <Day label="Until" value={until} onChange={(day) => set({ until: day })} />
            </>
          }
          empty={
            list.filtered ? (
              <EmptyState
                title="Nothing was done on these days"
                action={
                  <Button onClick={() => set({ q: undefined, from: undefined, until: undefined })}>
                    Show every day
                  </Button>
                }
              >
                Choose other days.
              </EmptyState>
            ) : (
              <EmptyState title="Nothing was done yet">
                Whatever people and keys change, and every value that is shown in full, is noted here.
              </EmptyState>
            )
          }
        />
      )}
      {open ? <AuditEntryPanel entry={open} onClose={() => setOpen(undefined)} /> : null}
    </Page>
  );
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange(day: string | undefined): void;
}) {
  return (
    <span className="flex items-center gap-1.5 text-small text-muted">
      <span aria-hidden>{label}</span>
      <Input
        type="date"
        aria-label={`${label} this day`}
        className="h-7 w-[140px]"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </span>
  );
}
