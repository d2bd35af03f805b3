import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { type UsageView, usageMeterNames } from '#contract/fair-use.ts';
import { sayCount } from '../../ui/money.tsx';
import { sayDate } from '../../ui/time.tsx';

const meters = ['rows', 'messages', 'calls'] as const;
const colours = { calls: 'var(--accent)', messages: 'var(--info)', rows: 'var(--caution)' };

/** The days' figures as areas; the same figures stand in the table below. */
export function UsageChart({ days }: { days: UsageView['days'] }) {
  return (
    <figure aria-label="Usage by day as a chart; the table below has the figures">
      <figcaption className="mb-2 flex flex-wrap gap-x-4 text-small text-muted">
        {meters.toReversed().map((meter) => (
          <span key={meter} className="flex items-center gap-1.5">
            <span aria-hidden className="h-0.5 w-3 rounded-full" style={{ background: colours[meter] }} />
            {usageMeterNames[meter]}
          </span>
        ))}
      </figcaption>
      <ResponsiveContainer width="100%" height={220}>
        <AreaChart data={days} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis
            dataKey="day"
            tickFormatter={sayDate}
            minTickGap={48}
            stroke="var(--text-muted)"
            fontSize={12}
            tickLine={false}
            axisLine={{ stroke: 'var(--border)' }}
          />
          <YAxis
            width={52}
            stroke="var(--text-muted)"
            fontSize={12}
            tickLine={false}
            axisLine={false}
            tickFormatter={sayCount}
            allowDecimals={false}
          />
          <Tooltip
            labelFormatter={(day) => sayDate(String(day))}
            contentStyle={{
              background: 'var(--surface-raised)',
              border: '1px solid var(--border)',
              borderRadius: 6,
              fontSize: 12,
            }}
          />
          {meters.map((meter) => (
            <Area
              key={meter}
              type="monotone"
              dataKey={meter}
              name={usageMeterNames[meter]}
              stroke={colours[meter]}
              fill={colours[meter]}
              fillOpacity={0.12}
              strokeWidth={1.5}
              isAnimationActive={false}
            />
          ))}
        </AreaChart>
      </ResponsiveContainer>
    </figure>
  );
}
