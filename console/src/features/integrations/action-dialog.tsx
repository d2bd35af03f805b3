import { peopleList } from '#contract/access.ts';
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
import { useLinkable } from './linkable.ts';
import { useConnections } from './use-connections.ts';

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
  const linkable = useLinkable(chosen.action, integration.customer.id);
  const isPlan = staff && (chosen.action === 'plan' || chosen.action === 'start-tracks');
  const connections = useConnections(isPlan ? integration.customer.id : undefined, integration.connections);
  const send = useAct<Record<string, unknown>>({
    run: (body) => {
      const shaped = isPlan ? planBody(body) : body;
      return act(
        'POST',
        `/api/customers/${integration.customer.id}/integrations/${integration.id}/actions/${chosen.action}`,
        { ...shaped, ...(chosen.gate ? { gate: chosen.gate } : {}) },
      );
    },
    done: `${chosen.title}: done`,
    quiet: true,
  });
  if ((staff && !people.data && !people.error) || linkable === undefined || !connections.ready) return null;
  const fields =
    actionFields[chosen.action]?.({
      integration,
      people: people.data?.items ?? [],
      linkable,
      connections: connections.options,
      portal: !staff,
      gate: integration.steps.flatMap((step) => step.gates).find((one) => one.id === chosen.gate),
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
