import type { PayrollFinding } from '#contract/employee-views.ts';

/** What shows when an employee is compared with others: each a warning with what to do about it. */
export function Findings({ items }: { items: PayrollFinding[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label="To check" className="mb-6 rounded-card border border-caution/50 bg-raised px-4 py-3">
      <h2 className="mb-1 text-heading">To check</h2>
      <ul className="flex flex-col gap-2">
        {items.map((one) => (
          <li key={one.code}>
            <p className="font-medium">{one.message}.</p>
            <p className="text-small text-muted">{one.mend}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
