import X from 'lucide-react/icons/x';
import { Button, IconButton } from './button.tsx';
import { Checkbox, Field, Input, Select, Textarea } from './field.tsx';
import { type Attendee, type attendeeParts, type FieldSpec, labelsOf } from './form.ts';

interface FormFieldProps {
  field: FieldSpec;
  value: unknown;
  /** What is wrong, by the name of the control. */
  errors: Record<string, string>;
  onChange(value: unknown): void;
}

/** Draws one field of a form that is given as data. */
export function FormField({ field, value, errors, onChange }: FormFieldProps) {
  const error = errors[field.name];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (field.kind === 'check')
    return (
      <Checkbox
        name={field.name}
        label={field.label}
        help={field.help}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  if (field.kind === 'checks')
    return <Checks field={field} value={value as string[]} errors={errors} onChange={onChange} />;
  if (field.kind === 'attendees')
    return <Attendees field={field} value={value as Attendee[]} errors={errors} onChange={onChange} />;
  return (
    <Field label={field.label} help={field.help} error={error} required={field.required ?? false}>
      {field.kind === 'area' || field.kind === 'lines' ? (
        <Textarea name={field.name} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : field.kind === 'select' ? (
        <Select name={field.name} value={text} onChange={(event) => onChange(event.target.value)}>
          {field.required && text !== '' ? null : <option value="">–</option>}
          {field.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      ) : field.kind === 'file' ? (
        <Input
          type="file"
          name={field.name}
          className="pt-1"
          onChange={(event) => void readFile(event.target.files?.[0]).then(onChange)}
        />
      ) : (
        <Input
          type={inputTypes[field.kind]}
          name={field.name}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

const inputTypes = { text: 'text', date: 'date', moment: 'datetime-local', number: 'number', email: 'email' };

function Checks({ field, value, errors, onChange }: FormFieldProps & { value: string[] }) {
  const error = errors[field.name];
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 font-medium">
        {field.label}
        {field.required ? null : <span className="font-normal text-muted"> (optional)</span>}
      </legend>
      {field.options?.map((option) => (
        <Checkbox
          key={option.value}
          name={field.name}
          label={option.label}
          checked={value.includes(option.value)}
          onChange={(event) =>
            onChange(
              event.target.checked ? [...value, option.value] : value.filter((one) => one !== option.value),
            )
          }
        />
      ))}
      {field.help ? <p className="text-small text-muted">{field.help}</p> : null}
      {error ? <p className="text-small font-medium text-critical">{error}</p> : null}
    </fieldset>
  );
}

function Attendees({ field, value, errors, onChange }: FormFieldProps & { value: Attendee[] }) {
  const error = errors[field.name];
  const labels = labelsOf([field], { [field.name]: value });
  const parts = (index: number, part: keyof typeof attendeeParts) => {
    const name = `${field.name}/${index}/${part}`;
    return { name, label: labels[name] ?? '', error: errors[name] };
  };
  const set = (index: number, change: Partial<Attendee>) =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...change } : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{field.label}</legend>
      {value.map((one, index) => (
        <div
          key={rowKey(index, value.length)}
          className="grid grid-cols-[1fr_auto] gap-2 sm:grid-cols-[1fr_1fr_110px_auto]"
        >
          <Field {...shown(parts(index, 'name'))} hideLabel required className="max-sm:col-span-1">
            <Input
              name={parts(index, 'name').name}
              placeholder="Name"
              value={one.name}
              onChange={(event) => set(index, { name: event.target.value })}
            />
          </Field>
          <Field
            {...shown(parts(index, 'email'))}
            hideLabel
            required
            className="max-sm:order-3 max-sm:col-span-2"
          >
            <Input
              type="email"
              name={parts(index, 'email').name}
              placeholder="Mail address"
              value={one.email}
              onChange={(event) => set(index, { email: event.target.value })}
            />
          </Field>
          <Field
            {...shown(parts(index, 'side'))}
            hideLabel
            required
            className="max-sm:order-4 max-sm:col-span-2"
          >
            <Select
              name={parts(index, 'side').name}
              value={one.side}
              onChange={(event) => set(index, { side: event.target.value as Attendee['side'] })}
            >
              <option value="vendor">Ours</option>
              <option value="customer">Customer</option>
            </Select>
          </Field>
          <IconButton
            label={`Take away ${one.name || `person ${index + 1}`}`}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        small
        className="self-start"
        onClick={() => onChange([...value, { name: '', email: '', side: 'customer' }])}
      >
        Add a person
      </Button>
      {field.help ? <p className="text-small text-muted">{field.help}</p> : null}
      {error ? <p className="text-small font-medium text-critical">{error}</p> : null}
    </fieldset>
  );
}

const shown = ({ label, error }: { label: string; error: string | undefined }) => ({ label, error });

async function readFile(file: File | undefined) {
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { name: file.name, mediaType: file.type || 'application/octet-stream', contentBase64: btoa(binary) };
}

/** Rows have no identity besides their place. */
function rowKey(index: number, count: number): string {
  return `${index}-${count}`;
}
