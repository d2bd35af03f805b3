import { Input } from '../../ui/field.tsx';

/** An amount with two decimals that is kept in cents. */
export function CentsInput({
  label,
  cents,
  onChange,
  className,
}: {
  label: string;
  cents: number;
  onChange(cents: number): void;
  className?: string;
}) {
  return (
    <Input
      // Another amount is another field: one that was typed into shows no new default value.
      key={cents}
      aria-label={label}
      inputMode="decimal"
      className={`h-7 w-24 px-1.5 text-right ${className ?? ''}`}
      defaultValue={(cents / 100).toFixed(2)}
      onBlur={(event) => {
        const value = Number(event.target.value.replaceAll(',', ''));
        const next = Number.isFinite(value) ? Math.round(value * 100) : cents;
        if (next !== cents) onChange(next);
        event.target.value = (next / 100).toFixed(2);
      }}
    />
  );
}
