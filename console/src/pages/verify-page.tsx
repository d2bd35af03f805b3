import { useParams } from '@tanstack/react-router';
import { verificationView } from '#contract/documents.ts';
import { useApi } from '../api/use-api.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Code } from '../ui/copy-button.tsx';
import { Fact } from '../ui/facts.tsx';
import { GateShape } from '../ui/gate-shape.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { sayExact } from '../ui/time.tsx';

/** The public page that verifies an acceptance: what was signed, by hash. */
export function VerifyPage() {
  const { acceptance } = useParams({ strict: false }) as { acceptance: string };
  const query = useApi(`/api/verify/${acceptance}`, verificationView);
  const one = query.data;
  const names = { accepted: 'Accepted', declined: 'Declined', 'change-requested': 'Change requested' };
  return (
    <StandAlone title="Verify a signature" wide>
      <h1 className="text-display">Verify a signature</h1>
      {query.error && !one ? (
        <div className="mt-4">
          <ProblemView error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : !one ? (
        <SkeletonLines />
      ) : (
        <section aria-label="Signature" className="mt-5 rounded-card border bg-raised p-5">
          <p className="flex items-center gap-2 text-heading font-semibold">
            <GateShape status={one.decision === 'accepted' ? 'seen' : 'refused'} /> {names[one.decision]} by{' '}
            {one.signedBy}
          </p>
          <p className="mt-1">{one.statement}</p>
          <dl className="mt-4 flex flex-col gap-2">
            <Fact name="When">{sayExact(new Date(one.at))}</Fact>
            <Fact name="Version">{one.version}</Fact>
            <Fact name="SHA-256 of the content">
              <Code text={one.sha256} />
            </Fact>
            {one.pdfSha256 ? (
              <Fact name="SHA-256 of the PDF">
                <Code text={one.pdfSha256} />
              </Fact>
            ) : null}
            {one.previousEvent ? (
              <Fact name="The event before">
                <Code text={one.previousEvent} />
              </Fact>
            ) : null}
          </dl>
          <p className="mt-4 text-muted">
            Compare the hash with the file you were given: sha256sum prints the same characters when nothing
            was changed.
          </p>
        </section>
      )}
    </StandAlone>
  );
}
