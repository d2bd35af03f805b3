import { lazy, Suspense } from 'react';
import { type UsageView, usageMeterNames, usageThresholds, usageView } from '#contract/fair-use.ts';
import { useApi } from '../../api/use-api.ts';
import { Section } from '../../app/page.tsx';
import { Meter } from '../../ui/meter.tsx';
import { sayCount } from '../../ui/money.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Skeleton, SkeletonLines } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { CalendarDate } from '../../ui/time.tsx';
import { environmentPath, type Place } from '../environment-path.ts';

const UsageChart = lazy(async () => {
  try {
    return { default: (await import('./usage-chart.tsx')).UsageChart };
  } catch (error) {
    return { default: () => <ProblemView error={error} /> };
  }
});
type Day = UsageView['days'][number];
const columns: Column<Day>[] = [
  { id: 'day', header: 'Day', value: (row) => row.day, cell: (row) => <CalendarDate date={row.day} /> },
  ...(['calls', 'messages', 'rows'] as const).map(
    (meter): Column<Day> => ({
      id: meter,
      header: usageMeterNames[meter],
      value: (row) => row[meter],
      cell: (row) => sayCount(row[meter]),
      align: 'right',
    }),
  ),
  {
    id: 'within',
    header: 'Within the policy',
    value: (row) => (row.within === null ? '' : row.within ? 'yes' : 'no'),
    cell: (row) => (row.within === null ? 'no figure' : row.within ? 'yes' : 'no'),
    align: 'right',
  },
];

/** Calls, messages and rows of an environment against the policy. */
export function UsagePanel({ place }: { place: Place }) {
  const query = useApi(`${environmentPath(place)}/usage`, usageView);
  if (query.error && !query.data)
    return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines />;
  const usage = query.data;
  return (
    <div className="flex flex-col gap-6">
      <p className="text-heading font-semibold">{usage.sentence}</p>
      <div className="grid gap-4 md:grid-cols-3">
        {usage.meters.map((meter) => (
          <Meter
            key={meter.meter}
            label={usageMeterNames[meter.meter]}
            period={meter.period === 'day' ? 'today' : 'this month'}
            used={meter.used}
            allowed={meter.limit}
            forecast={meter.forecast}
            thresholds={usageThresholds}
            days={usage.days.map((day) => ({ day: day.day, value: day[meter.meter] }))}
          />
        ))}
      </div>
      <Section title="By day">
        <Suspense fallback={<ChartStandIn />}>
          <UsageChart days={usage.days} />
        </Suspense>
        <Table
          label="Usage by day"
          name="usage"
          plain
          rows={[...usage.days].reverse()}
          columns={columns}
          rowId={(row) => row.day}
        />
      </Section>
    </div>
  );
}

function ChartStandIn() {
  return (
    <div role="status" aria-label="Loading the chart">
      <Skeleton className="h-[220px]" />
    </div>
  );
}
