import { useState } from 'react';
import {
  type ApiKey,
  type ApiKeyScope,
  apiKeyList,
  apiKeyScopeNames,
  apiKeyScopes,
  defaultApiKeyScopes,
  type KeyRequest,
  keyRequestList,
} from '#contract/credentials.ts';
import { customerView } from '#contract/customers.ts';
import { act } from '../../api/client.ts';
import { useHasRole, useMe } from '../../api/me.ts';
import { useAct, useApi, useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { Nothing, RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { useIntegrationField, useIntegrationNames } from '../integrations/integration-field.ts';
import { DecidedRequests } from './decided-requests.tsx';

const statusNames = {
  waiting: 'Link not used yet',
  active: 'Active',
  rolled: 'Rolled',
  expired: 'Expired',
  revoked: 'Revoked',
};
const statusTones = {
  waiting: 'info',
  active: 'positive',
  rolled: 'caution',
  expired: 'neutral',
  revoked: 'critical',
} as const;
const scopeOptions = apiKeyScopes.map((value) => ({ value, label: apiKeyScopeNames[value] }));
type Open =
  | { kind: 'ask' }
  | { kind: 'issue'; request: KeyRequest }
  | { kind: 'decline'; request: KeyRequest }
  | { kind: 'roll'; key: ApiKey }
  | { kind: 'revoke'; key: ApiKey };

/** API keys of an environment and the requests for them; secrets are only ever behind a one-time link. */
export function CredentialsPanel({ place }: { place: Place }) {
  const base = environmentPath(place);
  const keys = useApiList(`${base}/api-keys`, apiKeyList, 'before');
  const requests = useApiList(`${base}/key-requests?status=open`, keyRequestList, 'before');
  const [open, setOpen] = useState<Open>();
  const nameOf = useIntegrationNames(place.customer);
  const portal = useMe().customer !== null;
  const mayAsk = useHasRole('project-owner', 'developer');
  const mayIssue = useHasRole('integrations-manager');
  const mayKeep = useHasRole('integrations-manager', 'administrator', 'project-owner', 'developer');
  if (keys.error && !keys.items)
    return <ProblemView error={keys.error} onRetry={() => void keys.refetch()} />;
  const waiting = requests.items ?? [];
  const columns: Column<ApiKey>[] = [
    {
      id: 'label',
      header: 'Key',
      value: (row) => row.label,
      cell: (row) => <span className="font-medium">{row.label}</span>,
    },
    {
      id: 'prefix',
      header: 'Prefix',
      value: (row) => row.prefix,
      cell: (row) =>
        row.prefix ? (
          <code className="font-mono text-code">{row.prefix}…</code>
        ) : (
          <Nothing word="not shown yet" />
        ),
      wideOnly: true,
    },
    {
      id: 'status',
      header: 'Status',
      value: (row) => statusNames[row.status],
      cell: (row) => (
        <span className="inline-flex flex-wrap gap-1">
          <Badge tone={statusTones[row.status]}>{statusNames[row.status]}</Badge>
          {row.leakedIn !== null && row.status !== 'revoked' && row.status !== 'expired' && (
            <span title={`Sent where no key belongs: ${row.leakedIn}. Roll it or revoke it.`}>
              <Badge tone="critical">Leaked</Badge>
            </span>
          )}
          {row.holderLeft && (row.status === 'active' || row.status === 'rolled') && (
            <span title={`${row.contact.name} was shown it and has left. Roll it to somebody else.`}>
              <Badge tone="caution">Holder left</Badge>
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'contact',
      header: 'For',
      value: (row) => row.contact.name,
      cell: (row) => row.contact.name,
      wideOnly: true,
    },
    {
      id: 'integration',
      header: 'Integration',
      value: (row) => nameOf(row.integrationId),
      cell: (row) => nameOf(row.integrationId) ?? <Nothing word="none" />,
      wideOnly: true,
    },
    {
      id: 'scopes',
      header: 'May',
      value: (row) => row.scopes.join(' '),
      cell: (row) => (
        <span title={row.scopes.map((one) => apiKeyScopeNames[one]).join('\n')}>
          {row.scopes.length} scopes
        </span>
      ),
      wideOnly: true,
    },
    {
      id: 'issued',
      header: 'Issued',
      value: (row) => row.issuedAt,
      cell: (row) => <RelativeTime at={row.issuedAt} />,
      align: 'right',
      wideOnly: true,
    },
    {
      id: 'used',
      header: 'Last use',
      value: (row) => row.lastUsedAt,
      cell: (row) => <RelativeTime at={row.lastUsedAt} />,
      align: 'right',
      wideOnly: true,
    },
    {
      ...acts,
      cell: (row) =>
        mayKeep && (row.status === 'active' || row.status === 'waiting') ? (
          <span className="inline-flex gap-1 @max-2xl:flex-col @max-2xl:items-end">
            {row.status === 'active' ? (
              <Button
                small
                look="quiet"
                onClick={() => setOpen({ kind: 'roll', key: row })}
                aria-label={`Roll ${row.label}`}
              >
                Roll
              </Button>
            ) : null}
            <Button
              small
              look="quiet"
              onClick={() => setOpen({ kind: 'revoke', key: row })}
              aria-label={`Revoke ${row.label}`}
            >
              Revoke
            </Button>
          </span>
        ) : null,
    },
  ];
  const ask = mayAsk ? (
    <Button look="primary" onClick={() => setOpen({ kind: 'ask' })}>
      Ask for an API key
    </Button>
  ) : null;
  return (
    <div className="flex flex-col gap-6">
      {waiting.length > 0 ? (
        <Section title="Requests that wait">
          <ul className="flex flex-col gap-2">
            {waiting.map((request) => (
              <li
                key={request.id}
                className="flex flex-wrap items-center justify-between gap-3 rounded-card border bg-raised px-4 py-3"
              >
                <div className="min-w-0">
                  <p className="font-medium">{request.label}</p>
                  <p className="text-muted">
                    {request.contact.name} asked <RelativeTime at={request.requestedAt} />: {request.purpose}
                  </p>
                </div>
                {mayIssue ? (
                  <div className="flex gap-2">
                    <Button look="primary" onClick={() => setOpen({ kind: 'issue', request })}>
                      Issue the key
                    </Button>
                    <Button onClick={() => setOpen({ kind: 'decline', request })}>Decline</Button>
                  </div>
                ) : (
                  <Badge tone="info">Waits on the Integrations & Solutions Manager</Badge>
                )}
              </li>
            ))}
          </ul>
          {requests.more ? (
            <Button look="quiet" onClick={requests.more}>
              Show more
            </Button>
          ) : null}
        </Section>
      ) : null}
      <Section title="API keys" action={keys.items && keys.items.length > 0 ? ask : null}>
        <Table
          label="API keys"
          name="keys"
          plain
          rows={keys.items}
          onMore={keys.more}
          columns={columns}
          rowId={(row) => row.id}
          empty={
            <EmptyState title="No API key yet" action={ask}>
              {portal
                ? 'Ask for one. The link to its secret comes by mail and shows it once, when you press the button.'
                : place.environment === 'production'
                  ? 'Production keys are issued at go-live, from the integration’s page.'
                  : 'A developer of the customer asks for one in the portal; you then issue it here.'}
            </EmptyState>
          }
        />
      </Section>
      <DecidedRequests base={base} />
      {open ? <CredentialDialog open={open} place={place} onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}

function CredentialDialog({ open, place, onClose }: { open: Open; place: Place; onClose(): void }) {
  const base = environmentPath(place);
  const asked = open.kind === 'issue' ? open.request.integrationId : undefined;
  const integration = useIntegrationField(place.customer, 'web-api', asked);
  const send = useAct<{ path: string; body: unknown; done: string }>({
    run: ({ path, body }) => act('POST', `${base}${path}`, body),
    done: (_, { done }) => done,
    quiet: true,
  });
  const submit = (path: string, done: string) => (body: unknown) => send.mutateAsync({ path, body, done });
  const portal = useMe().customer !== null;
  const customer = useApi(
    open.kind === 'roll' ? `/api/customers/${place.customer}` : undefined,
    customerView,
  );
  // Who has left gets the new key only after coming back to the portal.
  const holders = (customer.data?.contacts ?? []).filter(
    ({ email, portal: isBack }) =>
      open.kind !== 'roll' || !open.key.holderLeft || isBack || email !== open.key.contact.email,
  );
  if (!integration.ready || (open.kind === 'roll' && !customer.data)) return null;
  if (open.kind === 'ask')
    return (
      <FormDialog
        title="Ask for an API key"
        description="The link to the secret is mailed to you once the key is issued."
        submit="Ask for the key"
        onClose={onClose}
        onSubmit={submit('/key-requests', 'Key asked for')}
        fields={[
          { name: 'label', label: 'System that will use it', kind: 'text', required: true },
          { name: 'purpose', label: 'What for', kind: 'area', required: true },
          {
            name: 'scopes',
            label: 'It may',
            kind: 'checks',
            required: true,
            options: scopeOptions,
            initial: defaultApiKeyScopes,
          },
          ...integration.fields,
        ]}
      />
    );
  if (open.kind === 'issue')
    return (
      <FormDialog
        title={`Issue “${open.request.label}”`}
        description={`A one-time link goes to ${open.request.contact.email}. The secret is made when they press the button.`}
        submit="Issue the key"
        onClose={onClose}
        onSubmit={submit(`/key-requests/${open.request.id}/issue`, 'Key issued and its link mailed')}
        fields={[
          {
            name: 'scopes',
            label: 'It may',
            kind: 'checks',
            required: true,
            options: scopeOptions,
            initial: open.request.scopes as ApiKeyScope[],
          },
          {
            name: 'allowedAddresses',
            label: 'Addresses it may be used from',
            kind: 'lines',
            help: 'One on each line, such as 203.0.113.0/24. Empty: any address.',
          },
          ...integration.fields,
        ]}
      />
    );
  if (open.kind === 'decline')
    return (
      <FormDialog
        title={`Decline “${open.request.label}”`}
        submit="Decline"
        onClose={onClose}
        onSubmit={submit(`/key-requests/${open.request.id}/decline`, 'Request declined')}
        fields={[{ name: 'reason', label: 'Reason', kind: 'area', required: true }]}
      />
    );
  if (open.kind === 'roll')
    return (
      <FormDialog
        title={`Roll “${open.key.label}”`}
        description={
          portal
            ? 'A link to the new key is mailed to you. The old one works on for the overlap after the reveal.'
            : open.key.holderLeft
              ? `${open.key.contact.name}, who holds it, has left. The old key works on for the overlap after the new one was shown.`
              : 'A link to the new key is mailed. The old one works on for the overlap after the reveal.'
        }
        submit="Roll the key"
        onClose={onClose}
        onSubmit={submit(`/api-keys/${open.key.id}/roll`, 'Key rolled and its link mailed')}
        fields={[
          ...(portal
            ? []
            : [
                {
                  name: 'sendLinkTo',
                  label: 'Mail the link to',
                  kind: 'select' as const,
                  required: true,
                  options: holders.map(({ name, email }) => ({ value: email, label: `${name}, ${email}` })),
                  ...(open.key.holderLeft ? {} : { initial: open.key.contact.email }),
                },
              ]),
          { name: 'overlapHours', label: 'Overlap in hours', kind: 'number', required: true, initial: 24 },
        ]}
      />
    );
  return (
    <FormDialog
      title={`Revoke “${open.key.label}”`}
      description="Every call with this key is refused within a second. This can't be undone."
      submit="Revoke the key"
      critical
      onClose={onClose}
      onSubmit={submit(`/api-keys/${open.key.id}/revoke`, 'Key revoked')}
      fields={[{ name: 'reason', label: 'Reason', kind: 'text', required: true }]}
    />
  );
}
