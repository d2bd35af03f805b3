import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keyRequestList, type SecretToRoll, secretsToRoll } from '#contract/credentials.ts';
import { useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** Requests for API keys that wait, and secrets that people who have left were shown, of all customers. */
export function KeysToDecide() {
  const requests = useApiList('/api/key-requests?status=open&limit=20', keyRequestList, 'before');
  const secrets = useApiList('/api/secrets-to-roll?limit=20', secretsToRoll, 'before');
  return (
    <>
      <Waiting title="API keys asked for" list={requests}>
        {requests.items?.map((one) => (
          <Row
            key={one.id}
            customer={one.customer.id}
            tab="credentials"
            title={one.label}
            words={`${one.customer.name}, ${one.contact.name}: ${one.purpose}`}
            environment={one.environment}
            at={one.requestedAt}
          />
        ))}
      </Waiting>
      <Waiting title="Secrets whose holder has left" list={secrets}>
        {secrets.items?.map((one) => (
          <Row
            key={one.id}
            customer={one.customer.id}
            tab={one.kind === 'api-key' ? 'credentials' : 'webhooks'}
            title={one.title}
            words={`${one.customer.name}: ${one.holder} was shown it. ${adviceOf(one)}`}
            environment={one.environment}
            at={one.shownAt}
          />
        ))}
      </Waiting>
    </>
  );
}

const adviceOf = ({ kind }: SecretToRoll) =>
  kind === 'api-key' ? 'Roll the key to somebody else.' : 'Make a new secret for somebody else.';

function Waiting({
  title,
  list,
  children,
}: {
  title: string;
  list: Pick<ReturnType<typeof useApiList>, 'items' | 'more' | 'error' | 'refetch'>;
  children: ReactNode;
}) {
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.items || list.items.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="flex flex-col gap-2">{children}</ul>
      {list.more ? (
        <Button look="quiet" onClick={list.more}>
          Show more
        </Button>
      ) : null}
    </Section>
  );
}

function Row({
  customer,
  tab,
  title,
  words,
  environment,
  at,
}: {
  customer: string;
  tab: 'credentials' | 'webhooks';
  title: string;
  words: string;
  environment: string | null;
  at: string;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 rounded-card border bg-raised px-4 py-3">
      <div className="min-w-0">
        <Link
          to={`/customers/${customer}`}
          search={{ tab, environment: environment ?? 'sandbox' } as never}
          className="font-medium hover:underline"
        >
          {title}
        </Link>
        <p className="text-muted [overflow-wrap:anywhere]">{words}</p>
      </div>
      <span className="inline-flex items-center gap-2">
        {environment === null ? null : <Badge>{environment}</Badge>}
        <RelativeTime at={at} />
      </span>
    </li>
  );
}
