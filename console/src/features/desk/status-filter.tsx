import { useSearch } from '@tanstack/react-router';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { useSetSearch } from '../../ui/set-search.ts';
import { EmptyState } from '../../ui/states.tsx';

/** What a list of the helpdesk is narrowed to, as the address has it. */
export function useNarrowed() {
  const set = useSetSearch();
  const { status } = useSearch({ strict: false }) as { status?: string };
  return { status, set };
}

/** Narrows a list to one status; the server does it, also for what is not loaded. */
export function StatusFilter({ names }: { names: Record<string, string> }) {
  const { status, set } = useNarrowed();
  return (
    <Select
      aria-label="Status"
      className="h-7 w-[130px]"
      value={status ?? ''}
      onChange={(event) => set({ status: event.target.value || undefined })}
    >
      <option value="">Any status</option>
      {Object.entries(names).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  );
}

/** Stands for a narrowed list in which nothing is left. */
export function NothingFits() {
  const { set } = useNarrowed();
  return (
    <EmptyState
      title="Nothing fits"
      action={<Button onClick={() => set({ status: undefined, q: undefined })}>Show everything</Button>}
    />
  );
}
