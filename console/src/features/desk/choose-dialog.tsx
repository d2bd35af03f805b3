import { type FormEvent, useDeferredValue, useState } from 'react';
import type { z } from 'zod';
import { withQuery } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorSummary, Field, Input } from '../../ui/field.tsx';
import { useFormFaults } from '../../ui/form-faults.ts';

interface ChooseDialogProps<Item extends { id: string }> {
  title: string;
  submit: string;
  /** The list that the server searches. */
  path: string;
  /** What the list is narrowed to, whatever one searches. */
  filters?: Record<string, string>;
  /** An item that cannot be chosen. */
  except?: string;
  schema: z.ZodType<{ items: Item[] }>;
  label(item: Item): string;
  onChoose(id: string): Promise<unknown>;
  onClose(): void;
}

const shown = 8;

/** Chooses one of however many: the server searches while one types. */
export function ChooseDialog<Item extends { id: string }>(props: ChooseDialogProps<Item>) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string>();
  const faults = useFormFaults({ chosen: 'Found' });
  const [busy, setBusy] = useState(false);
  const search = useDeferredValue(text.trim());
  const { data } = useApi(withQuery(props.path, { ...props.filters, search, limit: shown }), props.schema);
  const items = (data?.items ?? []).filter((item) => item.id !== props.except);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!items.some((item) => item.id === chosen)) return faults.set({}, ['Choose one of the list.']);
    faults.clear();
    setBusy(true);
    try {
      await props.onChoose(chosen ?? '');
      props.onClose();
    } catch (error) {
      faults.show(error);
      setBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={props.title}>
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <ErrorSummary {...faults.summary} />
        <Field label="Search" help="Finds words that begin with what you type." required>
          <Input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        <fieldset className="flex min-h-32 flex-col gap-2">
          <legend className="sr-only">Found</legend>
          {items.map((item) => (
            <label key={item.id} className="flex items-start gap-2">
              <input
                type="radio"
                name="chosen"
                className="mt-1 size-4 shrink-0 accent-accent"
                checked={chosen === item.id}
                onChange={() => setChosen(item.id)}
              />
              <span className="min-w-0 break-words">{props.label(item)}</span>
            </label>
          ))}
          {data && items.length === 0 ? <p className="text-muted">Nothing fits.</p> : null}
          {data?.items.length === shown ? (
            <p className="text-small text-muted">The first {shown}; type more to find others.</p>
          ) : null}
        </fieldset>
        <div className="flex justify-end gap-2">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy}>
            {props.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
