import { Link } from '@tanstack/react-router';
import { type MailOutcome, type ReceivedMail, receivedMailPage } from '#contract/desk.ts';
import { act } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { useSearchedList } from '../../api/use-searched-list.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { saySize } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { NothingFits } from './status-filter.tsx';

const outcomes: Record<MailOutcome, { name: string; tone: Tone }> = {
  waiting: { name: 'Being read', tone: 'info' },
  'ticket-created': { name: 'Made a ticket', tone: 'positive' },
  appended: { name: 'On its ticket', tone: 'positive' },
  held: { name: 'Held for a person', tone: 'caution' },
  placed: { name: 'Placed by a person', tone: 'positive' },
  discarded: { name: 'Discarded', tone: 'neutral' },
  automatic: { name: 'Automatic mail', tone: 'neutral' },
  bounce: { name: 'A mail that came back', tone: 'neutral' },
  duplicate: { name: 'The same mail again', tone: 'neutral' },
  own: { name: 'Our own mail', tone: 'neutral' },
  unparseable: { name: 'Held, not readable', tone: 'caution' },
};

/** Every mail that the helpdesk accepted and what became of it; a discarded one can be taken back while it is kept. */
export function ReceivedMails() {
  const list = useSearchedList('/api/received-mails', receivedMailPage, { cursor: 'cursor' });
  const takeBack = useAct<ReceivedMail>({
    run: (mail) => act('POST', `/api/held-mails/${mail.takeBack}/decide`, { decision: 'replay' }),
    done: 'Mail taken back',
  });
  const columns: Column<ReceivedMail>[] = [
    {
      id: 'from',
      header: 'From',
      value: (row) => row.from,
      cell: (row) => (
        <span className="font-medium break-all">{row.from || 'no sender, as a bounce has none'}</span>
      ),
    },
    {
      id: 'to',
      header: 'To',
      value: (row) => row.to.join(', '),
      cell: (row) => row.to.join(', '),
      wideOnly: true,
    },
    {
      id: 'outcome',
      header: 'What became of it',
      value: (row) => outcomes[row.outcome].name,
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={outcomes[row.outcome].tone}>{outcomes[row.outcome].name}</Badge>
          {row.decidedBy ? <span className="text-muted">by {row.decidedBy}</span> : null}
          {row.tickets.map((ticket) => (
            <Link
              key={ticket.id}
              className="text-accent underline underline-offset-2"
              to={`/customers/${ticket.customerId}/tickets/${ticket.id}`}
            >
              #{ticket.number}
            </Link>
          ))}
          {row.outcome === 'held' || row.outcome === 'unparseable' ? (
            <Link
              className="text-accent underline underline-offset-2"
              to="/helpdesk"
              search={{ tab: 'held' } as never}
              aria-label={`Decide about the mail from ${row.from || 'nobody'}`}
            >
              Decide
            </Link>
          ) : null}
          {row.takeBack ? (
            <Button
              small
              look="quiet"
              aria-label={`Take back the mail from ${row.from}`}
              onClick={() => takeBack.mutate(row)}
            >
              Take back
            </Button>
          ) : null}
        </span>
      ),
    },
    {
      id: 'size',
      header: 'Size',
      value: (row) => row.sizeBytes,
      cell: (row) => saySize(row.sizeBytes),
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'at',
      header: 'Received',
      value: (row) => row.at,
      cell: (row) => <RelativeTime at={row.at} />,
      align: 'right',
    },
  ];
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <Table
      label="Received mail"
      {...list.table}
      columns={columns}
      rowId={(row) => row.id}
      empty={
        list.filtered ? (
          <NothingFits />
        ) : (
          <EmptyState title="No mail has come in">
            Every mail that the helpdesk accepts stands here, with what became of it.
          </EmptyState>
        )
      }
    />
  );
}
