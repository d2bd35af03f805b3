import { useState } from 'react';
import { type ReceiverView, receiverList } from '#contract/webhooks.ts';
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

interface Made {
  secretLink: { url: string | null; expiresAt: string; mailedTo: string | null };
}

/** Receivers: our target addresses, to which the customer's system posts signed changes. */
export function Receivers({ place }: { place: Place }) {
  const base = environmentPath(place);
  const query = useApi(`${base}/receivers`, receiverList);
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<Made['secretLink']>();
  const mayChange = useHasRole('integrations-manager', 'administrator');
  const create = useAct<Record<string, unknown>, Made>({
    run: (body) => act('POST', `${base}/receivers`, body),
    done: 'Receiver added',
    onDone: (made) => setLink(made.secretLink),
    quiet: true,
  });
  const add = mayChange ? <Button onClick={() => setAdding(true)}>Add a receiver</Button> : null;
  return (
    <Section title="Receivers" action={query.data?.items.length ? add : null}>
      <p className="text-muted">
        Target addresses of ours, to which the customer's system posts signed changes.
      </p>
      {link ? <SecretLink link={link} onClose={() => setLink(undefined)} /> : null}
      {query.error && !query.data ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <SkeletonLines lines={3} />
      ) : query.data.items.length === 0 ? (
        <EmptyState title="No receiver yet" action={add}>
          The Integrations & Solutions Manager adds one; the customer gets its address and a one-time link to
          its secret.
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {query.data.items.map((receiver) => (
            <ReceiverCard key={receiver.id} receiver={receiver} />
          ))}
        </ul>
      )}
      {adding ? (
        <FormDialog
          title="Add a receiver"
          submit="Add receiver"
          onClose={() => setAdding(false)}
          onSubmit={(body) => create.mutateAsync(body)}
          fields={[
            {
              name: 'label',
              label: 'Name',
              kind: 'text',
              required: true,
              help: 'The system that posts, such as “HR system”.',
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

function ReceiverCard({ receiver }: { receiver: ReceiverView }) {
  const seen = [
    ['First message accepted', receiver.seen.firstAcceptedAt],
    ['Forged message refused', receiver.seen.forgedRefusedAt],
    ['Duplicate applied once', receiver.seen.duplicateIgnoredAt],
    ['Old copy refused', receiver.seen.replayRefusedAt],
  ] as const;
  return (
    <li className="rounded-card border bg-raised px-4 py-3">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{receiver.label}</span>
        <Badge tone={receiver.status === 'enabled' ? 'positive' : 'caution'}>
          {receiver.status === 'enabled' ? 'Enabled' : 'Disabled'}
        </Badge>
        {receiver.secret === 'waiting' ? <Badge tone="info">Secret not collected yet</Badge> : null}
        {receiver.dead > 0 ? (
          <Badge tone="critical">
            {receiver.dead} {receiver.dead === 1 ? 'needs' : 'need'} somebody
          </Badge>
        ) : null}
      </p>
      <Code text={receiver.url} label="Copy the address" />
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
        {seen.map(([label, at]) => (
          <li key={label} className="flex items-center gap-1.5">
            <GateShape status={at ? 'seen' : 'waiting'} /> {label}{' '}
            <span className="text-small text-muted">{at ? <RelativeTime at={at} /> : 'not yet'}</span>
          </li>
        ))}
      </ul>
      {receiver.refusals.length > 0 ? (
        <details className="mt-2">
          <summary className="w-fit cursor-pointer text-muted hover:text-ink">
            Latest refusals ({receiver.refusals.length})
          </summary>
          <ul className="mt-1 flex flex-col gap-1">
            {receiver.refusals.map((one) => (
              <li key={`${one.at}${one.cause}`}>
                <span className="text-small text-muted">
                  <RelativeTime at={one.at} />
                </span>{' '}
                {one.cause}. {one.advice}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  );
}
