import { useParams } from '@tanstack/react-router';
import { signOffView } from '#contract/estimates.ts';
import { useApi } from '../api/use-api.ts';
import { Page } from '../app/page.tsx';
import { SignOffDocument } from '../features/estimates/sign-off-document.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { SkeletonLines } from '../ui/states.tsx';

/** The present version of an estimate as the customer would see it, for the vendor's people. */
export function EstimatePreviewPage() {
  const { customer, estimate } = useParams({ strict: false }) as { customer: string; estimate: string };
  const path = `/api/customers/${customer}/estimates/${estimate}`;
  const query = useApi(`${path}/preview`, signOffView);
  const view = query.data;
  return (
    <Page
      title="Preview"
      crumbs={[{ label: view?.title ?? 'Estimate', to: `/customers/${customer}/estimates/${estimate}` }]}
      lead="The customer sees this on the sign-off page. The PDF shows the same figures."
      width="narrow"
    >
      {view ? (
        <div className="rounded-card border bg-raised p-5 md:p-8" data-density="portal">
          <SignOffDocument view={view} pdf={`${path}/versions/${view.version}/pdf`} />
        </div>
      ) : query.error ? (
        <ProblemView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Page>
  );
}
