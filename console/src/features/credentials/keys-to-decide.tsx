import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keyRequestList, type SecretToRoll, secretsToRoll } from '#contract/credentials.ts';
import { keysToRetire } from '#contract/file-exchange.ts';
import { useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** Requests for API keys that wait, and secrets and SFTP keys of people who have left, of all customers. */
export function KeysToDecide() {
  const requests = useApiList('/api/key-requests?status=open&limit=20', keyRequestList, 'before');
  const secrets = useApiList('/api/secrets-to-roll?limit=20', secretsToRoll, 'before');
  const sftpKeys = useApiList('/api/sftp-keys-to-retire?limit=20', keysToRetire, 'before');
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
      <Waiting title="Secrets whose holder has left" list={together(secrets, sftpKeys)}>
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
        {sftpKeys.items?.map((one) => (
          <Row
            key={one.id}
            customer={one.customer.id}
            tab="files"
            title={`SFTP key ${one.title} of ${one.userName}`}
            words={`${one.customer.name}: ${one.holder} registered it. Take it out of use, once another key is registered.`}
            environment={one.environment}
            at={one.registeredAt}
          />
        ))}
      </Waiting>
    </>
  );
}

const adviceOf = ({ kind }: SecretToRoll) =>
  kind === 'api-key' ? 'Roll the key to somebody else.' : 'Make a new secret for somebody else.';

type List = Pick<ReturnType<typeof useApiList>, 'items' | 'more' | 'error' | 'refetch'>;

/** Two lists below one title: what either of them has is shown, more of either is loaded, and a fault of either is told. */
function together(first: List, second: List): List {
  const failed = [first, second].find(({ error, items }) => error && !items) ?? first;
  const isRead = first.items !== undefined && second.items !== undefined;
  const more = () => {
    first.more?.();
    second.more?.();
  };
  return {
    items: isRead ? [...(first.items ?? []), ...(second.items ?? [])] : undefined,
    more: first.more || second.more ? more : undefined,
    error: failed.error,
    refetch: failed.refetch,
  };
}

function Waiting({ title, list, children }: { title: string; list: List; children: ReactNode }) {
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
  tab: 'credentials' | 'webhooks' | 'files';
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
