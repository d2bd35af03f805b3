import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { buttonClass } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { type FieldSpec, initialValues } from '../../ui/form.ts';
import { FormField } from '../../ui/form-field.tsx';
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx';
import { longName } from './samples.ts';
import { Specimen } from './specimen.tsx';

const options = [
  { value: 'web-api', label: 'Web API' },
  { value: 'file-transfer', label: 'File transfer' },
];
const help = 'Help stands below the field.';
const attendees = [
  { name: 'Aroha Director', email: 'director@vendor.example', side: 'vendor' },
  { name: 'Mere Tūhoe', email: 'mere@customer.example', side: 'customer' },
];

/** Every kind of field, with what it holds when somebody has filled it in. */
const kinds: (Omit<FieldSpec, 'name'> & { filled: unknown })[] = [
  { kind: 'text', label: 'One line', filled: longName },
  { kind: 'email', label: 'Mail address', filled: 'mere@customer.example' },
  { kind: 'area', label: 'Several lines', filled: 'One line is enough.\nA second one.' },
  { kind: 'lines', label: 'A list, one on each line', filled: 'customer.example\nhr.customer.example' },
  { kind: 'number', label: 'Number', filled: 480 },
  { kind: 'date', label: 'Day', filled: '2026-11-24' },
  { kind: 'moment', label: 'Day and time', filled: '2026-11-24T14:30' },
  { kind: 'select', label: 'One of several', options, filled: 'file-transfer' },
  { kind: 'check', label: 'Yes or no', filled: true },
  { kind: 'checks', label: 'Some of several', options, filled: ['web-api'] },
  { kind: 'attendees', label: 'People', filled: attendees },
  { kind: 'file', label: 'File', filled: undefined },
];

/** Every kind of field as it begins, filled in, and with a fault; and what guards words that are not saved. */
export function Forms() {
  const [dirty, setDirty] = useState(false);
  return (
    <>
      <Specimen title="Fields of a form: optional, filled in, at fault">
        <div className="grid gap-x-6 gap-y-5 md:grid-cols-3">
          {kinds.flatMap(({ filled, ...kind }) => [
            <Sample key={`${kind.kind}-1`} field={{ ...kind, name: `${kind.kind}-1`, help }} />,
            <Sample
              key={`${kind.kind}-2`}
              field={{ ...kind, name: `${kind.kind}-2`, required: true, initial: filled }}
            />,
            <Sample
              key={`${kind.kind}-3`}
              field={{ ...kind, name: `${kind.kind}-3`, required: true, help }}
              error={`Fix this: ${kind.label.toLowerCase()}.`}
            />,
          ])}
        </div>
      </Specimen>
      <Specimen title="Guard of unsaved words">
        <Checkbox
          label="Something on this page is not saved"
          help="The link, the palette, the back button and closing the window then ask first."
          checked={dirty}
          onChange={(event) => setDirty(event.target.checked)}
        />
        <Link to="/sign-in" className={`${buttonClass()} self-start`}>
          Leave this page
        </Link>
        <UnsavedGuard dirty={dirty} />
      </Specimen>
    </>
  );
}

function Sample({ field, error }: { field: FieldSpec; error?: string }) {
  const [value, setValue] = useState(initialValues([field])[field.name]);
  return (
    <div className={field.kind === 'attendees' ? 'md:col-span-3' : 'min-w-0'}>
      <FormField
        field={field}
        value={value}
        errors={error === undefined ? {} : { [field.name]: error }}
        onChange={setValue}
      />
    </div>
  );
}
