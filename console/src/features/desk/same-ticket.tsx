import { Link } from '@tanstack/react-router';
import type { TicketView } from '#contract/desk.ts';
import { integrationList } from '#contract/integrations.ts';
import { act } from '../../api/client.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

type Similar = TicketView['similar'][number];

const linkClass = 'text-accent underline underline-offset-2';

/** Where a merged ticket went. */
export function MergedInto({ view }: { view: TicketView }) {
  if (!view.mergedInto) return null;
  const { id, number, subject } = view.mergedInto;
  return (
    <p className="rounded-card border border-dashed px-4 py-3">
      This ticket was merged into{' '}
      <Link className={linkClass} to={`/customers/${view.customer.id}/tickets/${id}`}>
        #{number} {subject}
      </Link>
      . Its mails are there, and answers to it go there.
    </p>
  );
}

/** Asks whether a ticket without an integration is about the same as another open one. */
export function SimilarTickets({ view, onMerge }: { view: TicketView; onMerge(one: Similar): void }) {
  if (view.similar.length === 0) return null;
  return (
    <section
      aria-label="Is it one of these?"
      className="rounded-card border border-caution/40 bg-caution/6 px-4 py-3"
    >
      <h2 className="mb-1 font-semibold">Is it one of these?</h2>
      <p className="mb-2 text-muted">
        Other open tickets of {view.customer.name}. Merging moves all mails of this ticket there, for good.
      </p>
      <ul className="flex flex-col gap-1.5">
        {view.similar.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <Link
              className={`${linkClass} min-w-0 break-words`}
              to={`/customers/${view.customer.id}/tickets/${one.id}`}
            >
              #{one.number} {one.subject}
            </Link>
            <Button small onClick={() => onMerge(one)}>
              Merge into #{one.number}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Links a ticket to an integration of its customer. */
export function LinkDialog({ view, onClose }: { view: TicketView; onClose(): void }) {
  const own = `/api/customers/${view.customer.id}/integrations`;
  const list = useApi(own, integrationList.omit({ phases: true }));
  const link = useAct<Record<string, unknown>>({
    run: ({ integration }) => act('POST', `${own}/${integration}/actions/link-ticket`, { ticket: view.id }),
    done: 'Ticket linked',
    quiet: true,
  });
  if (!list.data) return null;
  const open = list.data.items.filter((one) => one.phase !== 'ended');
  return (
    <FormDialog
      title="Link the ticket to an integration"
      submit="Link"
      fields={[
        {
          name: 'integration',
          label: 'Integration',
          kind: 'select',
          required: true,
          options: [
            { value: '', label: 'Choose' },
            ...open.map((one) => ({ value: one.id, label: one.name })),
          ],
          help:
            open.length === 0
              ? `${view.customer.name} has no integration yet.`
              : 'One ticket belongs to one integration. In the customer meeting this asks for the estimate.',
        },
      ]}
      onSubmit={(body) => link.mutateAsync(body)}
      onClose={onClose}
    />
  );
}
