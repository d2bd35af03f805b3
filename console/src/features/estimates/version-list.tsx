import type { EstimateView } from '#contract/estimates.ts';
import { classNames } from '../../ui/class-names.ts';
import { Code } from '../../ui/copy-button.tsx';
import { Money } from '../../ui/money.tsx';
import { RelativeTime } from '../../ui/time.tsx';

const decisionNames = { accepted: 'Accepted', declined: 'Declined', 'change-requested': 'Change requested' };
const channelNames = { 'link-and-code': 'by link and code', portal: 'in the portal', mail: 'by mail' };

/** Versions of an estimate, what changed in the latest, and the customer's answers. */
export function VersionList({
  estimate,
  shown,
  onShow,
}: {
  estimate: EstimateView;
  shown: number;
  onShow(number: number): void;
}) {
  const versions = [...estimate.versions].sort((a, b) => b.number - a.number);
  return (
    <>
      <section aria-label="Versions" className="flex flex-col gap-2">
        <h2 className="text-heading">Versions</h2>
        <ul className="divide-y divide-line rounded-card border bg-raised">
          {versions.map((version) => (
            <li key={version.number}>
              <button
                type="button"
                aria-pressed={shown === version.number}
                onClick={() => onShow(version.number)}
                className={classNames(
                  'focus-inset flex w-full justify-between gap-2 px-3 py-2 text-left hover:bg-hover',
                  shown === version.number && 'bg-selected',
                )}
              >
                <span className="min-w-0">
                  <span className="font-medium">Version {version.number}</span>
                  <span className="block text-small text-muted">
                    {version.author} <RelativeTime at={version.at} />
                    {version.frozen ? ', frozen' : ''}
                  </span>
                </span>
                <Money cents={version.totals.netCents} />
              </button>
              {version.sha256 ? (
                <div className="px-3 pb-2 text-small text-muted">
                  <Code text={version.sha256} label="Copy the SHA-256" />
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      </section>
      {estimate.changes.length > 0 ? (
        <section aria-label="Changes in the latest version" className="flex flex-col gap-2">
          <h2 className="text-heading">Changed in the latest version</h2>
          <ul className="flex flex-col gap-1.5">
            {estimate.changes.map((change) => (
              <li key={`${change.place}${change.after}`}>
                <span className="font-medium">{change.place}</span>
                <span className="block text-small text-muted">
                  {change.before ? <del className="decoration-critical">{change.before}</del> : 'new'} →{' '}
                  {change.after || 'removed'}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {estimate.acceptances.length > 0 ? (
        <section aria-label="The customer's answers" className="flex flex-col gap-2">
          <h2 className="text-heading">The customer's answers</h2>
          {estimate.acceptances.map((one) => (
            <div key={one.id} className="rounded-card border bg-raised px-3 py-2">
              <p className="font-medium">
                {decisionNames[one.decision]} by {one.name}{' '}
                <span className="font-normal text-muted">{channelNames[one.channel]}</span>
              </p>
              <p className="text-muted">{one.statement}</p>
              <p className="text-small text-muted">
                Version {one.version}, <RelativeTime at={one.at} />.{' '}
                <a className="text-accent underline underline-offset-2" href={`/verify/${one.id}`}>
                  Verify
                </a>
              </p>
            </div>
          ))}
        </section>
      ) : null}
      {estimate.sentTo.length > 0 ? (
        <p className="text-muted">
          {['sent', 'signed-off'].includes(estimate.status) ? 'Sent to' : 'May sign:'}{' '}
          <span className="text-ink">{estimate.sentTo.join(', ')}</span>
        </p>
      ) : null}
    </>
  );
}
