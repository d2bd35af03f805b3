/** A long job: how far it is, in a bar and in words. */
export function Progress({
  label,
  value,
  max,
  detail,
}: {
  label: string;
  value: number;
  max: number;
  detail?: string;
}) {
  const percent = max > 0 ? Math.min(100, Math.round((value / max) * 100)) : 0;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex justify-between gap-3">
        <span>{label}</span>
        <span className="numeric text-muted">{detail ?? `${percent} %`}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={0}
        aria-valuemax={max}
        className="h-1.5 overflow-hidden rounded-full bg-pressed"
      >
        <div
          className="h-full bg-accent transition-[width] duration-160 ease-out"
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
