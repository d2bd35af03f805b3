import { classNames } from './class-names.ts';
import { sayCount } from './money.tsx';

export interface MeterProps {
  label: string;
  period: string;
  used: number;
  /** Null until the vendor has set a figure: the meter then only observes. */
  allowed: number | null;
  forecast: number | null;
  /** Percentages drawn as ticks. */
  thresholds: readonly number[];
  /** The days' figures, oldest first, for the small area chart. */
  days: { day: string; value: number }[];
}

/** Used, allowed and forecast, with the shape of the days as a small area chart; thresholds as ticks. */
export function Meter({ label, period, used, allowed, forecast, thresholds, days }: MeterProps) {
  const top = Math.max(allowed ? allowed * 1.5 : 0, used, forecast ?? 0, 1);
  const percent = allowed ? Math.round((used / allowed) * 100) : null;
  const tone = percent === null || percent < 70 ? 'bg-accent' : percent < 100 ? 'bg-caution' : 'bg-critical';
  const words =
    percent === null
      ? 'No figure set: observed only'
      : percent < 100
        ? `${percent} % of ${sayCount(allowed ?? 0)}`
        : `Over: ${percent} % of ${sayCount(allowed ?? 0)}`;
  return (
    <section aria-label={label} className="flex flex-col gap-2 rounded-card border bg-raised p-4">
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium">{label}</h3>
        <span className="text-small text-muted">{period}</span>
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="numeric text-display font-semibold">{sayCount(used)}</span>
        <span className="text-muted">{words}</span>
      </p>
      {allowed === null ? null : (
        <div className="relative h-2" aria-hidden>
          <div className="absolute inset-0 rounded-full bg-pressed" />
          {forecast !== null && forecast > used ? (
            <div
              className="absolute inset-y-0 left-0 rounded-full bg-accent/25"
              style={{ width: `${(forecast / top) * 100}%` }}
            />
          ) : null}
          <div
            className={classNames('absolute inset-y-0 left-0 rounded-full', tone)}
            style={{ width: `${(used / top) * 100}%` }}
          />
          {allowed
            ? thresholds.map((threshold) => (
                <div
                  key={threshold}
                  className="absolute -inset-y-0.5 w-px bg-ink/50"
                  style={{ left: `${Math.min(100, ((allowed * threshold) / 100 / top) * 100)}%` }}
                />
              ))
            : null}
        </div>
      )}
      <p className="text-small text-muted">
        {forecast === null
          ? 'Too early for a forecast'
          : `Ends at about ${sayCount(forecast)} at the present pace`}
      </p>
      <Shape days={days} label={label} />
    </section>
  );
}

function Shape({ days, label }: { days: { day: string; value: number }[]; label: string }) {
  if (days.length < 2) return null;
  const top = Math.max(1, ...days.map((day) => day.value));
  const points = days.map(
    (day, index) => `${(index / (days.length - 1)) * 100},${30 - (day.value / top) * 28}`,
  );
  return (
    <svg
      viewBox="0 0 100 30"
      preserveAspectRatio="none"
      className="h-10 w-full text-accent"
      role="img"
      aria-label={`${label} of the last ${days.length} days; the highest was ${sayCount(top)}`}
    >
      <path d={`M0,30 L${points.join(' L')} L100,30 Z`} fill="currentColor" opacity="0.14" />
      <path
        d={`M${points.join(' L')}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
