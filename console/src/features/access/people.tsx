import Ellipsis from 'lucide-react/icons/ellipsis';
import { useState } from 'react';
import { type StaffView, staffList } from '#contract/access.ts';
import { roleNames, staffRoles } from '#contract/roles.ts';
import { act } from '../../api/client.ts';
import { useHasRole, useMe } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import type { FieldSpec } from '../../ui/form.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { acts, type Column, Table } from '../../ui/table.tsx';
import { CalendarDate } from '../../ui/time.tsx';
import { Delegate, StandIns } from './stand-ins.tsx';

type Open = 'add' | { change: StaffView } | { delegate: StaffView };

/** The vendor's people: who is here, in which roles, and who acts for whom while they are away. */
export function People() {
  const me = useMe().person;
  const list = useApi('/api/staff', staffList);
  const [open, setOpen] = useState<Open>();
  const administers = useHasRole('administrator');
  const add = useAct<Record<string, unknown>>({
    run: (body) => act('POST', '/api/people', body),
    done: 'Person added',
    quiet: true,
  });
  if (list.error && !list.data) return <ProblemView error={list.error} onRetry={() => void list.refetch()} />;
  const people = list.data?.items;
  const here = people?.filter((person) => person.active) ?? [];
  const self = here.find((person) => person.id === me.id);
  const close = () => setOpen(undefined);
  return (
    <>
      <Section
        title="The vendor’s people"
        action={
          administers ? (
            <Button onClick={() => setOpen('add')}>Add a person</Button>
          ) : self ? (
            <Button onClick={() => setOpen({ delegate: self })}>Name who stands in for me</Button>
          ) : null
        }
      >
        <Table
          label="People"
          rows={people}
          columns={administers ? [...columns, actions(setOpen)] : columns}
          rowId={(row) => row.id}
          plain
        />
      </Section>
      <StandIns delegations={list.data?.delegations} mayEnd={(person) => administers || person === me.id} />
      {open === 'add' ? (
        <FormDialog
          title="Add a person"
          submit="Add person"
          onClose={close}
          onSubmit={(body) => add.mutateAsync(body)}
          fields={[
            { name: 'name', label: 'Name', kind: 'text', required: true },
            { name: 'email', label: 'Mail address', kind: 'email', required: true },
            rolesField(),
            lastDayField,
          ]}
        />
      ) : null}
      {typeof open === 'object' && 'change' in open ? <Change person={open.change} onClose={close} /> : null}
      {typeof open === 'object' && 'delegate' in open ? (
        <Delegate person={open.delegate} others={here} onClose={close} />
      ) : null}
    </>
  );
}

const columns: Column<StaffView>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <span className="flex items-center gap-2 @max-2xl:flex-wrap">
        <span className={row.active ? 'font-medium' : 'text-muted'}>{row.name}</span>
        {row.active ? null : <Badge>Left</Badge>}
        {row.active && row.lastDay ? (
          <Badge>
            Until <CalendarDate date={row.lastDay} />
          </Badge>
        ) : null}
      </span>
    ),
  },
  {
    id: 'email',
    header: 'Mail address',
    value: (row) => row.email,
    cell: (row) => row.email,
    wideOnly: true,
  },
  {
    id: 'roles',
    header: 'Roles',
    value: (row) => row.roles.map((role) => roleNames[role]).join(', '),
    cell: (row) => row.roles.map((role) => roleNames[role]).join(', '),
  },
];

function actions(setOpen: (open: Open) => void): Column<StaffView> {
  return {
    ...acts,
    cell: (row) => (
      <Menu
        trigger={
          <IconButton small label={`Change ${row.name}`}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
        groups={[
          [
            { label: 'Change or let go', onSelect: () => setOpen({ change: row }) },
            {
              label: 'Name who stands in',
              disabled: !row.active,
              onSelect: () => setOpen({ delegate: row }),
            },
          ],
        ]}
      />
    ),
  };
}

const lastDayField: FieldSpec = {
  name: 'lastDay',
  label: 'Last day',
  kind: 'date',
  help: 'An auditor reads for a time. Leave it empty for everybody who stays.',
};

function rolesField(initial: string[] = []): FieldSpec {
  return {
    name: 'roles',
    label: 'Roles',
    kind: 'checks',
    required: true,
    initial,
    options: staffRoles.map((value) => ({ value, label: roleNames[value] })),
  };
}

function Change({ person, onClose }: { person: StaffView; onClose(): void }) {
  const change = useAct<Record<string, unknown>>({
    run: (body) => act('PUT', `/api/people/${person.id}`, body),
    done: 'Person changed',
    quiet: true,
  });
  return (
    <FormDialog
      title={`Change ${person.name}`}
      description="Who is let go is signed out at once and can’t sign in; what they did stays under their name."
      submit="Save"
      onClose={onClose}
      onSubmit={({ active, ...body }) => change.mutateAsync({ ...body, active: active === true })}
      fields={[
        { name: 'name', label: 'Name', kind: 'text', required: true, initial: person.name },
        rolesField(person.roles),
        { ...lastDayField, initial: person.lastDay ?? '' },
        { name: 'active', label: 'Works here and may sign in', kind: 'check', initial: person.active },
      ]}
    />
  );
}
