import { type FormEvent, type ReactNode, useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Dialog, DialogButtons } from './dialog.tsx';
import { ErrorSummary } from './field.tsx';
import { type FieldSpec, type FormValues, initialValues, missingIn, toBody } from './form.ts';
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
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<string>();
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
    setErrors(missing);
    setFault(undefined);
    if (Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      await onSubmit(body);
      if (onSent) onSent();
      else onClose();
    } catch (error) {
      const problem = problemOf(error);
      const atFields: Record<string, string> = {};
      const elsewhere: string[] = [];
      for (const one of problem.errors) {
        const name = one.pointer.split('/')[1] ?? '';
        if (fields.some((field) => field.name === name)) atFields[name] = one.detail;
        else elsewhere.push(`${one.pointer} ${one.detail}`);
      }
      setErrors(atFields);
      if (problem.errors.length === 0 || elsewhere.length > 0)
        setFault([problem.title, problem.detail, ...elsewhere].filter(Boolean).join('. '));
    } finally {
      setBusy(false);
    }
  };
  const list = Object.entries(errors).map(([field, text]) => ({
    field,
    text: labelled(fields, field, text),
  }));
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
        <ErrorSummary errors={fault ? [...list, { text: fault }] : list} />
        {children}
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={values[field.name]}
            error={errors[field.name]}
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

function labelled(fields: FieldSpec[], name: string, text: string): string {
  const label = fields.find((field) => field.name === name)?.label;
  return label === undefined || text.includes(label) ? text : `${label}: ${text}`;
}
