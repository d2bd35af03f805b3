import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { classNames } from './class-names.ts';
import { useOverflowHint } from './overflow-hint.ts';
import { EmptyState, SkeletonLines } from './states.tsx';
import { useTableAddress } from './table-address.ts';
import { TableBar } from './table-bar.tsx';
import { HeadCell } from './table-head.tsx';
import { type Column, type Searched, useTableModel } from './table-model.ts';

export { acts, type Column } from './table-model.ts';

export interface TableProps<Row> {
  /** What the rows are, for screen readers and the CSV's name: "Customers". */
  label: string;
  rows: Row[] | undefined;
  columns: Column<Row>[];
  rowId(row: Row): string;
  onOpen?(row: Row): void;
  /** The row that is open beside the list. */
  openId?: string | undefined;
  empty?: ReactNode;
  /** Acts on the chosen rows; shown as a bar once some are chosen. */
  bulk?(rows: Row[], clear: () => void): ReactNode;
  /** Keeps two tables of one page apart in the address. */
  name?: string;
  /** More to the left of the count: filters of the page. */
  controls?: ReactNode;
  /** How many there are in all, when not every one is loaded. */
  total?: number | undefined;
  /** Loads the next rows; undefined once every row is loaded. */
  onMore?: (() => void) | undefined;
  /** The server searches (and sorts) the rows, and hands over those that are not loaded yet for the CSV. */
  searched?: Searched<Row>;
  /** A short list inside a page: no filter, no column menu. */
  plain?: boolean;
}

const virtualFrom = 200;
const moves: Record<string, (current: number, count: number) => number> = {
  j: (current) => current + 1,
  ArrowDown: (current) => current + 1,
  k: (current) => current - 1,
  ArrowUp: (current) => current - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A list: sticky header, sort and filter in the address, j k x Enter, virtual beyond 200 rows, count, CSV. */
export function Table<Row extends object>(props: TableProps<Row>) {
  const { rows, label, empty } = props;
  const { filter } = useTableAddress(props.name);
  if (rows === undefined) return <SkeletonLines lines={8} label={`Loading ${label}`} />;
  // A filter that fits nothing keeps its field.
  if (rows.length === 0 && filter === '' && empty) return <>{empty}</>;
  if (rows.length === 0 && filter === '') return <EmptyState title={`${label}: none yet`} />;
  return <FilledTable {...props} rows={rows} />;
}

function FilledTable<Row extends object>(props: TableProps<Row> & { rows: Row[] }) {
  const { columns, rowId, onOpen, label, name } = props;
  const { onMore } = props;
  const address = useTableAddress(name);
  // To sort what happens to be loaded would show an order that the list does not have.
  const sortable = props.searched?.sorts === true || onMore === undefined;
  const sorted = sortable ? address.sort : undefined;
  const model = useTableModel(props.rows, columns, rowId, { ...address, sort: sorted }, props.searched);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  useOverflowHint(scroller);
  const [active, setActive] = useState(0);
  const rows = model.rows;
  const virtual = rows.length > virtualFrom;
  const rowHeight = useRowHeight();
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual ? virtualizer.getVirtualItems() : [];
  const shown = virtual ? items.map((item) => item.index) : rows.map((_, index) => index);
  const before = items[0]?.start ?? 0;
  const after = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (virtual && onMore && lastShown >= rows.length - 20) onMore();
  }, [virtual, onMore, lastShown, rows.length]);
  const visible = columns.filter((column) => !address.hidden.includes(column.id));
  const current = Math.min(active, Math.max(0, rows.length - 1));

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    if (virtual) virtualizer.scrollToIndex(next);
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  const enter = useRef(() => {});
  enter.current = () => focusRow(current);
  useEffect(() => {
    // The first list of a page is entered by j or k from anywhere but a field, a dialog or a menu.
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!/^[jk]$/.test(event.key) || event.metaKey || event.ctrlKey || event.altKey) return;
      const at = document.activeElement;
      const nowhere = at === null || at === document.body || at.matches('#content, h1');
      if (!nowhere || document.querySelector('tbody[data-list]') !== body.current) return;
      event.preventDefault();
      enter.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (!(target instanceof HTMLTableRowElement) || event.metaKey || event.ctrlKey || event.altKey) return;
    const row = rows[current];
    const move = moves[event.key];
    if (move !== undefined) focusRow(move(current, rows.length));
    else if (event.key === 'x' && props.bulk && row) row.toggleSelected();
    else if (event.key === 'Enter' && onOpen && row) onOpen(row.original);
    else return;
    event.preventDefault();
  };

  const chosen = rows.filter((row) => model.selection[row.id]).map((row) => row.original);
  const bar = (
    <TableBar
      label={label}
      columns={columns}
      address={address}
      rows={rows.map((row) => row.original)}
      total={props.total ?? model.total}
      loaded={model.total}
      searched={props.searched}
      plain={props.plain ?? false}
      controls={props.controls}
      bulk={chosen.length > 0 && props.bulk ? props.bulk(chosen, () => model.setSelection({})) : null}
      chosen={chosen.length}
    />
  );
  return (
    <div className="@container flex min-w-0 flex-col gap-2">
      {props.plain && chosen.length === 0 ? null : bar}
      <div
        ref={scroller}
        className={classNames(
          'overflow-hint relative overflow-auto rounded-card border bg-raised',
          !props.plain && 'max-h-[calc(100dvh-200px)]',
        )}
      >
        <table className="w-full border-separate border-spacing-0 text-left" aria-rowcount={rows.length + 1}>
          <caption className="sr-only">{label}</caption>
          <thead className="sticky top-0 z-10 bg-raised">
            <tr>
              {props.bulk ? (
                <th scope="col" className="w-8 border-b pl-3">
                  <span className="sr-only">Chosen</span>
                </th>
              ) : null}
              {visible.map((column) => (
                <HeadCell
                  key={column.id}
                  column={column}
                  sort={sorted?.id === column.id ? (sorted.desc ? 'descending' : 'ascending') : undefined}
                  onSort={
                    sortable
                      ? () =>
                          address.set({
                            sort:
                              sorted?.id !== column.id
                                ? { id: column.id, desc: false }
                                : sorted.desc
                                  ? undefined
                                  : { id: column.id, desc: true },
                          })
                      : undefined
                  }
                />
              ))}
            </tr>
          </thead>
          <tbody ref={body} data-list onKeyDown={onKeyDown}>
            {before > 0 ? <tr aria-hidden style={{ height: before }} /> : null}
            {shown.map((index) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <tr
                  key={row.id}
                  data-index={index}
                  aria-rowindex={index + 2}
                  aria-current={props.openId === row.id || undefined}
                  tabIndex={index === current ? 0 : -1}
                  onFocus={() => setActive(index)}
                  onClick={(event) => {
                    if (!onOpen || (event.target as HTMLElement).closest('a,button,input,label,summary'))
                      return;
                    if (window.getSelection()?.toString()) return;
                    onOpen(row.original);
                  }}
                  className={classNames(
                    'group focus-inset hover:bg-hover aria-[current]:bg-selected [&:last-child>td]:border-b-0',
                    onOpen && 'cursor-pointer',
                  )}
                >
                  {props.bulk ? (
                    <td className="border-b pl-3">
                      <input
                        type="checkbox"
                        className="block size-4 accent-accent"
                        aria-label={`Choose row ${index + 1}`}
                        checked={model.selection[row.id] ?? false}
                        onChange={() => row.toggleSelected()}
                      />
                    </td>
                  ) : null}
                  {visible.map((column, place) => (
                    <td
                      key={column.id}
                      className={classNames(
                        'h-(--row) max-w-[320px] truncate border-b px-3 py-0 @max-2xl:px-2.5',
                        // A narrow list breaks its words; one that draws only what is in sight needs rows of one height.
                        virtual
                          ? '@max-2xl:max-w-[44cqw]'
                          : '@max-2xl:max-w-none @max-2xl:py-1.5 @max-2xl:whitespace-normal',
                        !virtual &&
                          place === 0 &&
                          !column.width &&
                          '@max-2xl:min-w-[34cqw] @max-2xl:wrap-anywhere',
                        column.align === 'right' && 'text-right',
                        column.wideOnly && '@max-2xl:hidden',
                      )}
                    >
                      {column.cell(row.original)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {after > 0 ? <tr aria-hidden style={{ height: after }} /> : null}
          </tbody>
        </table>
        {rows.length === 0 ? (
          <p className="p-5 text-muted">Nothing fits “{address.filter}”. Take words away from the filter.</p>
        ) : null}
      </div>
      {props.plain && chosen.length === 0 ? bar : null}
      {onMore && !virtual ? (
        <button
          type="button"
          className="self-start text-accent underline underline-offset-2"
          onClick={onMore}
        >
          Show more
        </button>
      ) : null}
    </div>
  );
}

function useRowHeight(): number {
  const [height, setHeight] = useState(32);
  useEffect(() => {
    const portal = document.querySelector('[data-density="portal"]') !== null;
    setHeight(portal ? 44 : 32);
  }, []);
  return height;
}
