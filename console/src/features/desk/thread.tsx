import { type TicketEntry, type TicketMail, threadPage } from '#contract/desk.ts';
import { useApiList } from '../../api/use-api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { sayKind } from '../../ui/history.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Attachments, MailBody, Original } from './mail-body.tsx';
import { Person } from './person.tsx';

const verifiedNames = {
  own: 'Our own',
  submission: 'Signed-in sender',
  token: 'Address token',
  dmarc: 'DMARC',
  none: 'Not proved',
};

interface ThreadProps {
  path: string;
  /** Moves a mail to another ticket; without it none can be moved. */
  onMove?: ((mail: TicketMail) => void) | undefined;
}

/** What happened on a ticket, oldest first; it begins with the newest page and reads earlier ones on request. */
export function Thread({ path, onMove }: ThreadProps) {
  const list = useApiList(`${path}/thread?limit=50`, threadPage);
  if (list.error && !list.items)
    return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.items) return <SkeletonLines lines={6} />;
  return (
    <>
      {list.more ? (
        <Button className="self-start" onClick={list.more}>
          Show earlier
        </Button>
      ) : null}
      <ol className="flex flex-col gap-3">
        {list.items.toReversed().map((entry) => (
          <Entry
            key={`${entry.kind}${entry.at}${entry.kind === 'mail' ? entry.id : ''}`}
            entry={entry}
            path={path}
            onMove={onMove}
          />
        ))}
      </ol>
    </>
  );
}

function Entry({ entry, path, onMove }: ThreadProps & { entry: TicketEntry }) {
  if (entry.kind === 'change')
    return (
      <li className="px-1 text-muted">
        {sayKind(entry.change)} by {entry.by}
        {entry.detail ? `: ${entry.detail}` : ''} <RelativeTime at={entry.at} />
      </li>
    );
  if (entry.kind === 'note')
    return (
      <li className="rounded-card border border-dashed px-4 py-3">
        <p className="text-small text-muted">
          Note by {entry.by}, <RelativeTime at={entry.at} />
        </p>
        <p className="whitespace-pre-wrap">{entry.text}</p>
      </li>
    );
  return (
    <li className="flex flex-col gap-2 rounded-card border bg-raised px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <span className="min-w-0 font-semibold">
          <Person {...entry.from} />
        </span>
        <span className="flex flex-wrap items-center gap-2 text-small text-muted">
          {entry.placedBy ? <span>added by {entry.placedBy}</span> : null}
          {entry.automatic && entry.direction === 'in' ? <Badge>automatic</Badge> : null}
          <Badge tone={entry.verifiedBy === 'none' ? 'caution' : 'neutral'}>
            {verifiedNames[entry.verifiedBy]}
          </Badge>
          <RelativeTime at={entry.at} />
          {onMove ? (
            <Button
              small
              look="quiet"
              aria-label={`Move the mail of ${entry.from.address} to another ticket`}
              onClick={() => onMove(entry)}
            >
              Move
            </Button>
          ) : null}
        </span>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-small text-muted">
        <Receivers name="To" addresses={entry.to} />
        <Receivers name="Cc" addresses={entry.cc} />
        <Receivers name="Answers to" addresses={entry.direction === 'in' ? entry.replyTo : []} />
      </dl>
      <MailBody text={entry.text} html={entry.html} title={entry.subject} />
      <Attachments items={entry.attachments} path={`${path}/mails/${entry.id}`} />
      {entry.direction === 'in' ? <Original path={`${path}/mails/${entry.id}`} /> : null}
    </li>
  );
}

function Receivers({ name, addresses }: { name: string; addresses: string[] }) {
  if (addresses.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className="break-all">{addresses.join(', ')}</dd>
    </>
  );
}
