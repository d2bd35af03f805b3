import { useParams } from '@tanstack/react-router';
import { type VerificationView, verificationView } from '#contract/documents.ts';
import { useApi } from '../api/use-api.ts';
import { StandAlone } from '../app/stand-alone.tsx';
import { Checks } from '../features/estimates/checks.tsx';
import { CompareFile } from '../features/estimates/compare-file.tsx';
import { Code } from '../ui/copy-button.tsx';
import { Fact } from '../ui/facts.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';
import { ZonedTime } from '../ui/time.tsx';

const names = { accepted: 'Accepted', declined: 'Declined', 'change-requested': 'Change requested' };

/** The public page that verifies an acceptance: what was signed is hashed again, and each part fits or does not. */
export function VerifyPage() {
  const { acceptance } = useParams({ strict: false }) as { acceptance: string };
  const query = useApi(`/api/verify/${acceptance}`, verificationView);
  return (
    <StandAlone title="Verify a signature" wide>
      <h1 className="text-display">Verify a signature</h1>
      {query.error && !query.data ? (
        <div className="mt-4">
          <ProblemView error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : !query.data ? (
        <SkeletonLines />
      ) : (
        <Verification one={query.data} />
      )}
    </StandAlone>
  );
}

function Verification({ one }: { one: VerificationView }) {
  const whole = Object.values(one.checks).every((result) => result === 'fits');
  return (
    <>
      <section aria-label="Signature" className="mt-5 rounded-card border bg-raised p-5">
        <h2 className="text-heading">
          {names[one.decision]} by {one.signedBy}
        </h2>
        <p className={`mt-1 font-medium ${whole ? 'text-positive' : 'text-critical'}`}>
          {whole
            ? 'Everything is as it was signed.'
            : 'Not everything is as it was signed. See below which part.'}
        </p>
        <Checks checks={one.checks} />
        <dl className="mt-5 flex flex-col gap-2">
          <Fact name="When">
            <ZonedTime at={one.at} />
          </Fact>
          <Fact name="Version">{one.version}</Fact>
          <Fact name="SHA-256 of the content">
            <Code text={one.sha256} />
          </Fact>
          {one.pdfSha256 ? (
            <Fact name="SHA-256 of the PDF">
              <Code text={one.pdfSha256} />
            </Fact>
          ) : null}
        </dl>
      </section>
      {one.pdfSha256 && window.isSecureContext ? <CompareFile sha256={one.pdfSha256} /> : null}
    </>
  );
}
