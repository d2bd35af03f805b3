import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo, useState } from 'react';
import type { TableAddress } from './table-address.ts';

/** One column: how a row's cell looks, and its plain value for sorting, filtering and CSV. */
export interface Column<Row> {
  id: string;
  header: string;
  cell(row: Row): ReactNode;
  /** The plain value behind the cell. */
  value(row: Row): string | number | null | undefined;
  align?: 'right';
  /** Left out where the list is narrow: on a phone, in a side panel. */
  wideOnly?: boolean;
  /** Holds buttons, not data: neither sorted, hidden, nor in the CSV. */
  acts?: true;
  /** May be hidden by the column menu; the first column never. */
  width?: string;
}

/** What the server does for a table whose rows come page by page. */
export interface Searched<Row> {
  /** Whether it sorts too; else the rows are sorted here, once they are all loaded. */
  sorts: boolean;
  /** Whether there are rows that are not loaded yet. */
  more: boolean;
  /** Reads them all, for the CSV. */
  all(): Promise<Row[]>;
}

/** What every column of buttons has. */
export const acts = { id: 'act', header: 'Act', align: 'right', acts: true, value: () => null } as const;

export const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
});

/** The table's model: filtered and sorted rows, hidden columns, selection. */
export function useTableModel<Row extends object>(
  rows: Row[],
  columns: Column<Row>[],
  rowId: (row: Row) => string,
  address: TableAddress,
  searched: Searched<Row> | undefined,
) {
  const [selection, setSelection] = useState<Record<string, true>>({});
  const filter = searched ? '' : folded(address.filter.trim());
  const data = useMemo(
    () =>
      filter
        ? rows.filter((row) =>
            columns.some((column) => folded(String(column.value(row) ?? '')).includes(filter)),
          )
        : rows,
    [rows, columns, filter],
  );
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Row> => ({
          id: column.id,
          header: column.header,
          accessorFn: (row) => column.value(row) ?? undefined,
          sortFn: (a, b) => compare(column.value(a.original), column.value(b.original)),
          sortUndefined: 'last',
        }),
      ),
    [columns],
  );
  const sortId = address.sort?.id;
  const sortDesc = address.sort?.desc ?? false;
  const sorting = useMemo(() => (sortId ? [{ id: sortId, desc: sortDesc }] : []), [sortId, sortDesc]);
  const hiddenKey = address.hidden.join(',');
  const columnVisibility = useMemo(
    () =>
      Object.fromEntries(
        hiddenKey
          .split(',')
          .filter(Boolean)
          .map((id) => [id, false]),
      ),
    [hiddenKey],
  );
  const table = useTable({
    features,
    data,
    columns: definitions,
    getRowId: rowId,
    manualSorting: searched?.sorts ?? false,
    state: { sorting, columnVisibility, rowSelection: selection },
    onRowSelectionChange: setSelection,
  });
  return { table, rows: table.getRowModel().rows, total: rows.length, selection, setSelection };
}

/** Letters as somebody types them who has no macrons at hand. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

const collator = new Intl.Collator('en-NZ', { numeric: true, sensitivity: 'base' });
function compare(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a ?? ''), String(b ?? ''));
}
