import type { EstimateContent, EstimateTotals, SignOffView } from '#contract/estimates.ts';

/** What a customer sees of a version, on every page and in the PDF alike. */
export type CustomerView = Pick<SignOffView, 'content' | 'totals'>;

/**
 * Content and totals for the customer: never an adjustment by itself; with totals alone no rate, no contingency and no sum
 * from which they could be worked out.
 */
export function customerViewOf(content: EstimateContent, totals: EstimateTotals): CustomerView {
  const { adjustments: _, ...shown } = content;
  if (content.pricing === 'itemised') return { content: shown, totals };
  return {
    content: {
      ...shown,
      contingencyPercent: null,
      lines: shown.lines.map((line) => ({ ...line, rateCents: null })),
    },
    totals: {
      ...totals,
      linesCents: null,
      contingencyCents: null,
      adjustmentsCents: null,
      optionalCents: null,
    },
  };
}
