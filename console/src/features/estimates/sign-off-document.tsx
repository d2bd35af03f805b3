import FileText from 'lucide-react/icons/file-text';
import type { ReactNode } from 'react';
import type { SignOffView } from '#contract/estimates.ts';
import { Section } from '../../app/page.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Code } from '../../ui/copy-button.tsx';
import { Fact } from '../../ui/facts.tsx';
import { ZonedTime } from '../../ui/time.tsx';
import { ContentView } from './content-editor.tsx';
import { LineTable } from './line-table.tsx';
import { Totals } from './totals.tsx';

/** What the customer is asked to sign, as the sign-off page and the preview show it. */
export function SignOffDocument({
  view,
  pdf,
  children,
}: {
  view: SignOffView;
  /** The address of the PDF. */
  pdf: string;
  /** What was decided, between the head and the lines. */
  children?: ReactNode;
}) {
  const about = [
    `Version ${view.version}`,
    ...(view.recipient ? [`prepared for ${view.recipient}`] : []),
    ...(view.changeNumber ? [`change request ${view.changeNumber}`] : []),
  ];
  return (
    <>
      <p className="text-muted">
        {view.vendor} for {view.customer}
      </p>
      <h1 className="text-display">{view.title}</h1>
      <p className="mt-1 text-muted">{about.join(', ')}</p>
      {view.status === 'open' && view.expiresAt ? (
        <dl className="mt-4 max-w-[520px]">
          <Fact name="Sign before">
            <ZonedTime at={view.expiresAt} alsoIn={view.timeZone} />
          </Fact>
        </dl>
      ) : null}
      {children}
      <div className="mt-8">
        <Section title="Lines">
          <LineTable lines={view.content.lines} currency={view.content.currency} />
        </Section>
      </div>
      <div className="mt-8 grid gap-8 lg:grid-cols-[minmax(0,1fr)_280px]">
        <ContentView content={view.content} vendorOnly={false} />
        <aside aria-label="Totals" className="min-w-0">
          <div className="rounded-card border bg-raised p-5">
            <Totals
              totals={view.totals}
              gstPercent={view.gstPercent}
              currency={view.content.currency}
              vendorOnly={false}
            />
            <a className={`${buttonClass()} mt-4 w-full`} href={pdf} target="_blank" rel="noreferrer">
              <FileText aria-hidden className="size-4" /> Open as PDF
            </a>
            {view.sha256 ? (
              <>
                <p className="mt-4 text-small text-muted">SHA-256 of what you sign</p>
                <Code text={view.sha256} label="Copy the SHA-256" />
              </>
            ) : null}
          </div>
        </aside>
      </div>
    </>
  );
}
