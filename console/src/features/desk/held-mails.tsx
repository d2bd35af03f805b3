import { useState } from 'react';
import { customerList } from '#contract/customers.ts';
import {
  type HeldMail,
  type HeldReason,
  heldMailPage,
  type MailCandidate,
  ticketPage,
} from '#contract/desk.ts';
import { act, withQuery } from '../../api/client.ts';
import { useAct, useApiList } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/field.tsx';
import { ListItem } from '../../ui/list-item.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { useTableAddress } from '../../ui/table-address.ts';
import { RelativeTime } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { ChooseDialog } from './choose-dialog.tsx';
import { Attachments, MailBody, Original } from './mail-body.tsx';
import { NothingFits } from './status-filter.tsx';

const reasonNames: Record<HeldReason, string> = {
  'unknown-sender': 'Nobody knows this sender',
  'unproved-sender': 'It is not proved that the sender wrote it',
  'unclear-sender': 'Its sender or header can be read in two ways',
  'unclear-recipients': 'The receivers can be read in two ways',
  'not-taking-part': 'The sender does not take part in that ticket',
  'no-customer': 'No customer fits',
  'several-customers': 'Several customers fit',
  'unsure-customer': 'It is not certain which customer is meant',
  'subject-only': 'Only the subject points to a ticket',
  unparseable: 'The mail could not be read',
  'to-postmaster': 'Sent to the postmaster or abuse address',
  automatic: 'Written by a program',
  bounce: 'A mail that came back',
  'own-mail': 'A copy of our own mail',
};

const lists = {
  held: {
    path: '/api/held-mails',
    search: 'Search held mail',
    empty: 'No mail waits',
    why: 'Mail whose sender or ticket is not certain waits here for a person.',
  },
  automatic: {
    path: '/api/automatic-mails',
    search: 'Search automatic mail',
    empty: 'No automatic mail',
    why: 'Mail that a program wrote and that belongs to no ticket is kept here. It is never answered.',
  },
};

const quiet = new Set<HeldReason>(['automatic', 'bounce', 'own-mail', 'to-postmaster']);

/** Mail that waits for a person to say where it belongs, or automatic mail that belongs to no ticket. */
export function HeldMails({ list: name = 'held' }: { list?: keyof typeof lists }) {
  const { path, search, empty, why } = lists[name];
  const { filter, set } = useTableAddress();
  const list = useApiList(withQuery(path, { search: filter, limit: 50 }), heldMailPage);
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.items) return <SkeletonLines />;
  if (list.items.length === 0 && filter === '') return <EmptyState title={empty}>{why}</EmptyState>;
  return (
    <div className="flex flex-col gap-3">
      <form
        className="flex max-w-[420px] gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          set({ filter: String(new FormData(event.currentTarget).get('search') ?? '').trim() });
        }}
      >
        <Input
          key={filter}
          type="search"
          name="search"
          aria-label={search}
          placeholder="Sender, subject or words"
          defaultValue={filter}
        />
        <Button type="submit">Search</Button>
      </form>
      {list.items.length === 0 ? <NothingFits /> : null}
      <ul className="flex flex-col gap-3">
        {list.items.map((mail) => (
          <HeldMailCard key={mail.id} mail={mail} />
        ))}
      </ul>
      {list.more ? (
        <Button className="self-start" onClick={list.more}>
          Show more
        </Button>
      ) : null}
    </div>
  );
}

function HeldMailCard({ mail }: { mail: HeldMail }) {
  const [choosing, setChoosing] = useState<'ticket' | 'customer'>();
  const run = (body: Record<string, unknown>) => act('POST', `/api/held-mails/${mail.id}/decide`, body);
  const takeBack = useAct({ run: () => run({ decision: 'replay' }), done: 'Mail taken back' });
  const decide = useAct({
    run,
    onDone: (_, { decision }) =>
      decision === 'discard'
        ? toast('Mail discarded', { undo: () => takeBack.mutate() })
        : toast(decision === 'append' ? 'Mail added to the ticket' : 'Ticket made'),
  });
  const suggested = mail.suggestedTicket;
  return (
    <ListItem className="flex flex-col gap-2 rounded-card border bg-raised px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <p className="min-w-0">
          <span className="font-semibold">{mail.subject || '(no subject)'}</span>{' '}
          <span className="text-muted">
            from {mail.from.name ? `${mail.from.name}, ${mail.from.address}` : mail.from.address}
          </span>
        </p>
        <span className="text-small text-muted">
          <RelativeTime at={mail.at} />
        </span>
      </div>
      <span className="flex flex-wrap gap-2">
        <Badge tone={quiet.has(mail.reason) ? 'neutral' : 'caution'}>{reasonNames[mail.reason]}</Badge>
        {mail.verifiedBy === 'none' ? <Badge tone="caution">Sender not proved</Badge> : null}
      </span>
      <MailBody text={mail.text} html={mail.html} title={mail.subject} />
      <Attachments items={mail.attachments} path={`/api/held-mails/${mail.id}`} />
      <Original path={`/api/held-mails/${mail.id}`} />
      {suggested ? (
        <Button
          look="primary"
          className="self-start"
          onClick={() => decide.mutate({ decision: 'append', ticketId: suggested.id })}
        >
          Add to #{suggested.number} {suggested.customer.code}
        </Button>
      ) : null}
      <Candidates mail={mail} onDecide={(body) => decide.mutate(body)} />
      <div className="flex flex-wrap gap-2">
        <Button look={suggested ? 'quiet' : 'plain'} onClick={() => setChoosing('ticket')}>
          Add to a ticket
        </Button>
        <Button look={suggested ? 'quiet' : 'plain'} onClick={() => setChoosing('customer')}>
          Make a ticket
        </Button>
        <Button look="quiet" onClick={() => decide.mutate({ decision: 'discard' })}>
          Discard
        </Button>
      </div>
      {choosing === 'ticket' ? (
        <ChooseDialog
          title="Add this mail to a ticket"
          submit="Add the mail"
          path="/api/tickets"
          schema={ticketPage}
          label={(one) => `#${one.number} ${one.customer.code}: ${one.subject}`}
          onChoose={(ticketId) => decide.mutateAsync({ decision: 'append', ticketId })}
          onClose={() => setChoosing(undefined)}
        />
      ) : null}
      {choosing === 'customer' ? (
        <ChooseDialog
          title="Make a ticket of this mail"
          submit="Make the ticket"
          path="/api/customers"
          schema={customerList}
          label={(one) => `${one.code}: ${one.name}`}
          onChoose={(customerId) => decide.mutateAsync({ decision: 'make-ticket', customerId })}
          onClose={() => setChoosing(undefined)}
        />
      ) : null}
    </ListItem>
  );
}

const byNames: Record<MailCandidate['by'], string> = {
  number: 'number',
  ticket: 'ticket number',
  contact: 'contact',
  sender: 'sender',
  domain: 'domain',
  name: 'name',
  code: 'code',
};

/** The customers that a mail may belong to, each with what says so, and one press to decide for it. */
function Candidates({ mail, onDecide }: { mail: HeldMail; onDecide(body: Record<string, unknown>): void }) {
  if (mail.candidates.length === 0) return null;
  return (
    <ul aria-label="Customers it may belong to" className="flex flex-col gap-1">
      {mail.candidates.map(({ customer, by, found, ticket }) => (
        <li key={customer.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="flex flex-wrap gap-2">
            {ticket && ticket.id !== mail.suggestedTicket?.id ? (
              <Button onClick={() => onDecide({ decision: 'append', ticketId: ticket.id })}>
                Add to #{ticket.number} {customer.code}
              </Button>
            ) : null}
            <Button onClick={() => onDecide({ decision: 'make-ticket', customerId: customer.id })}>
              Make a ticket for {customer.code}
            </Button>
          </span>
          <span className="min-w-0 break-words text-small text-muted">
            {customer.name}
            {found ? `, by the ${byNames[by]} “${found}”` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
