import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Changes parts of the address's search in place: the page stays, and going back leaves it. */
export function useSetSearch(): (change: Record<string, string | undefined>) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) =>
      void navigate({
        to: '.',
        replace: true,
        search: (previous: Record<string, unknown>) => ({ ...previous, ...change }),
      } as never),
    [navigate],
  );
}
