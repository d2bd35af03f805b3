import type { z } from 'zod';
import { useTableAddress } from '../ui/table-address.ts';
import { withQuery } from './client.ts';
import { type Page, useApiList } from './use-api.ts';

interface Searched {
  /** The name of the parameter that takes the next page's cursor. */
  cursor?: 'after' | 'cursor' | 'before';
  /** Whether the server sorts too; else a table is sorted once every row is loaded. */
  sorts?: boolean;
  /** The page's own filters. */
  filters?: Record<string, string | undefined>;
  /** The name of the table, where a page has more than one. */
  name?: string;
}

/**
 * A list that the server searches: what is typed into the table's filter goes along, so that rows which are not loaded
 * are found too. Give `table` to the table.
 */
export function useSearchedList<Item>(
  path: string,
  schema: z.ZodType<Page<Item>>,
  { cursor = 'after', sorts = false, filters = {}, name = '' }: Searched = {},
) {
  const { filter, sort } = useTableAddress(name);
  const wish = {
    search: filter,
    ...(sorts && sort ? { sort: `${sort.desc ? '-' : ''}${sort.id}` } : {}),
    ...filters,
    limit: 200,
  };
  const list = useApiList(withQuery(path, wish), schema, cursor);
  const filtered = filter !== '' || Object.values(filters).some(Boolean);
  return {
    error: list.error,
    items: list.items,
    refetch: list.refetch,
    filtered,
    table: {
      rows: list.items,
      onMore: list.more,
      total: list.total,
      searched: { all: list.all, more: list.hasMore, sorts },
    },
  };
}
