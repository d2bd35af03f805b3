import { useState } from 'react';
import { z } from 'zod';
import { type Company, company } from '#contract/payroll.ts';
import { act } from '../../api/client.ts';
import { useHasRole, useMe } from '../../api/me.ts';
import { useAct, useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';

const companyList = z.object({ items: z.array(company), next: z.null() });
const columns: Column<Company>[] = [
  {
    id: 'name',
    header: 'Legal employer',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  {
    id: 'code',
    header: 'Code',
    value: (row) => row.code,
    cell: (row) => <code className="font-mono text-code">{row.code}</code>,
  },
  {
    id: 'zone',
    header: 'Time zone',
    value: (row) => row.timeZone,
    cell: (row) => row.timeZone,
    wideOnly: true,
  },
  { id: 'country', header: 'Country', value: (row) => row.country, cell: (row) => row.country },
];

/** The legal employers of a customer; payroll dates are dates in their zone. */
export function Companies({ base }: { base: string }) {
  const query = useApi(`${base}/companies`, companyList);
  const { vendor } = useMe();
  const [adding, setAdding] = useState(false);
  const may = useHasRole('customer-team-lead', 'lead-consultant', 'integrations-manager', 'administrator');
  const add = useAct<Record<string, unknown>>({
    run: (body) => act('POST', `${base}/companies`, body),
    done: 'Legal employer added',
    quiet: true,
  });
  const button = may ? <Button onClick={() => setAdding(true)}>Add a legal employer</Button> : null;
  if (query.error && !query.data) return null;
  return (
    <Section title="Legal employers" action={query.data?.items.length ? button : null}>
      <Table
        label="Legal employers"
        name="companies"
        plain
        rows={query.data?.items}
        columns={columns}
        rowId={(row) => row.companyId}
        empty={
          <EmptyState title="No legal employer yet" action={button}>
            Employees belong to a legal employer, which says whose dates theirs are.
          </EmptyState>
        }
      />
      {adding ? (
        <FormDialog
          title="Add a legal employer"
          submit="Add legal employer"
          onClose={() => setAdding(false)}
          onSubmit={(body) => add.mutateAsync(body)}
          fields={[
            { name: 'name', label: 'Name', kind: 'text', required: true },
            {
              name: 'code',
              label: 'Code',
              kind: 'text',
              required: true,
              help: 'Two to twelve capital letters and digits.',
            },
            { name: 'timeZone', label: 'Time zone', kind: 'text', required: true, initial: vendor.timeZone },
            {
              name: 'country',
              label: 'Country',
              kind: 'select',
              required: true,
              options: [
                { value: 'NZ', label: 'New Zealand' },
                { value: 'AU', label: 'Australia' },
              ],
            },
          ]}
        />
      ) : null}
    </Section>
  );
}
