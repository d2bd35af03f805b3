import Download from 'lucide-react/icons/download';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { downloadText } from './csv.ts';
import { RelativeTime } from './time.tsx';

export interface SecretCardProps {
  title: string;
  items: { label: string; value: string }[];
  note?: ReactNode;
  /** The file name of the download, without its ending. */
  fileName: string;
  onStored?(): void;
}

/** A secret, shown once: copy, download, "I have stored it", which takes it off the screen. */
export function SecretCard({ title, items, note, fileName, onStored }: SecretCardProps) {
  const [stored, setStored] = useState(false);
  if (stored)
    return (
      <section aria-label={title} className="rounded-card border bg-raised p-5">
        <h2 className="text-heading">{title}</h2>
        <p className="mt-1 text-muted">
          You have stored it. It is not shown again; ask for a new one when it is lost.
        </p>
      </section>
    );
  const text = items.map((item) => `${item.label}: ${item.value}`).join('\n');
  return (
    <section aria-label={title} className="rounded-card border border-caution/50 bg-raised p-5">
      <h2 className="text-heading">{title}</h2>
      <p className="mt-1 text-muted">
        Shown this once. Put it into your own secret store before you leave this page.
      </p>
      <dl className="mt-4 flex flex-col gap-3">
        {items.map((item) => (
          <div key={item.label}>
            <dt className="text-small text-muted">{item.label}</dt>
            <dd className="mt-0.5 flex items-start gap-2 rounded-control border bg-surface px-3 py-2">
              <code className="min-w-0 flex-1 font-mono text-code break-all">{item.value}</code>
              <CopyButton text={item.value} label={`Copy ${item.label}`} />
            </dd>
          </div>
        ))}
      </dl>
      {note ? <p className="mt-3 text-muted">{note}</p> : null}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button
          look="primary"
          onClick={() => {
            setStored(true);
            onStored?.();
          }}
        >
          I have stored it
        </Button>
        <Button
          icon={<Download aria-hidden className="size-4" />}
          onClick={() => downloadText(`${fileName}.txt`, text, 'text/plain')}
        >
          Download
        </Button>
      </div>
    </section>
  );
}

/** A secret that was shown before: its prefix, age and last use, never the secret. */
export function StoredSecret({
  prefix,
  since,
  lastUsedAt,
}: {
  prefix: string;
  since: string;
  lastUsedAt: string | null;
}) {
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-3">
      <code className="font-mono text-code">{prefix}…</code>
      <span className="text-small text-muted">
        made <RelativeTime at={since} />
      </span>
      <span className="text-small text-muted">
        {lastUsedAt ? (
          <>
            last used <RelativeTime at={lastUsedAt} />
          </>
        ) : (
          'not used yet'
        )}
      </span>
    </span>
  );
}
