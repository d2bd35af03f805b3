import { useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useSetSearch } from './set-search.ts';

/** Sort, filter and columns of a table, kept in the page's address so that it can be sent to somebody. */
export interface TableAddress {
  filter: string;
  sort: { id: string; desc: boolean } | undefined;
  hidden: string[];
  set(change: { filter?: string; sort?: { id: string; desc: boolean } | undefined; hidden?: string[] }): void;
}

/** Reads and writes the table state in the address; `name` keeps two tables of one page apart. */
export function useTableAddress(name = ''): TableAddress {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const setSearch = useSetSearch();
  const key = (part: string) => (name ? `${name}.${part}` : part);
  const text = (part: string) => {
    const value = search[key(part)];
    return typeof value === 'string' ? value : value === undefined ? '' : String(value);
  };
  const sortText = text('sort');
  const set = useCallback<TableAddress['set']>(
    (change) => {
      const next: Record<string, string | undefined> = {};
      const keyOf = (part: string) => (name ? `${name}.${part}` : part);
      if ('filter' in change) next[keyOf('q')] = change.filter || undefined;
      if ('sort' in change)
        next[keyOf('sort')] = change.sort ? `${change.sort.desc ? '-' : ''}${change.sort.id}` : undefined;
      if ('hidden' in change)
        next[keyOf('hide')] = change.hidden?.length ? change.hidden.join(',') : undefined;
      setSearch(next);
    },
    [setSearch, name],
  );
  return {
    filter: text('q'),
    sort: sortText ? { id: sortText.replace(/^-/, ''), desc: sortText.startsWith('-') } : undefined,
    hidden: text('hide') ? text('hide').split(',') : [],
    set,
  };
}
