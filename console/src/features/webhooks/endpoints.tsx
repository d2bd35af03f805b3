import { useState } from 'react';
import { type EndpointView, endpointList, webhookEventTypes } from '#contract/webhooks.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { GateShape } from '../../ui/gate-shape.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';
import { SecretLink } from './secret-link.tsx';

interface Linked {
  secretLink: { url: string | null; expiresAt: string; mailedTo: string | null };
}

/** Endpoints: where we send signed messages to. */
export function Endpoints({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApi(`${base}/endpoints`, endpointList);
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<Linked['secretLink']>();
  const mayChange = useHasRole('integrations-manager', 'administrator', 'project-owner', 'developer');
  const create = useAct<Record<string, unknown>, Linked>({
    run: (body) => act('POST', `${base}/endpoints`, body),
    done: 'Endpoint added',
    onDone: (made) => setLink(made.secretLink),
    quiet: true,
  });
  const add = mayChange ? <Button onClick={() => setAdding(true)}>Add an endpoint</Button> : null;
  return (
    <Section title="Endpoints" action={query.data?.items.length ? add : null}>
      <p className="text-muted">Where changes of employees are sent to, signed.</p>
      {link ? <SecretLink link={link} onClose={() => setLink(undefined)} /> : null}
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={3} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="No endpoint yet" action={add}>
          Add the address that shall receive the messages, then verify it: one valid, one forged and one stale
          message are sent.
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {query.data.items.map((endpoint) => (
            <EndpointCard
              key={endpoint.id}
              endpoint={endpoint}
              base={base}
              mayChange={mayChange}
              onLink={setLink}
            />
          ))}
        </ul>
      )}
      {adding ? (
        <FormDialog
          title="Add an endpoint"
          description="Its secret is made when the button behind a one-time link is pressed."
          submit="Add endpoint"
          onClose={() => setAdding(false)}
          onSubmit={(body) => create.mutateAsync(body)}
          fields={[
            { name: 'label', label: 'Name', kind: 'text', required: true },
            {
              name: 'url',
              label: 'Address',
              kind: 'text',
              required: true,
              help: 'Such as https://hr.customer.example/hooks/payroll',
            },
            {
              name: 'eventTypes',
              label: 'Events',
              kind: 'checks',
              options: webhookEventTypes.map((value) => ({ value, label: value })),
              help: 'None chosen: all of them.',
            },
            {
              name: 'sendLinkTo',
              label: 'Mail the secret’s link to',
              kind: 'email',
              help: 'A contact of the customer. Empty: the link is shown to you.',
            },
          ]}
        />
      ) : null}
    </Section>
  );
}

interface EndpointCardProps {
  endpoint: EndpointView;
  base: string;
  mayChange: boolean;
  onLink(link: Linked['secretLink']): void;
}

function EndpointCard({ endpoint, base, mayChange, onLink }: EndpointCardProps) {
  const path = `${base}/endpoints/${endpoint.id}`;
  const [pausing, setPausing] = useState(false);
  const verify = useAct<void, { passed: boolean }>({
    run: () => act('POST', `${path}/verify`),
    done: (result) => (result.passed ? 'Endpoint verified' : 'Endpoint answered, but not as it should'),
  });
  const resume = useAct({ run: () => act('POST', `${path}/resume`), done: 'Endpoint resumed' });
  const pause = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/pause`, body),
    done: 'Endpoint paused',
    quiet: true,
  });
  const roll = useAct<void, Linked['secretLink'] | Linked>({
    run: () => act('POST', `${path}/roll-secret`, {}),
    onDone: (made) => onLink('secretLink' in made ? made.secretLink : made),
  });
  const checked = endpoint.verification;
  return (
    <li className="rounded-card border bg-raised px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-semibold">{endpoint.label}</span>
            <Badge tone={endpoint.status === 'enabled' ? 'positive' : 'caution'}>
              {endpoint.status === 'enabled'
                ? 'Enabled'
                : `Paused${endpoint.pauseCause ? `: ${endpoint.pauseCause}` : ''}`}
            </Badge>
            {endpoint.secret === 'waiting' ? <Badge tone="info">Secret not collected yet</Badge> : null}
            {endpoint.waiting > 0 ? <Badge tone="caution">{endpoint.waiting} waiting</Badge> : null}
          </p>
          <Code text={endpoint.url} label="Copy the address" />
          <p className="text-small text-muted">
            {endpoint.eventTypes.length === 0 ? 'All events' : `${endpoint.eventTypes.length} kinds of event`}
            {endpoint.secretHint ? `, secret ${endpoint.secretHint}…` : ''}, last delivered{' '}
            <RelativeTime at={endpoint.lastDeliveredAt} />
          </p>
        </div>
        {mayChange ? (
          <div className="flex flex-wrap gap-2">
            <Button
              small
              look="primary"
              busy={verify.isPending}
              disabled={endpoint.secret === 'waiting'}
              onClick={() => verify.mutate()}
            >
              Verify
            </Button>
            {endpoint.status === 'enabled' ? (
              <Button small onClick={() => setPausing(true)}>
                Pause
              </Button>
            ) : (
              <Button small onClick={() => resume.mutate()}>
                Resume
              </Button>
            )}
            <Button small onClick={() => roll.mutate()}>
              Roll the secret
            </Button>
          </div>
        ) : null}
      </div>
      {checked ? (
        <div className="mt-3 border-t pt-2">
          <p className="text-small text-muted">
            Verified <RelativeTime at={checked.at} />
          </p>
          <ul className="mt-1 flex flex-wrap gap-x-5 gap-y-1">
            {(['valid', 'forged', 'stale'] as const).map((kind) => (
              <li key={kind} className="flex items-center gap-1.5">
                <GateShape status={checked[kind].passed ? 'seen' : 'refused'} />
                {kind}: {checked[kind].status ?? checked[kind].error ?? 'no answer'}
                <span className="text-muted">expected {checked[kind].expected}</span>
              </li>
            ))}
          </ul>
          {checked.advice.map((line) => (
            <p key={line} className="mt-1 text-caution">
              {line}
            </p>
          ))}
        </div>
      ) : null}
      {pausing ? (
        <FormDialog
          title={`Pause “${endpoint.label}”`}
          description="Messages wait and catch up in order when it is resumed. Nothing is lost."
          submit="Pause"
          onClose={() => setPausing(false)}
          onSubmit={(body) => pause.mutateAsync(body)}
          fields={[{ name: 'reason', label: 'Reason', kind: 'text', required: true }]}
        />
      ) : null}
    </li>
  );
}
