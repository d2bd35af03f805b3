import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import { classNames } from './class-names.ts';
import { acts, type Column } from './table-model.ts';

interface HeadCellProps {
  column: Pick<Column<never>, 'header' | 'align' | 'width' | 'wideOnly' | 'acts'>;
  sort: 'ascending' | 'descending' | undefined;
  /** Undefined where the column can't be sorted. */
  onSort: (() => void) | undefined;
}

/** A column's heading: a button that sorts by it, unless the column holds buttons itself or rows are missing. */
export function HeadCell({ column, sort, onSort }: HeadCellProps) {
  const right = column.align === 'right';
  if (column.acts)
    return (
      <th
        scope="col"
        className="h-(--row) border-b px-3 text-right text-small font-medium text-muted @max-2xl:px-2.5"
      >
        <span className={column.header === acts.header ? 'sr-only' : undefined}>{column.header}</span>
      </th>
    );
  return (
    <th
      scope="col"
      aria-sort={onSort ? (sort ?? 'none') : undefined}
      style={column.width ? { width: column.width } : undefined}
      className={classNames(
        'h-(--row) border-b px-3 font-normal @max-2xl:px-2.5',
        right && 'text-right',
        column.wideOnly && '@max-2xl:hidden',
      )}
    >
      {onSort ? (
        <button
          type="button"
          onClick={onSort}
          className={classNames(
            'inline-flex items-center gap-1 text-left text-small font-medium text-muted @2xl:whitespace-nowrap hover:text-ink [&_svg]:size-3',
            right && 'flex-row-reverse',
          )}
        >
          {column.header}
          {sort === 'ascending' ? (
            <ArrowUp aria-hidden />
          ) : sort === 'descending' ? (
            <ArrowDown aria-hidden />
          ) : null}
        </button>
      ) : (
        <span className="text-small font-medium text-muted @2xl:whitespace-nowrap">{column.header}</span>
      )}
    </th>
  );
}
