import { useState } from 'react';
import { saySize } from '../../ui/money.tsx';

/** A mail's words; its HTML was sanitised by the server and is shown in a frame that may do nothing. */
export function MailBody({ text, html, title }: { text: string | null; html: string | null; title: string }) {
  const [asHtml, setAsHtml] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      {asHtml && html ? (
        <iframe
          title={title}
          sandbox=""
          srcDoc={html}
          className="h-[320px] w-full rounded-control border bg-[white]"
        />
      ) : (
        <p className="break-words whitespace-pre-wrap">{text || 'This mail has no plain words.'}</p>
      )}
      {html ? (
        <button
          type="button"
          className="self-start text-small text-accent underline underline-offset-2"
          onClick={() => setAsHtml(!asHtml)}
        >
          {asHtml ? 'Show the plain words' : 'Show as it was formatted'}
        </button>
      ) : null}
    </div>
  );
}

interface AttachmentsProps {
  items: { index: number; name: string; type: string; sizeBytes: number }[];
  /** The address under which attachments are fetched; without it they are only named. */
  path?: string;
}

/** The attachments of a mail. */
export function Attachments({ items, path }: AttachmentsProps) {
  if (items.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-3">
      {items.map((one) => (
        <li key={one.index}>
          {path ? (
            <a className="text-accent underline underline-offset-2" href={`${path}/attachments/${one.index}`}>
              {one.name}
            </a>
          ) : (
            one.name
          )}{' '}
          <span className="text-small text-muted">{saySize(one.sizeBytes)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Links to a mail as it was sent: as text in a tab of its own, and as a file. */
export function Original({ path }: { path: string }) {
  const look = 'text-accent underline underline-offset-2';
  return (
    <p className="flex flex-wrap gap-3 text-small">
      <a className={look} href={`${path}/original`} target="_blank" rel="noreferrer">
        Show the original
      </a>
      <a className={look} href={`${path}/original.eml`}>
        Download as .eml
      </a>
    </p>
  );
}
