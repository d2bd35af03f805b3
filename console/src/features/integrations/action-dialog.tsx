import { peopleList } from '#contract/access.ts';
import { ticketPage } from '#contract/desk.ts';
import {
  type IntegrationActionName,
  type IntegrationView,
  integrationActionTitles,
} from '#contract/integrations.ts';
import { act } from '../../api/client.ts';
import { useMe } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { actionFields, actionNotes, planBody } from './action-fields.ts';

/** An action that was chosen, with the gate it is about. */
export interface ChosenAction {
  action: string;
  title: string;
  gate?: string | undefined;
  gateTitle?: string | undefined;
}

/** The form of the chosen action; sends it and says what happened. */
export function ActionDialog({
  integration,
  chosen,
  onClose,
}: {
  integration: IntegrationView;
  chosen: ChosenAction;
  onClose(): void;
}) {
  const staff = useMe().customer === null;
  const people = useApi(staff ? '/api/people' : undefined, peopleList);
  const tickets = useApi(
    chosen.action === 'link-ticket' ? '/api/tickets?unlinked=true&limit=100' : undefined,
    ticketPage,
  );
  const send = useAct<Record<string, unknown>>({
    run: (body) => {
      const shaped = chosen.action === 'plan' || chosen.action === 'start-tracks' ? planBody(body) : body;
      return act(
        'POST',
        `/api/customers/${integration.customer.id}/integrations/${integration.id}/actions/${chosen.action}`,
        { ...shaped, ...(chosen.gate ? { gate: chosen.gate } : {}) },
      );
    },
    done: `${chosen.title}: done`,
    quiet: true,
  });
  if ((staff && !people.data && !people.error) || (chosen.action === 'link-ticket' && !tickets.data))
    return null;
  const fields =
    actionFields[chosen.action]?.({
      integration,
      people: people.data?.items ?? [],
      tickets: (tickets.data?.items ?? [])
        .filter((ticket) => ticket.customer.id === integration.customer.id)
        .map((ticket) => ({ id: ticket.id, label: `#${ticket.number} ${ticket.subject}` })),
    }) ?? [];
  return (
    <FormDialog
      title={chosen.gateTitle ? `${chosen.title}: ${chosen.gateTitle}` : chosen.title}
      description={actionNotes[chosen.action]}
      fields={fields}
      submit={integrationActionTitles[chosen.action as IntegrationActionName] ?? chosen.title}
      critical={chosen.action === 'cancel'}
      onSubmit={(body) => send.mutateAsync(body)}
      onClose={onClose}
    />
  );
}
