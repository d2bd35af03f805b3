import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog, DialogButtons } from './dialog.tsx';
import { ErrorSummary } from './field.tsx';
import { type FieldSpec, type FormValues, initialValues, labelsOf, missingIn, toBody } from './form.ts';
import { useFormFaults } from './form-faults.ts';
import { FormField } from './form-field.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';

export interface FormDialogProps {
  title: string;
  /** What will happen, to how many. */
  description?: ReactNode;
  fields: FieldSpec[];
  submit: string;
  critical?: boolean;
  onSubmit(body: FormValues): Promise<unknown>;
  /** Called when it is closed without sending, and after sending unless `onSent` is given. */
  onClose(): void;
  onSent?(): void;
  children?: ReactNode;
}

/** A form in a dialog: one column, errors at the field and a summary that jumps, unsaved words guarded. */
export function FormDialog({
  title,
  description,
  fields,
  submit,
  critical,
  onSubmit,
  onClose,
  onSent,
  children,
}: FormDialogProps) {
  const [values, setValues] = useState<FormValues>(() => initialValues(fields));
  const faults = useFormFaults(labelsOf(fields, values));
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [asking, setAsking] = useState(false);
  const leave = () => {
    if (dirty && !busy) setAsking(true);
    else onClose();
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const body = toBody(fields, values);
    const missing = missingIn(fields, body);
    if (Object.keys(missing).length > 0) return faults.set(missing);
    faults.clear();
    setBusy(true);
    try {
      await onSubmit(body);
      if (onSent) onSent();
      else onClose();
    } catch (error) {
      faults.show(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && leave()}
      title={title}
      description={description}
      wide={fields.some((field) => field.kind === 'attendees')}
    >
      <form onSubmit={(event) => void send(event)} noValidate className="flex flex-col gap-4">
        <UnsavedGuard dirty={dirty && !busy} />
        <ErrorSummary {...faults.summary} />
        {children}
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={values[field.name]}
            errors={faults.at}
            onChange={(value) => {
              setDirty(true);
              setValues((previous) => ({ ...previous, [field.name]: value }));
            }}
          />
        ))}
        <DialogButtons>
          {asking ? (
            <div
              role="alertdialog"
              aria-label="What you wrote is not sent"
              className="flex flex-1 flex-wrap items-center gap-2 rounded-card border border-caution/50 bg-caution/8 p-3"
            >
              <span className="flex-1">What you wrote is not sent.</span>
              <Button small onClick={onClose}>
                Discard it
              </Button>
              <Button small look="primary" autoFocus onClick={() => setAsking(false)}>
                Keep writing
              </Button>
            </div>
          ) : (
            <>
              <Button onClick={leave}>Cancel</Button>
              <Button type="submit" look={critical ? 'critical' : 'primary'} busy={busy}>
                {submit}
              </Button>
            </>
          )}
        </DialogButtons>
      </form>
    </Dialog>
  );
}
