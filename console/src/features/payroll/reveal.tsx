import { useState } from 'react';
import type { revealableFields } from '#contract/payroll.ts';
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

/** Takes the reason, then shows the value until the dialog is closed. */
export function RevealDialog({
  path,
  field,
  onClose,
}: {
  path: string;
  field: RevealField;
  onClose(): void;
}) {
  const [shown, setShown] = useState<unknown>();
  if (shown !== undefined)
    return (
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={fieldNames[field]}
        description="Gone from the screen when you close this."
      >
        <ul className="flex flex-col gap-1 font-mono text-code">
          {linesOf(shown).map((line) => (
            <li key={line} className="break-all">
              {line}
            </li>
          ))}
        </ul>
      </Dialog>
    );
  return (
    <FormDialog
      title={`Show in full: ${fieldNames[field]}`}
      description="Your name and the reason go into the audit trail."
      submit="Show"
      onClose={onClose}
      onSent={() => undefined}
      onSubmit={async (body) => {
        const answer = await act<{ value: unknown }>('POST', `${path}/reveal`, {
          field,
          reason: body.reason,
        });
        setShown(answer.value ?? 'nothing is recorded');
      }}
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
