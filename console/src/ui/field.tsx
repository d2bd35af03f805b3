import {
  type ComponentProps,
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
} from 'react';
import { classNames } from './class-names.ts';

interface FieldParts {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}
const FieldContext = createContext<FieldParts | undefined>(undefined);

export interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  /** The label is read aloud but not seen: for controls inside a table. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}

/** Label above, control, help and the fault below; ties the three together for screen readers. */
export function Field({ label, help, error, required = false, hideLabel, className, children }: FieldProps) {
  const id = useId();
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'font-medium'}>
        {label}
        {!required && !hideLabel ? <span className="font-normal text-muted"> (optional)</span> : null}
      </label>
      <FieldContext value={{ id, describedBy: described || undefined, invalid: Boolean(error), required }}>
        {children}
      </FieldContext>
      {help ? (
        <p id={`${id}-help`} className="text-small text-muted">
          {help}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="text-small font-medium text-critical">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function useFieldProps() {
  const field = useContext(FieldContext);
  return field === undefined
    ? {}
    : {
        id: field.id,
        'aria-describedby': field.describedBy,
        'aria-invalid': field.invalid || undefined,
        required: field.required,
      };
}

const control = classNames(
  'w-full min-w-0 rounded-control border border-control bg-raised px-2.5 text-body text-ink placeholder:text-muted',
  'focus-visible:outline-offset-0 aria-invalid:border-critical disabled:cursor-not-allowed disabled:bg-surface disabled:text-muted',
);

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      {...useFieldProps()}
      {...rest}
      className={classNames(control, 'h-(--control-height)', className)}
    />
  );
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea rows={4} {...useFieldProps()} {...rest} className={classNames(control, 'py-1.5', className)} />
  );
}

/** The browser's own select: the one that works on every device and by keyboard. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select
      {...useFieldProps()}
      {...rest}
      className={classNames(
        control,
        'h-(--control-height) appearance-none bg-[image:linear-gradient(45deg,transparent_50%,currentColor_50%),linear-gradient(135deg,currentColor_50%,transparent_50%)] bg-[length:5px_5px,5px_5px] bg-[position:calc(100%-15px)_center,calc(100%-10px)_center] bg-no-repeat pr-8',
        className,
      )}
    >
      {children}
    </select>
  );
}

export interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
}

/** A checkbox with its words to the right. */
export function Checkbox({ label, help, error, className, ...rest }: CheckboxProps) {
  const id = useId();
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={classNames('flex gap-2', className)}>
      <input
        id={id}
        type="checkbox"
        aria-describedby={described || undefined}
        aria-invalid={error ? true : undefined}
        {...rest}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {help ? (
          <p id={`${id}-help`} className="text-small text-muted">
            {help}
          </p>
        ) : null}
        {error ? (
          <p id={`${id}-error`} className="text-small font-medium text-critical">
            {error}
          </p>
        ) : null}
      </div>
    </div>
  );
}

export interface ErrorSummaryProps {
  errors: { field?: string; text: string }[];
  /** Counts the attempts to send: each one that fails brings the summary into view. */
  attempt?: number;
}

/** What is wrong in a form, above it. It takes the focus at each attempt that fails; each line jumps to its field. */
export function ErrorSummary({ errors, attempt = 0 }: ErrorSummaryProps) {
  return errors.length === 0 ? null : <ShownErrors key={attempt} errors={errors} />;
}

function ShownErrors({ errors }: { errors: ErrorSummaryProps['errors'] }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => {
    summary.current?.focus({ preventScroll: true });
    summary.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <div
      ref={summary}
      role="alert"
      tabIndex={-1}
      className="rounded-card border border-critical/40 bg-critical/6 p-3"
    >
      <p className="font-semibold">
        {errors.length === 1 ? 'One thing to fix' : `${errors.length} things to fix`}
      </p>
      <ul className="mt-1 list-disc pl-4">
        {errors.map((error) => (
          <li key={`${error.field}${error.text}`}>
            {error.field ? (
              <button
                type="button"
                className="cursor-pointer text-left align-top underline"
                onClick={() => document.getElementsByName(error.field ?? '')[0]?.focus()}
              >
                {error.text}
              </button>
            ) : (
              error.text
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
