import { useParams } from '@tanstack/react-router';
import Download from 'lucide-react/icons/download';
import { useState } from 'react';
import { type LinkReveal, type LinkView, linkView } from '#contract/credentials.ts';
import { act } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { useApi } from '../api/use-api.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Code } from '../ui/copy-button.tsx';
import { environmentNames } from '../ui/environment-switch.tsx';
import { saySize } from '../ui/money.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SecretCard } from '../ui/secret-card.tsx';
import { ErrorState, SkeletonLines } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';

/** Where a one-time link leads: opening it uses nothing up, the button shows the secret once. */
export function OneTimeLinkPage() {
  const { token } = useParams({ strict: false }) as { token: string };
  const path = `/api/links/${token}`;
  const query = useApi(path, linkView);
  const [revealed, setRevealed] = useState<LinkReveal>();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const reveal = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      setRevealed(await act<LinkReveal>('POST', path));
    } catch (error) {
      const problem = problemOf(error);
      setFault([problem.title, problem.detail].filter(Boolean).join('. '));
    } finally {
      setBusy(false);
    }
  };
  if (query.error && !query.data)
    return (
      <StandAlone title="One-time link">
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      </StandAlone>
    );
  if (!query.data)
    return (
      <StandAlone title="One-time link">
        <SkeletonLines lines={4} />
      </StandAlone>
    );
  const link = query.data;
  return (
    <StandAlone title={link.title}>
      <p className="flex items-center gap-2 text-muted">
        {link.customer}
        {link.environment ? (
          <Badge tone={link.environment === 'sandbox' ? 'caution' : 'neutral'}>
            {environmentNames[link.environment]}
          </Badge>
        ) : null}
      </p>
      <h1 className="text-display">{link.title}</h1>
      {fault ? (
        <div className="mt-4">
          <ErrorState title="It could not be shown" detail={fault} />
        </div>
      ) : null}
      {revealed ? (
        <Revealed reveal={revealed} />
      ) : (
        <Offer link={link} busy={busy} onReveal={() => void reveal()} />
      )}
    </StandAlone>
  );
}

function Offer({ link, busy, onReveal }: { link: LinkView; busy: boolean; onReveal(): void }) {
  if (link.state === 'ready' || link.canRollAgain)
    return (
      <>
        <p className="mt-2 text-muted">
          {link.state === 'ready'
            ? 'Opening this page used nothing up. The secret is made and shown when you press the button, once.'
            : 'You pressed the button a moment ago. This browser may make it again; the one before then no longer works.'}
        </p>
        <Button look="primary" className="mt-6 w-full" busy={busy} onClick={onReveal}>
          {link.kind === 'extract' ? 'Get the file' : 'Show the secret'}
        </Button>
        <p className="mt-3 text-small text-muted">
          The link ends <RelativeTime at={link.expiresAt} />.
        </p>
      </>
    );
  const words = {
    used: 'This link was used already. Each link shows its secret once. Ask for a new one when it was not you.',
    expired: 'This link has expired. Ask for a new one.',
    void: 'This link was replaced by a newer one. Look for the newer mail.',
  };
  return (
    <p role="status" className="mt-3 rounded-card border bg-raised px-4 py-3">
      {words[link.state as keyof typeof words] ?? words.void}
    </p>
  );
}

function Revealed({ reveal }: { reveal: LinkReveal }) {
  return (
    <div className="mt-5 flex flex-col gap-4">
      {reveal.items.length > 0 ? (
        <SecretCard title={reveal.title} items={reveal.items} note={reveal.note} fileName={reveal.kind} />
      ) : (
        <p className="text-muted">{reveal.note}</p>
      )}
      {reveal.download ? (
        <section aria-label="File" className="rounded-card border bg-raised p-5">
          <p className="font-semibold">{reveal.download.name}</p>
          <p className="text-muted">{saySize(reveal.download.sizeBytes)}</p>
          <a
            className={`${buttonClass('primary')} mt-3`}
            href={reveal.download.url}
            download={reveal.download.name}
          >
            <Download aria-hidden className="size-4" /> Download
          </a>
          <p className="mt-3 text-small text-muted">SHA-256</p>
          <Code text={reveal.download.sha256} />
        </section>
      ) : null}
    </div>
  );
}
