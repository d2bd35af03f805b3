import { Link, useParams } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import { type FormEvent, useState } from 'react';
import { peopleList } from '#contract/access.ts';
import { type TicketEntry, type TicketView, ticketView } from '#contract/desk.ts';
import { act } from '../api/client.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { Attachments, MailBody } from '../features/desk/mail-body.tsx';
import { ticketStatusNames, ticketStatusTones } from '../features/desk/tickets.tsx';
import { IntegrationLink } from '../features/integrations/belongings.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/copy-button.tsx';
import { Fact, FactList } from '../ui/facts.tsx';
import { Textarea } from '../ui/field.tsx';
import type { FieldSpec } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { sayKind } from '../ui/history.tsx';
import { Menu } from '../ui/menu.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';

const crumbs = [{ label: 'Helpdesk', to: '/helpdesk' }];

/** One ticket with its thread. */
export function TicketPage() {
  const { customer, ticket } = useParams({ strict: false }) as { customer: string; ticket: string };
  const path = `/api/customers/${customer}/tickets/${ticket}`;
  const query = useApi(path, ticketView);
  if (query.error && !query.data)
    return (
      <Page title="Ticket" crumbs={crumbs}>
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Ticket" crumbs={crumbs}>
        <SkeletonLines lines={8} />
      </Page>
    );
  return <Loaded view={query.data} path={path} />;
}

const dialogs: Record<string, { title: string; submit: string; fields: FieldSpec[] }> = {
  hold: {
    title: 'Put the ticket on hold',
    submit: 'Put on hold',
    fields: [{ name: 'reason', label: 'Reason', kind: 'text', required: true }],
  },
  close: {
    title: 'Close the ticket',
    submit: 'Close',
    fields: [{ name: 'reason', label: 'Reason', kind: 'text' }],
  },
  note: {
    title: 'Add a note',
    submit: 'Add note',
    fields: [{ name: 'text', label: 'Note', kind: 'area', required: true, help: 'Only the vendor sees it.' }],
  },
};

function Loaded({ view, path }: { view: TicketView; path: string }) {
  const [dialog, setDialog] = useState<string>();
  const [words, setWords] = useState('');
  const people = useApi('/api/people', peopleList);
  const run = useAct<{ what: string; body: unknown; done: string }>({
    run: ({ what, body }) => act('POST', `${path}/${what}`, body),
    done: (_, { done }) => done,
  });
  const reply = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim())
      run.mutate(
        { what: 'reply', body: { text: words.trim() }, done: 'Reply sent' },
        { onSuccess: () => setWords('') },
      );
  };
  const chosen = dialog ? dialogs[dialog] : undefined;
  return (
    <Page
      title={`#${view.number} ${view.subject}`}
      crumbs={crumbs}
      lead={
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={ticketStatusTones[view.status]}>{ticketStatusNames[view.status]}</Badge>
          {view.holdReason ? <span>{view.holdReason}</span> : null}
          <Link className="hover:underline" to={`/customers/${view.customer.id}`}>
            {view.customer.name}
          </Link>
        </span>
      }
      action={
        <Menu
          trigger={<Button icon={<Ellipsis aria-hidden className="size-4" />}>Act</Button>}
          groups={[
            [
              { label: 'Add a note', onSelect: () => setDialog('note') },
              ...(view.status === 'open'
                ? [{ label: 'Put on hold', onSelect: () => setDialog('hold') }]
                : []),
              ...(view.status === 'closed'
                ? [
                    {
                      label: 'Reopen',
                      onSelect: () => run.mutate({ what: 'reopen', body: {}, done: 'Ticket reopened' }),
                    },
                  ]
                : [{ label: 'Close', onSelect: () => setDialog('close') }]),
            ],
            (people.data?.items ?? []).map((person) => ({
              label: `Assign to ${person.name}`,
              onSelect: () =>
                run.mutate({
                  what: 'assign',
                  body: { assigneeId: person.id },
                  done: `Ticket assigned to ${person.name}`,
                }),
            })),
            view.integrationId
              ? []
              : view.candidates.map((one) => ({
                  label: `Link to ${one.title}`,
                  onSelect: () =>
                    run.mutate({
                      what: 'link',
                      body: { integrationId: one.integrationId },
                      done: 'Ticket linked',
                    }),
                })),
          ]}
        />
      }
    >
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="flex min-w-0 flex-col gap-4">
          <ol className="flex flex-col gap-3">
            {view.thread.map((entry) => (
              <Entry
                key={`${entry.kind}${entry.at}${entry.kind === 'mail' ? entry.id : ''}`}
                entry={entry}
                path={path}
              />
            ))}
          </ol>
          <UnsavedGuard dirty={words.trim() !== ''} />
          <form onSubmit={reply} className="flex flex-col gap-2">
            <Textarea
              aria-label="Reply"
              rows={4}
              placeholder="Reply to those who take part"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <Button
              type="submit"
              look="primary"
              className="self-start"
              busy={run.isPending}
              disabled={!words.trim()}
            >
              Send reply
            </Button>
          </form>
        </div>
        <aside aria-label="About this ticket">
          <FactList title="Ticket">
            <Fact name="Assigned to">{view.assignee?.name ?? 'nobody'}</Fact>
            <Fact name="Asked by">
              {view.requester.name ?? view.requester.address}
              {view.verified ? null : <Badge tone="caution">Not proved</Badge>}
            </Fact>
            <Fact name="Integration">
              {view.integrationId ? (
                <IntegrationLink customer={view.customer.id} id={view.integrationId} />
              ) : (
                'not linked'
              )}
            </Fact>
            <Fact name="Reply address">
              <Code text={view.replyAddress} label="Copy the reply address" />
            </Fact>
            <Fact name="Made">
              <RelativeTime at={view.createdAt} />
            </Fact>
          </FactList>
        </aside>
      </div>
      {chosen && dialog ? (
        <FormDialog
          {...chosen}
          onClose={() => setDialog(undefined)}
          onSubmit={(body) => run.mutateAsync({ what: dialog, body, done: `${chosen.title}: done` })}
        />
      ) : null}
    </Page>
  );
}

const verifiedNames = {
  own: 'our own',
  submission: 'signed-in sender',
  token: 'address token',
  dmarc: 'DMARC',
  none: 'not proved',
};

function Entry({ entry, path }: { entry: TicketEntry; path: string }) {
  if (entry.kind === 'change')
    return (
      <li className="px-1 text-muted">
        {sayKind(entry.change)} by {entry.by}
        {entry.detail ? `: ${entry.detail}` : ''} <RelativeTime at={entry.at} />
      </li>
    );
  if (entry.kind === 'note')
    return (
      <li className="rounded-card border border-dashed px-4 py-3">
        <p className="text-small text-muted">
          Note by {entry.by}, <RelativeTime at={entry.at} />
        </p>
        <p className="whitespace-pre-wrap">{entry.text}</p>
      </li>
    );
  return (
    <li className="flex flex-col gap-2 rounded-card border bg-raised px-4 py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-2">
        <span className="min-w-0">
          <span className="font-semibold">{entry.from.name ?? entry.from.address}</span>{' '}
          <span className="text-muted">
            {entry.direction === 'in' ? 'wrote' : 'was sent'} to {entry.to.join(', ')}
          </span>
        </span>
        <span className="flex items-center gap-2 text-small text-muted">
          {entry.placedBy ? <span>added by {entry.placedBy}</span> : null}
          {entry.automatic && entry.direction === 'in' ? <Badge>automatic</Badge> : null}
          <Badge tone={entry.verifiedBy === 'none' ? 'caution' : 'neutral'}>
            {verifiedNames[entry.verifiedBy]}
          </Badge>
          <RelativeTime at={entry.at} />
        </span>
      </p>
      <MailBody text={entry.text} html={entry.html} title={entry.subject} />
      <Attachments items={entry.attachments} path={`${path}/mails/${entry.id}`} />
    </li>
  );
}
