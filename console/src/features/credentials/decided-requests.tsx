import { keyRequestList } from '#contract/credentials.ts';
import { useApiList } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** Requests for API keys that ended without a key, and why. */
export function DecidedRequests({ base }: { base: string }) {
  return (
    <>
      <Ended base={base} status="declined" title="Declined requests" />
      <Ended base={base} status="closed" title="Requests of people who have left" />
    </>
  );
}

function Ended({ base, status, title }: { base: string; status: 'declined' | 'closed'; title: string }) {
  const list = useApiList(`${base}/key-requests?status=${status}&limit=20`, keyRequestList, 'before');
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.items || list.items.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="divide-y divide-line rounded-card border bg-raised">
        {list.items.map((request) => (
          <li key={request.id} className="flex flex-wrap items-baseline justify-between gap-x-3 px-4 py-2">
            <span className="min-w-0">
              <span className="font-medium">{request.label}</span>{' '}
              <span className="text-muted">
                {request.contact.name} asked <RelativeTime at={request.requestedAt} />
                {request.declineReason ? `: ${request.declineReason}` : ''}
              </span>
            </span>
            <Badge>
              {status === 'declined' ? `Declined by ${request.decidedBy?.name ?? 'the vendor'}` : 'Closed'}
            </Badge>
          </li>
        ))}
      </ul>
      {list.more ? (
        <Button look="quiet" onClick={list.more}>
          Show more
        </Button>
      ) : null}
    </Section>
  );
}
