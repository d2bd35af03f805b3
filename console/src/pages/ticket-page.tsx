import { Link, useParams } from '@tanstack/react-router';
import Ellipsis from 'lucide-react/icons/ellipsis';
import { useState } from 'react';
import { peopleList } from '#contract/access.ts';
import { type TicketLine, type TicketMail, type TicketView, ticketPage, ticketView } from '#contract/desk.ts';
import { act } from '../api/client.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { ChooseDialog } from '../features/desk/choose-dialog.tsx';
import { People } from '../features/desk/people.tsx';
import { Person } from '../features/desk/person.tsx';
import { ReplyForm } from '../features/desk/reply-form.tsx';
import { LinkDialog, MergedInto, SimilarTickets } from '../features/desk/same-ticket.tsx';
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
  const [moving, setMoving] = useState<TicketMail>();
  const people = useApi('/api/people', peopleList);
  const run = useAct<{ what: string; body: unknown; done: string }>({
    run: ({ what, body }) => act('POST', `${path}/${what}`, body),
    done: (_, { done }) => done,
  });
  const chosen = dialog ? dialogs[dialog] : undefined;
  const ofCustomer = {
    path: '/api/tickets',
    filters: { customer: view.customer.id },
    except: view.id,
    schema: ticketPage,
    label: (one: TicketLine) => `#${one.number} ${one.subject}`,
  };
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
        view.mergedInto ? undefined : (
          <Menu
            trigger={<Button icon={<Ellipsis aria-hidden className="size-4" />}>More</Button>}
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
                ...(view.integrationId
                  ? []
                  : [{ label: 'Merge into another ticket', onSelect: () => setDialog('merge') }]),
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
        )
      }
    >
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="flex min-w-0 flex-col gap-4">
          <MergedInto view={view} />
          <SimilarTickets
            view={view}
            onMerge={(one) =>
              run.mutate({ what: 'merge', body: { intoId: one.id }, done: `Merged into #${one.number}` })
            }
          />
          <Thread path={path} onMove={view.mergedInto ? undefined : setMoving} />
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
                <span className="flex flex-wrap items-center gap-2">
                  not linked
                  {view.mergedInto ? null : (
                    <Button small onClick={() => setDialog('link')}>
                      Link
                    </Button>
                  )}
                </span>
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
      {dialog === 'link' ? <LinkDialog view={view} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'merge' ? (
        <ChooseDialog
          {...ofCustomer}
          title="Merge into another ticket"
          submit="Merge"
          onChoose={(intoId) => run.mutateAsync({ what: 'merge', body: { intoId }, done: 'Ticket merged' })}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {moving ? (
        <ChooseDialog
          {...ofCustomer}
          title={`Move “${moving.subject}” to another ticket`}
          submit="Move the mail"
          onChoose={(intoId) =>
            run.mutateAsync({ what: `mails/${moving.id}/move`, body: { intoId }, done: 'Mail moved' })
          }
          onClose={() => setMoving(undefined)}
        />
      ) : null}
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
