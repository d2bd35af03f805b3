import { useSearch } from '@tanstack/react-router';
import { type OutgoingMailLine, outboxPage, outgoingMailView } from '#contract/mail.ts';
import { useApiOnce } from '../../api/use-api.ts';
import { useSearchedList } from '../../api/use-searched-list.ts';
import { Badge } from '../../ui/badge.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { sayKind } from '../../ui/history.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { useSetSearch } from '../../ui/set-search.ts';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Attachments, MailBody } from './mail-body.tsx';
import { NothingFits, StatusFilter, useNarrowed } from './status-filter.tsx';

const statusNames = { waiting: 'Waiting', sent: 'Sent', kept: 'Kept here', failed: 'Failed' };
const statusTones = { waiting: 'info', sent: 'positive', kept: 'neutral', failed: 'critical' } as const;
const columns: Column<OutgoingMailLine>[] = [
  {
    id: 'subject',
    header: 'Subject',
    value: (row) => row.subject,
    cell: (row) => <span className="font-medium">{row.subject}</span>,
  },
  {
    id: 'to',
    header: 'To',
    value: (row) => row.to.join(', '),
    cell: (row) => row.to.join(', '),
    wideOnly: true,
  },
  {
    id: 'kind',
    header: 'Kind',
    value: (row) => sayKind(row.kind),
    cell: (row) => sayKind(row.kind),
    wideOnly: true,
  },
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer?.code,
    cell: (row) => row.customer?.code ?? '–',
    wideOnly: true,
  },
  {
    id: 'status',
    header: 'Status',
    value: (row) => statusNames[row.status],
    cell: (row) => <Badge tone={statusTones[row.status]}>{statusNames[row.status]}</Badge>,
  },
  {
    id: 'at',
    header: 'Made',
    value: (row) => row.at,
    cell: (row) => <RelativeTime at={row.at} />,
    align: 'right',
  },
];

/** Every mail that went out, or would have: in a demonstration nothing leaves this machine. An open one has its own address. */
export function Outbox() {
  const { status } = useNarrowed();
  const list = useSearchedList('/api/outbox', outboxPage, { cursor: 'cursor', filters: { status } });
  const { mail } = useSearch({ strict: false }) as { mail?: string };
  const setSearch = useSetSearch();
  const open = (id: string | undefined) => setSearch({ mail: id });
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      <Table
        label="Outbox"
        {...list.table}
        columns={columns}
        rowId={(row) => row.id}
        onOpen={(row) => open(row.id)}
        openId={mail}
        controls={<StatusFilter names={statusNames} />}
        empty={
          list.filtered ? (
            <NothingFits />
          ) : (
            <EmptyState title="No mail yet">
              Sign-in links, estimates, reminders and invitations appear here as they are sent.
            </EmptyState>
          )
        }
      />
      {mail ? <Mail id={mail} onClose={() => open(undefined)} /> : null}
    </>
  );
}

function Mail({ id, onClose }: { id: string; onClose(): void }) {
  const query = useApiOnce(`/api/outbox/${id}`, outgoingMailView);
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && onClose()}
      title={query.data?.subject ?? 'Mail'}
      description={query.data ? `To ${query.data.to.join(', ')}` : undefined}
    >
      {query.error && !query.data ? (
        <ProblemView error={query.error} />
      ) : !query.data ? (
        <SkeletonLines />
      ) : (
        <div className="flex flex-col gap-5">
          {query.data.hidden ? (
            <p className="text-muted">
              The words of this mail are a key, such as a one-time link or a code: nobody but its receiver
              reads them.
            </p>
          ) : (
            <MailBody text={query.data.text} html={query.data.html} title={query.data.subject} />
          )}
          <Attachments items={query.data.attachments} path={`/api/outbox/${id}`} />
          <FactList title="Sending">
            <Fact name="Status">
              {statusNames[query.data.status]} {query.data.statusDetail}
            </Fact>
            <Fact name="Reply to">{query.data.replyTo ?? 'nobody'}</Fact>
            <Fact name="Attempts">{query.data.attempts}</Fact>
            <Fact name="Message-ID">
              <code className="font-mono text-code break-all">{query.data.messageId}</code>
            </Fact>
          </FactList>
        </div>
      )}
    </SidePanel>
  );
}
