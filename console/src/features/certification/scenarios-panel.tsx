import { type CertificationView, certificationList } from '#contract/certification.ts';
import { type GateStatus, trackNames } from '#contract/integrations.ts';
import { useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { GateShape } from '../../ui/gate-shape.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { SkeletonLines } from '../../ui/states.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

const shapes: Record<CertificationView['scenarios'][number]['state'], GateStatus> = {
  open: 'waiting',
  partly: 'waiting',
  passed: 'seen',
  stale: 'stale',
};
const words = {
  open: 'Not seen yet',
  partly: 'First half seen',
  passed: 'Passed',
  stale: 'Stale: run it again',
};

/** The scenarios agreed for each track, ticked from traffic that was seen. */
export function ScenariosPanel({ place }: { place: Place }) {
  const query = useApi(`${environmentPath(place)}/scenarios`, certificationList);
  if (query.error && !query.data)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines />;
  return (
    <div className="flex flex-col gap-8">
      {query.data.items.map((one) => (
        <Section
          key={one.track}
          title={trackNames[one.track]}
          action={
            <span className="text-muted">
              {one.passed} of {one.scenarios.length} passed
              {one.completedAt ? (
                <>
                  , complete <RelativeTime at={one.completedAt} />
                </>
              ) : null}
            </span>
          }
        >
          <ul className="divide-y divide-line rounded-card border bg-raised">
            {one.scenarios.map((scenario) => (
              <li key={scenario.id} className="flex gap-3 px-4 py-2.5">
                <span className="mt-0.5">
                  <GateShape status={shapes[scenario.state]} />
                </span>
                <div className="min-w-0">
                  <p>
                    <span className="font-medium">{scenario.title}</span>{' '}
                    <span className="text-small text-muted">{words[scenario.state]}</span>
                  </p>
                  <p className="text-muted">{scenario.evidence?.sentence ?? scenario.how}</p>
                </div>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </div>
  );
}
