import { type ReactNode, useMemo, useState } from 'react';
import { classNames } from './class-names.ts';
import { Select } from './field.tsx';
import { EmptyState } from './states.tsx';
import { sayDay, sayExact, sayTime } from './time.tsx';

export interface HistoryItem {
  key: string;
  at: string;
  kind: string;
  who: string;
  whoKind: 'person' | 'credential' | 'system';
  sentence: ReactNode;
  /** Opens to the proof. */
  proof?: ReactNode;
}

/** One stream of facts, newest first, grouped by day; filter by kind; each opens to its proof. */
export function History({ items, kindNames }: { items: HistoryItem[]; kindNames?: Record<string, string> }) {
  const [kind, setKind] = useState('');
  const kinds = useMemo(() => [...new Set(items.map((item) => item.kind))].sort(), [items]);
  const days = useMemo(() => {
    const grouped = new Map<string, HistoryItem[]>();
    for (const item of items) {
      if (kind && item.kind !== kind) continue;
      const day = sayDay(new Date(item.at));
      grouped.set(day, [...(grouped.get(day) ?? []), item]);
    }
    return [...grouped];
  }, [items, kind]);
  if (items.length === 0) return <EmptyState title="Nothing has happened yet" />;
  return (
    <div className="flex flex-col gap-4">
      {kinds.length > 1 ? (
        <Select
          aria-label="Kind of entry"
          value={kind}
          onChange={(event) => setKind(event.target.value)}
          className="max-w-[220px]"
        >
          <option value="">Everything</option>
          {kinds.map((name) => (
            <option key={name} value={name}>
              {kindNames?.[name] ?? sayKind(name)}
            </option>
          ))}
        </Select>
      ) : null}
      {days.map(([day, entries]) => (
        <section key={day} aria-label={day}>
          <h3 className="mb-1 text-small font-medium text-muted">{day}</h3>
          <ol className="flex flex-col border-l pl-3">
            {entries.map((entry) => (
              <Entry key={entry.key} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** gate_seen becomes "Gate seen". */
export function sayKind(kind: string): string {
  const words = kind
    .replaceAll(/[_.-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replaceAll(/\bapi\b/gi, 'API');
}

function Entry({ entry }: { entry: HistoryItem }) {
  const [open, setOpen] = useState(false);
  const instant = new Date(entry.at);
  return (
    <li className="relative py-1">
      <span
        aria-hidden
        className={classNames(
          'absolute top-3 -left-[16px] size-[7px] border border-control bg-surface',
          entry.whoKind === 'person' && 'rounded-full bg-control',
          entry.whoKind === 'credential' && 'rotate-45',
        )}
      />
      <div className="flex flex-wrap items-baseline gap-x-2">
        <time dateTime={entry.at} title={sayExact(instant)} className="text-small text-muted">
          {sayTime(instant)}
        </time>
        <span className="min-w-0 flex-1">
          <span className="font-medium">{entry.who}</span> <span>{withoutWho(entry)}</span>{' '}
          {entry.proof ? (
            <button
              type="button"
              aria-expanded={open}
              className="text-small text-accent underline underline-offset-2"
              onClick={() => setOpen(!open)}
            >
              {open ? 'Hide proof' : 'Proof'}
            </button>
          ) : null}
        </span>
      </div>
      {open ? <div className="mt-1 mb-2">{entry.proof}</div> : null}
    </li>
  );
}

/** Sentences that begin with who did it do not say it twice. */
function withoutWho({ sentence, who }: HistoryItem): ReactNode {
  return typeof sentence === 'string' && sentence.startsWith(`${who} `)
    ? sentence.slice(who.length + 1)
    : sentence;
}
