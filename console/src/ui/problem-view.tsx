import { problemOf } from '../api/problem.ts';
import { ErrorState } from './states.tsx';

/** A fault of the server on a page: what happened, how to mend it, the request's id. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  // A page that went wrong itself, or whose script is gone, is not mended by asking the server again.
  if (problem.code === 'outdated' || problem.code === 'page-fault')
    return (
      <ErrorState
        title={problem.title}
        detail={problem.detail}
        retry="Reload the page"
        onRetry={() => location.reload()}
      />
    );
  return (
    <ErrorState
      title={problem.title}
      detail={problem.detail}
      requestId={problem.requestId}
      onRetry={problem.status === 404 || problem.status === 403 ? undefined : onRetry}
    />
  );
}
