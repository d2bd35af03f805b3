import {
  MutationCache,
  QueryCache,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import { toast } from '../ui/toast.tsx';
import { get, withQuery } from './client.ts';
import { ApiProblem, problemOf } from './problem.ts';

/** What the console has read from the server; the address is the key, so live updates find what to read again. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: lookWhoIsSignedIn }),
  mutationCache: new MutationCache({ onError: lookWhoIsSignedIn }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiProblem && error.status > 0 && error.status < 500),
    },
  },
});

/** Asks again who is signed in when an answer says nobody is: the shell then leads to the sign-in page. */
function lookWhoIsSignedIn(error: Error): void {
  if (error instanceof ApiProblem && error.status === 401)
    void queryClient.invalidateQueries({
      predicate: ({ queryKey, state }) =>
        queryKey[1] === '/api/me' && !(state.error instanceof ApiProblem && state.error.status === 401),
    });
}

const underWayMs = 2_000;

/**
 * Reads one address and keeps it up to date; no address, no request. While something in it `isUnderWay` whose end is no
 * fact of the log, it is read again every two seconds.
 */
export function useApi<S extends z.ZodType>(
  path: string | undefined,
  schema: S,
  isUnderWay: (data: z.output<S>) => boolean = () => false,
) {
  return useQuery<z.output<S>>({
    queryKey: ['api', path],
    queryFn: ({ signal }) => get(path ?? '', schema, signal),
    enabled: path !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? underWayMs : false),
  });
}

/** Reads one address once, however long it is looked at: each reading of it stands in the audit trail. */
export function useApiOnce<S extends z.ZodType>(path: string, schema: S) {
  return useQuery<z.output<S>>({
    queryKey: ['once', path],
    queryFn: ({ signal }) => get(path, schema, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** One page of a list, as the server answers it. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
  total?: number | undefined;
}

/** Reads a list page by page, anew while an item is under way; `cursor` is the name of the parameter that takes `next`. */
export function useApiList<Item>(
  path: string | undefined,
  schema: z.ZodType<Page<Item>>,
  cursor: 'after' | 'cursor' | 'before' = 'cursor',
  isUnderWay: (item: Item) => boolean = () => false,
) {
  const query = useInfiniteQuery({
    queryKey: ['api', path, 'pages'],
    queryFn: ({ signal, pageParam }) => {
      const separator = path?.includes('?') ? '&' : '?';
      const next = pageParam === null ? '' : `${separator}${withQuery('', { [cursor]: pageParam }).slice(1)}`;
      return get(`${path}${next}`, schema, signal);
    },
    // A list with another filter keeps what it shows until the answer is there; another list starts empty.
    placeholderData: (previous, query) => (sameList(query?.queryKey[1], path) ? previous : undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: path !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isUnderWay)) ? underWayMs : false,
  });
  return {
    items: query.data?.pages.flatMap((page) => page.items),
    total: query.data?.pages[0]?.total,
    more: query.hasNextPage
      ? () => {
          if (!query.isFetchingNextPage) void query.fetchNextPage();
        }
      : undefined,
    hasMore: query.hasNextPage,
    /** Reads the pages that are not loaded yet too. */
    all: async (): Promise<Item[]> => {
      let { data } = query;
      for (let more = query.hasNextPage; more; ) {
        const answer = await query.fetchNextPage({ cancelRefetch: false, throwOnError: true });
        data = answer.data;
        more = answer.hasNextPage;
      }
      return data?.pages.flatMap((page) => page.items) ?? [];
    },
    error: query.error,
    refetch: query.refetch,
  };
}

const sameList = (one: unknown, other: string | undefined) =>
  typeof one === 'string' && one.split('?')[0] === other?.split('?')[0];

interface ActOptions<Input, Output> {
  run(input: Input): Promise<Output>;
  /** What is said once it is done, in the past tense. */
  done?: string | ((output: Output, input: Input) => string);
  onDone?(output: Output, input: Input): void;
  /** The form shows the fault itself. */
  quiet?: boolean;
}

/** An act of a person: says what happened, reads again what may have changed, shows faults. */
export function useAct<Input = void, Output = unknown>({
  run,
  done,
  onDone,
  quiet,
}: ActOptions<Input, Output>) {
  const client = useQueryClient();
  return useMutation<Output, Error, Input>({
    mutationFn: run,
    onSuccess: async (output, input) => {
      const text = typeof done === 'function' ? done(output, input) : done;
      if (text) toast(text);
      onDone?.(output, input);
      await client.invalidateQueries({ queryKey: ['api'] });
    },
    onError: (error) => {
      if (quiet) return;
      const problem = problemOf(error);
      toast([problem.title, problem.detail].filter(Boolean).join('. '), { critical: true });
    },
  });
}
