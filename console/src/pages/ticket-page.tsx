import { Link, useParams } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import { useState } from 'react';
import { peopleList } from '#contract/access.ts';
import { type TicketView, ticketView } from '#contract/desk.ts';
import { act } from '../api/client.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { People } from '../features/desk/people.tsx';
import { Person } from '../features/desk/person.tsx';
import { ReplyForm } from '../features/desk/reply-form.tsx';
import { Thread } from '../features/desk/thread.tsx';
import { ticketStatusNames, ticketStatusTones } from '../features/desk/tickets.tsx';
import { IntegrationLink } from '../features/integrations/belongings.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/copy-button.tsx';
import { Fact, FactList } from '../ui/facts.tsx';
import type { FieldSpec } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Menu } from '../ui/menu.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';

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
  const people = useApi('/api/people', peopleList);
  const run = useAct<{ what: string; body: unknown; done: string }>({
    run: ({ what, body }) => act('POST', `${path}/${what}`, body),
    done: (_, { done }) => done,
  });
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
          <Thread path={path} />
          {view.status === 'closed' ? null : <ReplyForm view={view} path={path} />}
        </div>
        <aside aria-label="About this ticket" className="flex flex-col gap-6">
          <FactList title="Ticket">
            <Fact name="Assigned to">{view.assignee?.name ?? 'nobody'}</Fact>
            <Fact name="Asked by">
              <Person name={view.requester.name} address={view.requester.address} />{' '}
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
          <People view={view} path={path} />
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
