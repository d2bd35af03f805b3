import { type DelegationView, delegationView, type StaffView } from '#contract/access.ts';
import { act } from '../../api/client.ts';
import { useAct } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { CalendarDate } from '../../ui/time.tsx';

/** Who acts for whom, now or later; nothing while nobody does. */
export function StandIns({
  delegations,
  mayEnd,
}: {
  delegations: DelegationView[] | undefined;
  mayEnd(personId: string): boolean;
}) {
  const end = useAct<DelegationView>({
    run: (one) => act('DELETE', `/api/people/${one.person.id}/delegations/${one.id}`),
    done: (_, one) => `${one.delegate.name} no longer stands in for ${one.person.name}`,
  });
  if (delegations === undefined || delegations.length === 0) return null;
  const columns: Column<DelegationView>[] = [
    { id: 'person', header: 'Away', value: (row) => row.person.name, cell: (row) => row.person.name },
    {
      id: 'delegate',
      header: 'Stands in',
      value: (row) => row.delegate.name,
      cell: (row) => <span className="font-medium">{row.delegate.name}</span>,
    },
    {
      id: 'from',
      header: 'From',
      value: (row) => row.startsOn,
      cell: (row) => <CalendarDate date={row.startsOn} />,
    },
    {
      id: 'until',
      header: 'Until',
      value: (row) => row.endsOn,
      cell: (row) => <CalendarDate date={row.endsOn} />,
    },
    {
      ...acts,
      cell: (row) =>
        mayEnd(row.person.id) ? (
          <Button small look="quiet" busy={end.isPending} onClick={() => end.mutate(row)}>
            End
          </Button>
        ) : null,
    },
  ];
  return (
    <Section title="Away, and who stands in">
      <Table
        label="Who stands in"
        name="stand-ins"
        rows={delegations}
        columns={columns}
        rowId={(row) => row.id}
        plain
      />
    </Section>
  );
}

/** Names who acts for a person, and on which days. */
export function Delegate({
  person,
  others,
  onClose,
}: {
  person: StaffView;
  others: StaffView[];
  onClose(): void;
}) {
  const delegate = useAct<Record<string, unknown>, DelegationView>({
    run: async (body) =>
      delegationView.parse(await act('POST', `/api/people/${person.id}/delegations`, body)),
    done: (made) => `${made.delegate.name} stands in for ${made.person.name}`,
    quiet: true,
  });
  return (
    <FormDialog
      title={`Who stands in for ${person.name}`}
      description="On these days they have the same roles, answer in the same seat and get the same mail. What they do stands under their own name."
      submit="Save"
      onClose={onClose}
      onSubmit={(body) => delegate.mutateAsync(body)}
      fields={[
        {
          name: 'delegate',
          label: 'Stands in',
          kind: 'select',
          required: true,
          options: others
            .filter((one) => one.id !== person.id)
            .map((one) => ({ value: one.id, label: one.name })),
        },
        { name: 'startsOn', label: 'First day', kind: 'date', required: true },
        { name: 'endsOn', label: 'Last day', kind: 'date', required: true },
      ]}
    />
  );
}
