import { useState } from 'react';
import type { RevealedBankChange } from '#contract/bank-changes.ts';
import type { revealableFields } from '#contract/employee-views.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

export type RevealField = (typeof revealableFields)[number];
const fieldNames: Record<RevealField, string> = {
  irdNumber: 'IRD number',
  tfn: 'Tax file number',
  bankAccounts: 'Bank accounts',
  payRates: 'Pay rates',
  dateOfBirth: 'Birth date',
  contact: 'Contact details',
};

/** Asks to see one field in full; only for those whose role may. */
export function RevealButton({
  field,
  label,
  onReveal,
}: {
  field: RevealField;
  label: string;
  onReveal(field: RevealField): void;
}) {
  const may = useHasRole('customer-team-lead', 'lead-consultant', 'integrations-manager', 'support');
  if (!may) return null;
  return (
    <Button
      small
      look="quiet"
      className="h-5 px-1 text-muted"
      aria-label={`Show the ${label} in full`}
      onClick={() => onReveal(field)}
    >
      Show
    </Button>
  );
}

/** Shows one field of an employee. */
export function RevealDialog({
  path,
  field,
  onClose,
}: {
  path: string;
  field: RevealField;
  onClose(): void;
}) {
  return (
    <AskAndShow
      title={fieldNames[field]}
      onClose={onClose}
      ask={async (reason) => {
        const { value } = await act<{ value: unknown }>('POST', `${path}/reveal`, { field, reason });
        return [{ lines: linesOf(value ?? 'nothing is recorded') }];
      }}
    />
  );
}

/** Shows both sets of accounts of a bank change, to be compared with what the employee says. */
export function RevealBankChangeDialog({
  path,
  name,
  onClose,
}: {
  path: string;
  name: string;
  onClose(): void;
}) {
  return (
    <AskAndShow
      title={`Bank accounts of ${name}`}
      onClose={onClose}
      ask={async (reason) => {
        const shown = await act<RevealedBankChange>('POST', `${path}/reveal`, { reason });
        return [
          { title: 'In force', lines: linesOf(shown.before) },
          { title: 'Asked for', lines: linesOf(shown.after) },
        ];
      }}
    />
  );
}

interface Shown {
  title?: string;
  lines: string[];
}

/** Takes the reason, then shows the values until the dialog is closed; they are kept nowhere, so the next time asks again. */
function AskAndShow({
  title,
  ask,
  onClose,
}: {
  title: string;
  ask(reason: unknown): Promise<Shown[]>;
  onClose(): void;
}) {
  const [shown, setShown] = useState<Shown[]>();
  if (shown !== undefined)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={title}
        description="Gone from the screen when you close this."
      >
        <div className="flex flex-col gap-3">
          {shown.map((part) => (
            <section key={part.title ?? ''} aria-label={part.title ?? title}>
              {part.title ? <h3 className="mb-1 font-medium">{part.title}</h3> : null}
              <ul className="flex flex-col gap-1 font-mono text-code">
                {(part.lines.length > 0 ? part.lines : ['none']).map((line) => (
                  <li key={line} className="break-all">
                    {line}
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={`Show in full: ${title}`}
      description="Your name and the reason go into the audit trail."
      submit="Show"
      onClose={onClose}
      onSent={() => undefined}
      onSubmit={async (body) => setShown(await ask(body.reason))}
      fields={[{ name: 'reason', label: 'Reason', kind: 'text', required: true }]}
    />
  );
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (value !== null && typeof value === 'object')
    return [
      Object.entries(value)
        .filter(([, part]) => part !== null && part !== '')
        .map(([key, part]) => `${key}: ${typeof part === 'object' ? JSON.stringify(part) : String(part)}`)
        .join(', '),
    ];
  return [String(value)];
}
