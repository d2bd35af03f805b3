import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { fairUsePolicyView, type UsageOverview, usageMeterNames, usageOverview } from '#contract/fair-use.ts';
import { act } from '../api/client.ts';
import { useHasRole } from '../api/me.ts';
import { useAct, useApi } from '../api/use-api.ts';
import { Page, Section } from '../app/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { environmentNames } from '../ui/environment-switch.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { sayCount } from '../ui/money.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { EmptyState, SkeletonLines } from '../ui/states.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { CalendarDate, RelativeTime } from '../ui/time.tsx';

type Row = UsageOverview['items'][number];
const columns: Column<Row>[] = [
  {
    id: 'customer',
    header: 'Customer',
    value: (row) => row.customer.name,
    cell: (row) => <span className="font-medium">{row.customer.name}</span>,
  },
  {
    id: 'environment',
    header: 'Environment',
    value: (row) => row.environment,
    cell: (row) => (
      <Badge tone={row.environment === 'sandbox' ? 'caution' : 'neutral'}>
        {environmentNames[row.environment]}
      </Badge>
    ),
  },
  ...(['calls', 'messages', 'rows'] as const).map(
    (meter): Column<Row> => ({
      id: meter,
      header: usageMeterNames[meter],
      value: (row) => row[meter],
      cell: (row) => sayCount(row[meter]),
      align: 'right',
      wideOnly: true,
    }),
  ),
  {
    id: 'percent',
    header: 'Of the limit',
    value: (row) => row.percent,
    cell: (row) => (row.percent === null ? 'no figure' : `${Math.round(row.percent)} %`),
    align: 'right',
  },
];

/** Usage of every environment on a day, and the vendor's policy. */
export function FairUsePage() {
  const navigate = useNavigate();
  const usage = useApi('/api/fair-use', usageOverview);
  const policy = useApi('/api/fair-use/policy', fairUsePolicyView);
  const [setting, setSetting] = useState(false);
  const may = useHasRole('integrations-manager', 'commercial-director');
  const save = useAct<Record<string, unknown>>({
    run: (body) => {
      const now = policy.data?.policy ?? policy.data?.recommended;
      return act('PUT', '/api/fair-use/policy', {
        burst: { perMinute: Number(body.perMinute), burst: Number(body.burst) },
        meters: (now?.meters ?? []).map((one) => ({
          meter: one.meter,
          period: one.period,
          base: Number(body[`${one.meter}Base`]),
          perHead: Number(body[`${one.meter}PerHead`]),
        })),
      });
    },
    done: 'Policy set',
    quiet: true,
  });
  const shown = policy.data?.policy ?? policy.data?.recommended;
  return (
    <Page
      title="Fair use"
      action={
        may && shown ? (
          <Button look="primary" onClick={() => setSetting(true)}>
            {policy.data?.policy ? 'Change the policy' : 'Set the policy'}
          </Button>
        ) : null
      }
    >
      <div className="flex flex-col gap-8">
        <Section title="Policy">
          {!policy.data ? (
            <SkeletonLines lines={2} />
          ) : (
            <>
              <p>
                {policy.data.policy ? (
                  <>
                    Version {policy.data.policy.version}, set by {policy.data.policy.setBy}{' '}
                    <RelativeTime at={policy.data.policy.setAt} />.{' '}
                  </>
                ) : (
                  'No figures are set yet: the meters only observe. These are recommended: '
                )}
                {policy.data.mode === 'enforce'
                  ? 'Limits are enforced.'
                  : 'Limits are observed, nobody is throttled.'}
              </p>
              <ul className="flex flex-wrap gap-x-8 gap-y-1">
                {shown?.meters.map((one) => (
                  <li key={one.meter}>
                    <span className="text-muted">{usageMeterNames[one.meter]}:</span> {sayCount(one.base)} a{' '}
                    {one.period}
                    {one.perHead > 0 ? `, or ${sayCount(one.perHead)} for each employee` : ''}
                  </li>
                ))}
              </ul>
            </>
          )}
        </Section>
        <Section title="Usage">
          {usage.data ? (
            <p className="text-muted">
              On <CalendarDate date={usage.data.day} />, the heaviest first.
            </p>
          ) : null}
          {usage.error && !usage.data ? (
            <ProblemView error={usage.error} onRetry={() => void usage.refetch()} />
          ) : (
            <Table
              label="Usage"
              rows={usage.data?.items}
              columns={columns}
              rowId={(row) => `${row.customer.id}${row.environment}`}
              onOpen={(row) =>
                void navigate({
                  to: `/customers/${row.customer.id}`,
                  search: { tab: 'usage', environment: row.environment } as never,
                })
              }
              empty={
                <EmptyState title="No traffic on this day">
                  Calls, messages and rows of files are counted here as they happen.
                </EmptyState>
              }
            />
          )}
        </Section>
      </div>
      {setting && shown ? (
        <FormDialog
          title="Set the fair-use policy"
          description="A new version from now on. A limit is the larger of the base and the figure for each employee."
          submit="Set the policy"
          onClose={() => setSetting(false)}
          onSubmit={(body) => save.mutateAsync(body)}
          fields={[
            ...shown.meters.flatMap((one) => [
              {
                name: `${one.meter}Base`,
                label: `${usageMeterNames[one.meter]} a ${one.period}`,
                kind: 'number' as const,
                required: true,
                initial: one.base,
              },
              {
                name: `${one.meter}PerHead`,
                label: `${usageMeterNames[one.meter]} for each employee`,
                kind: 'number' as const,
                required: true,
                initial: one.perHead,
              },
            ]),
            {
              name: 'perMinute',
              label: 'Sustained calls a minute for each key',
              kind: 'number',
              required: true,
              initial: shown.burst.perMinute,
            },
            {
              name: 'burst',
              label: 'Calls at once above that',
              kind: 'number',
              required: true,
              initial: shown.burst.burst,
            },
          ]}
        />
      ) : null}
    </Page>
  );
}
