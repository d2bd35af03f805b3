import type { ShownEstimateTotals } from '#contract/estimates.ts';
import { Money } from '../../ui/money.tsx';

/** The figures of an estimate, which add up for everybody; why the price was adjusted is for the vendor's eyes only. */
export function Totals({
  totals,
  gstPercent,
  currency,
  vendorOnly,
}: {
  totals: ShownEstimateTotals;
  gstPercent: string;
  currency: string;
  vendorOnly: boolean;
}) {
  const rows: { label: string; cents: number | null; strong?: boolean }[] = [
    { label: 'Work', cents: totals.linesCents },
    { label: 'Contingency', cents: totals.contingencyCents },
    { label: vendorOnly ? 'Adjustments' : 'Price adjustment', cents: totals.adjustmentsCents || null },
    { label: 'Net price', cents: totals.netCents },
    { label: `GST, ${gstPercent} %`, cents: totals.gstCents },
    { label: 'Total', cents: totals.totalCents, strong: true },
  ];
  return (
    <dl className="flex flex-col gap-1">
      {rows
        .filter(({ cents }) => cents !== null)
        .map(({ label, cents, strong }) => (
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
      {totals.optionalCents ? (
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
