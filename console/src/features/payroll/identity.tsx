import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import type { employeeView } from '#contract/employee-views.ts';
import { act } from '../../api/client.ts';
import { useHasRole } from '../../api/me.ts';
import { useAct } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import type { FieldSpec } from '../../ui/form.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

const reason: FieldSpec = {
  name: 'reason',
  label: 'Reason',
  kind: 'area',
  required: true,
  help: 'How you know. It goes into the audit trail with your name.',
};

function useDecidesIdentity(): boolean {
  return useHasRole('customer-team-lead', 'lead-consultant', 'integrations-manager', 'project-owner');
}

/** The other employments of the same person, and the way to separate this one from them. */
export function SamePerson({
  items,
  path,
  listPath,
  environment,
}: {
  items: z.output<typeof employeeView>['samePerson'];
  path: string;
  listPath: string;
  environment: string;
}) {
  const decides = useDecidesIdentity();
  const [separating, setSeparating] = useState(false);
  const separate = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${path}/separate`, body),
    done: 'Employment separated',
    quiet: true,
  });
  if (items.length === 0) return null;
  return (
    <Section
      title="Other employments of this person"
      action={decides ? <Button onClick={() => setSeparating(true)}>Separate this employment</Button> : null}
    >
      <ul className="mb-6 flex flex-col gap-1">
        {items.map((one) => (
          <li key={one.employeeId}>
            <Link
              className="font-medium hover:underline"
              to={`${listPath}/${one.employeeId}`}
              search={{ environment } as never}
            >
              {one.companyCode} {one.employeeNumber}
            </Link>
          </li>
        ))}
      </ul>
      {separating ? (
        <FormDialog
          title="Separate this employment"
          description="It gets a person of its own, with the details that were sent for it. The other employments keep theirs."
          submit="Separate"
          critical
          onClose={() => setSeparating(false)}
          onSubmit={(body) => separate.mutateAsync(body)}
          fields={[reason]}
        />
      ) : null}
    </Section>
  );
}

const key: FieldSpec[] = [
  {
    name: 'companyCode',
    label: 'Company code',
    kind: 'text',
    required: true,
    help: 'The code of the legal employer.',
  },
  {
    name: 'employeeNumber',
    label: 'Employee number',
    kind: 'text',
    required: true,
    help: 'The number that was refused, as it was sent.',
  },
];
const forms = {
  person: {
    title: 'Confirm the same person',
    description:
      'The employee is the person who already has this external id, although name, birth date or IRD number differ.',
    fields: [...key, { name: 'externalId', label: 'External id', kind: 'text', required: true }, reason],
  },
  'employee-number': {
    title: 'Confirm the number',
    description: 'The number is meant as it was sent, although it looks like the number of another employee.',
    fields: [...key, reason],
  },
} satisfies Record<string, { title: string; description: string; fields: FieldSpec[] }>;

/** Confirms a person or a number that a write or a file was refused for; shown only to those who may. */
export function RefusedRecords({ base }: { base: string }) {
  const decides = useDecidesIdentity();
  const [kind, setKind] = useState<keyof typeof forms>();
  const confirm = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/confirmations`, { kind, ...body }),
    done: 'Confirmed. Send the record again',
    quiet: true,
  });
  if (!decides) return null;
  return (
    <Section title="Confirm a person or number">
      <p className="mb-2 max-w-prose text-muted">
        A record is refused when its external id belongs to a person who differs, or when its number looks
        like another one. Confirm it here if it is right, then send the record again.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setKind('person')}>Confirm the same person</Button>
        <Button onClick={() => setKind('employee-number')}>Confirm the number</Button>
      </div>
      {kind ? (
        <FormDialog
          title={forms[kind].title}
          description={forms[kind].description}
          submit="Confirm"
          onClose={() => setKind(undefined)}
          onSubmit={(body) => confirm.mutateAsync(body)}
          fields={forms[kind].fields}
        />
      ) : null}
    </Section>
  );
}
