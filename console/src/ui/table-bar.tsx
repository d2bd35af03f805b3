import Columns from 'lucide-react/icons/columns-3';
import Download from 'lucide-react/icons/download';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { IconButton } from './button.tsx';
import { downloadText, toCsv } from './csv.ts';
import { Input } from './field.tsx';
import { Menu } from './menu.tsx';
import { sayCount } from './money.tsx';
import type { TableAddress } from './table-address.ts';
import type { Column, Searched } from './table-model.ts';
import { toast } from './toast.tsx';

interface TableBarProps<Row> {
  label: string;
  columns: Column<Row>[];
  address: TableAddress;
  rows: Row[];
  total: number;
  loaded: number;
  searched: Searched<Row> | undefined;
  plain: boolean;
  controls: ReactNode;
  bulk: ReactNode;
  chosen: number;
}

/** Above a list: filter, the page's own filters, the count, the columns and the CSV. */
export function TableBar<Row>({
  label,
  columns,
  address,
  rows,
  total,
  loaded,
  searched,
  plain,
  controls,
  bulk,
  chosen,
}: TableBarProps<Row>) {
  const [exporting, setExporting] = useState(false);
  const count = sayRows(rows.length, loaded, total, searched);
  const exportCsv = async () => {
    const data = columns.filter((column) => !column.acts);
    setExporting(true);
    let every = rows;
    try {
      if (searched?.more) every = await searched.all();
    } catch (error) {
      return toast(`The CSV was not made. ${problemOf(error).title}`, { critical: true });
    } finally {
      setExporting(false);
    }
    downloadText(
      `${label.toLowerCase().replaceAll(' ', '-')}.csv`,
      toCsv([
        data.map((column) => column.header),
        ...every.map((row) => data.map((column) => String(column.value(row) ?? ''))),
      ]),
    );
  };
  if (bulk)
    return (
      <div className="flex min-h-8 flex-wrap items-center gap-2 rounded-control bg-selected px-3">
        <span className="font-medium">{chosen} chosen</span>
        {bulk}
      </div>
    );
  return (
    <div className={plain ? '-mt-1 flex items-center gap-2' : 'flex min-h-8 flex-wrap items-center gap-2'}>
      {plain ? null : <FilterInput label={label} address={address} />}
      {controls}
      <span className="ml-auto text-small text-muted" aria-live="polite">
        {count}
        <span className="sr-only"> in {label}</span>
      </span>
      <div className="flex">
        {plain ? null : (
          <Menu
            title="Columns"
            trigger={
              <IconButton label="Columns" small>
                <Columns aria-hidden />
              </IconButton>
            }
            groups={[
              columns
                .slice(1)
                .filter((column) => !column.acts)
                .map((column) => ({
                  label: column.header,
                  checked: !address.hidden.includes(column.id),
                  onSelect: () =>
                    address.set({
                      hidden: address.hidden.includes(column.id)
                        ? address.hidden.filter((id) => id !== column.id)
                        : [...address.hidden, column.id],
                    }),
                })),
            ]}
          />
        )}
        <IconButton label="Download as CSV" small disabled={exporting} onClick={() => void exportCsv()}>
          <Download aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

function sayRows(
  shown: number,
  loaded: number,
  total: number,
  searched: { more: boolean } | undefined,
): string {
  // A server that searches without counting says only that there is more.
  if (searched?.more && total === loaded) return `the first ${sayCount(loaded)}`;
  const part = loaded < total ? ` (${sayCount(loaded)} loaded)` : '';
  const counted = searched || shown === total;
  return `${counted ? sayCount(total) : `${sayCount(shown)} of ${sayCount(total)}`}${part}`;
}

/** The words a list is looked through for; they are kept in the address. */
export function FilterInput({ label, address }: { label: string; address: TableAddress }) {
  const [text, setText] = useState(address.filter);
  const { set } = address;
  const last = useRef(address.filter);
  useEffect(() => {
    // The address was changed elsewhere: by a link, the palette, "Show everybody".
    if (address.filter === last.current) return;
    last.current = address.filter;
    setText(address.filter);
  }, [address.filter]);
  useEffect(() => {
    if (text === last.current) return;
    const timer = setTimeout(() => {
      last.current = text;
      set({ filter: text });
    }, 150);
    return () => clearTimeout(timer);
  }, [text, set]);
  return (
    <Input
      type="search"
      aria-label={`Filter ${label}`}
      placeholder="Filter"
      value={text}
      data-filter
      onChange={(event) => setText(event.target.value)}
      className="h-7 w-full max-w-[240px]"
    />
  );
}
