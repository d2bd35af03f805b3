import type { EstimateTotals } from '#contract/estimates.ts';
import { Money } from '../../ui/money.tsx';

/** The figures of an estimate, which add up for everybody; why the price was adjusted is for the vendor's eyes only. */
export function Totals({
  totals,
  gstPercent,
  currency,
  vendorOnly,
}: {
  totals: EstimateTotals;
  gstPercent: string;
  currency: string;
  vendorOnly: boolean;
}) {
  const adjustedCents = totals.netCents - totals.linesCents - totals.contingencyCents;
  const rows: [string, number, boolean?][] = [
    ['Work', totals.linesCents],
    ['Contingency', totals.contingencyCents],
    ...(adjustedCents !== 0
      ? ([[vendorOnly ? 'Adjustments' : 'Price adjustment', adjustedCents]] as [string, number][])
      : []),
    ['Net', totals.netCents],
    [`GST, ${gstPercent} %`, totals.gstCents],
    ['Total', totals.totalCents, true],
  ];
  return (
    <dl className="flex flex-col gap-1">
      {rows.map(([label, cents, strong]) => (
        <div
          key={label}
          className={`flex justify-between gap-4 ${strong ? 'mt-1 border-t pt-2 text-heading font-semibold' : ''}`}
        >
          <dt className={strong ? '' : 'text-muted'}>{label}</dt>
          <dd>
            <Money cents={cents} {...(strong ? { currency } : {})} />
          </dd>
        </div>
      ))}
      <div className="mt-2 flex justify-between gap-4 text-muted">
        <dt>Expected hours</dt>
        <dd className="numeric">{totals.expectedHours}</dd>
      </div>
      <div className="flex justify-between gap-4 text-muted">
        <dt>Hours, 80 of 100 cases</dt>
        <dd className="numeric">{totals.p80Hours}</dd>
      </div>
      <div className="flex justify-between gap-4 text-muted">
        <dt>Net, 80 of 100 cases</dt>
        <dd>
          <Money cents={totals.p80NetCents} />
        </dd>
      </div>
      {totals.optionalCents > 0 ? (
        <div className="flex justify-between gap-4 text-muted">
          <dt>Optional, not in the total</dt>
          <dd>
            <Money cents={totals.optionalCents} />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}
