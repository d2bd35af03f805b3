import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { EstimateContent } from '#contract/estimates.ts';
import { renderPdf } from '#modules/documents/index.ts';
import type { EstimateFacts } from './estimate-facts.ts';

/** What an estimate's PDF says; nothing else enters it, so equal facts give equal bytes. */
export interface EstimatePdf {
  facts: EstimateFacts;
  content: EstimateContent;
  /** Null while the version is a draft. */
  sha256: string | null;
  at: Temporal.Instant;
}

const money = (cents: number, currency: string) =>
  new Intl.NumberFormat('en-NZ', { style: 'currency', currency }).format(cents / 100);

/** Renders an estimate for the customer: the price as one figure, without the vendor's reasons for adjustments. */
export function renderEstimatePdf({ facts, content, sha256, at }: EstimatePdf): Promise<Buffer> {
  const { totals } = facts;
  const mark = sha256 === null ? 'draft' : `SHA-256 ${sha256.slice(0, 16)}…`;
  const price = (cents: number) => money(cents, content.currency);
  const definition: TDocumentDefinitions = {
    info: { title: `${content.title}, version ${facts.version}`, author: facts.vendor },
    footer: (page, pages) => ({
      text: `${facts.vendor} · version ${facts.version} · ${mark} · ${page} of ${pages}`,
      alignment: 'center',
      fontSize: 8,
      color: '#666666',
    }),
    content: [
      { text: content.title, fontSize: 20, bold: true },
      {
        text: `Work estimate for ${facts.customer} by ${facts.vendor}${facts.changeNumber === undefined ? '' : `, change request ${facts.changeNumber}`}`,
        margin: [0, 0, 0, 16],
        color: '#555555',
      },
      {
        table: {
          headerRows: 1,
          widths: ['auto', '*', 'auto', 'auto'],
          body: [
            ['Phase', 'Deliverable', 'Role', 'Hours (from, likely, to)'].map((text) => ({
              text,
              bold: true,
            })),
            ...content.lines.map((line) => [
              line.phase,
              line.optional ? `${line.deliverable} (optional)` : line.deliverable,
              line.role,
              `${line.optimisticHours} · ${line.likelyHours} · ${line.pessimisticHours}`,
            ]),
          ],
        },
        layout: 'lightHorizontalLines',
        margin: [0, 0, 0, 12],
      },
      { text: `Expected ${totals.expectedHours} hours; in 80 of 100 cases no more than ${totals.p80Hours}.` },
      {
        table: {
          widths: ['*', 'auto'],
          body: [
            ['Price', { text: price(totals.netCents), alignment: 'right' }],
            ['Upper figure (80 %)', { text: price(totals.p80NetCents), alignment: 'right' }],
            [`GST (${facts.gstPercent} %)`, { text: price(totals.gstCents), alignment: 'right' }],
            [
              { text: 'Total', bold: true },
              { text: price(totals.totalCents), alignment: 'right', bold: true },
            ],
          ],
        },
        layout: 'lightHorizontalLines',
        margin: [0, 12, 0, 12],
      },
      ...section('Assumptions', content.assumptions),
      ...section('Not included', content.exclusions),
      ...section('What you do', content.customerTasks),
      {
        text: `Valid until ${content.validUntil ?? ''}. Terms version ${content.termsVersion}.`,
        margin: [0, 12, 0, 0],
      },
    ],
  };
  return renderPdf(definition, at);
}

function section(title: string, items: string[]): Content[] {
  if (items.length === 0) return [];
  return [{ text: title, bold: true, margin: [0, 8, 0, 4] }, { ul: items }];
}
