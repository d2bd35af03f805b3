import { customerView } from '#contract/customers.ts';
import { threadPage } from '#contract/desk.ts';
import { act } from '../../api/client.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

interface EstimateDialogProps {
  customer: string;
  path: string;
  onClose(): void;
}

/** Chooses who gets the estimate to sign: contacts with authority. */
export function SendDialog({ customer, path, onClose }: EstimateDialogProps) {
  const view = useApi(`/api/customers/${customer}`, customerView);
  const send = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/send`, body),
    done: (_, { contacts }) => `Estimate sent to ${sayPeople((contacts as string[]).length)}`,
    quiet: true,
  });
  if (!view.data) return null;
  const able = view.data.contacts.filter((contact) => contact.hasAuthority);
  return (
    <FormDialog
      title="Send the estimate"
      description="Each recipient gets a link of their own and the PDF. A card goes onto the board Customer Pipeline."
      submit="Send estimate"
      fields={[
        {
          name: 'contacts',
          label: 'Recipients with authority',
          kind: 'checks',
          required: true,
          options: able.map((contact) => ({
            value: contact.id,
            label: `${contact.name} (${contact.email})`,
          })),
          initial: able.slice(0, 1).map((contact) => contact.id),
          help:
            able.length === 0
              ? 'No contact of this customer may sign. Add one on the customer’s page.'
              : undefined,
        },
      ]}
      onSubmit={(body) => send.mutateAsync(body)}
      onClose={onClose}
    />
  );
}

const sayPeople = (count: number) => (count === 1 ? '1 person' : `${count} people`);

/** Records that the customer accepted by mail, with that mail attached. */
export function ConfirmDialog({
  customer,
  path,
  ticket,
  onClose,
}: EstimateDialogProps & { ticket: string | undefined }) {
  const view = useApi(`/api/customers/${customer}`, customerView);
  const thread = useApi(
    ticket ? `/api/customers/${customer}/tickets/${ticket}/thread?direction=in&limit=200` : undefined,
    threadPage,
  );
  const confirm = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/confirm`, body),
    done: 'Acceptance recorded',
    quiet: true,
  });
  if (!view.data || (ticket && !thread.data && !thread.error)) return null;
  const mails = (thread.data?.items ?? []).flatMap((entry) => (entry.kind === 'mail' ? [entry] : []));
  return (
    <FormDialog
      title="Record the acceptance by mail"
      description="You confirm in your own name that this mail accepts the estimate."
      submit="Record acceptance"
      fields={[
        {
          name: 'contact',
          label: 'Who accepted',
          kind: 'select',
          required: true,
          options: view.data.contacts
            .filter((one) => one.hasAuthority)
            .map((one) => ({ value: one.id, label: one.name })),
        },
        {
          name: 'mail',
          label: 'The mail that says so',
          kind: 'select',
          required: true,
          options: mails.map((mail) => ({ value: mail.id, label: `${mail.from.address}: ${mail.subject}` })),
          help: mails.length === 0 ? 'No mail of the customer is on the ticket yet.' : undefined,
        },
        {
          name: 'reference',
          label: 'Their reference',
          kind: 'text',
          help: 'Such as a purchase order number.',
        },
      ]}
      onSubmit={(body) => confirm.mutateAsync(body)}
      onClose={onClose}
    />
  );
}
