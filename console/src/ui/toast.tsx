import { useSyncExternalStore } from 'react';
import { classNames } from './class-names.ts';

interface ToastEntry {
  id: number;
  text: string;
  critical: boolean;
  undo?: (() => void) | undefined;
}

let entries: ToastEntry[] = [];
let counter = 0;
const listeners = new Set<() => void>();

function change(next: ToastEntry[]): void {
  entries = next;
  for (const listener of listeners) listener();
}

/** Says what happened, in the past tense, for six seconds; with Undo where there is one. */
export function toast(text: string, options: { critical?: boolean; undo?: () => void } = {}): void {
  const id = ++counter;
  change([...entries.slice(-3), { id, text, critical: options.critical ?? false, undo: options.undo }]);
  setTimeout(() => change(entries.filter((entry) => entry.id !== id)), options.undo ? 10_000 : 6_000);
}

/** Where toasts appear; once, in the shell. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
  return (
    // A dialog hides what is beside it from screen readers, except what says that it is live.
    <output
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-4 z-[60] flex flex-col items-center gap-2"
    >
      {shown.map((entry) => (
        <div
          key={entry.id}
          className={classNames(
            'pointer-events-auto flex max-w-[480px] animate-float items-center gap-3 rounded-card bg-ink px-4 py-2 text-surface shadow-float',
          )}
        >
          {entry.critical ? <span aria-hidden>✕</span> : null}
          <span className="min-w-0">{entry.text}</span>
          {entry.undo ? (
            <button
              type="button"
              className="font-semibold underline underline-offset-2"
              onClick={() => {
                entry.undo?.();
                change(entries.filter((other) => other.id !== entry.id));
              }}
            >
              Undo
            </button>
          ) : null}
        </div>
      ))}
    </output>
  );
}
