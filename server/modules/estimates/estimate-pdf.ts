import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { expectedHundredths, lineCents, showHundredths } from '#contract/estimate-price.ts';
import { type EstimateContent, phaseNames } from '#contract/estimates.ts';
import { renderPdf } from '#modules/documents/index.ts';
import { type CustomerView, customerViewOf } from './customer-view.ts';
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

/** Renders an estimate for the customer: the same lines and figures as the sign-off page shows. */
export function renderEstimatePdf({ facts, content, sha256, at }: EstimatePdf): Promise<Buffer> {
  const shown = customerViewOf(content, facts.totals);
  const mark = sha256 === null ? 'draft' : `SHA-256 ${sha256.slice(0, 16)}…`;
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
      linesTable(shown, content.currency),
      pricesTable(shown, facts, content.currency),
      {
        text: `Expected ${shown.totals.expectedHours} hours. In 80 of 100 cases the work takes at most ${shown.totals.p80Hours} hours, ${money(shown.totals.p80NetCents, content.currency)} net.`,
        color: '#555555',
      },
      ...section('Assumptions', content.assumptions),
      ...section('Not included', content.exclusions),
      ...section('What you do', content.customerTasks),
      {
        text: `Valid until ${dateInWords(content.validUntil)}. Terms version ${content.termsVersion}.`,
        margin: [0, 12, 0, 0],
      },
    ],
  };
  return renderPdf(definition, at);
}

/** Each line with its expected hours; itemised also with the rate and the amount, which is their product. */
function linesTable({ content }: CustomerView, currency: string): Content {
  const itemised = content.pricing === 'itemised';
  const right = (text: string, bold = false) => ({ text, bold, alignment: 'right' as const });
  return {
    table: {
      headerRows: 1,
      widths: ['auto', '*', 'auto', 'auto', ...(itemised ? ['auto', 'auto'] : [])],
      body: [
        [
          ...['Phase', 'Deliverable', 'Role'].map((text) => ({ text, bold: true })),
          ...['Hours', ...(itemised ? ['Rate', 'Amount'] : [])].map((text) => right(text, true)),
        ],
        ...content.lines.map((line) => [
          phaseNames[line.phase],
          line.optional ? `${line.deliverable} (optional, not in the total)` : line.deliverable,
          line.role,
          right(showHundredths(expectedHundredths(line))),
          ...(line.rateCents === null
            ? []
            : [
                money(line.rateCents, currency),
                money(lineCents({ ...line, rateCents: line.rateCents }), currency),
              ].map((text) => right(text))),
        ]),
      ],
    },
    layout: 'lightHorizontalLines',
    margin: [0, 0, 0, 12],
  };
}

function pricesTable({ content, totals }: CustomerView, facts: EstimateFacts, currency: string): Content {
  const rows: [string, number | null][] = [
    ['Work', totals.linesCents],
    [`Contingency (${content.contingencyPercent} %)`, totals.contingencyCents || null],
    ['Price adjustment', totals.adjustmentsCents || null],
    ['Net price', totals.netCents],
    [`GST (${facts.gstPercent} %)`, totals.gstCents],
    ['Total', totals.totalCents],
  ];
  return {
    table: {
      widths: ['*', 'auto'],
      body: rows.flatMap(([text, cents]) =>
        cents === null
          ? []
          : [
              [
                { text, bold: text === 'Total' },
                { text: money(cents, currency), alignment: 'right' as const, bold: text === 'Total' },
              ],
            ],
      ),
    },
    layout: 'lightHorizontalLines',
    margin: [0, 12, 0, 12],
  };
}

const dateInWords = (date: string | null) =>
  date === null
    ? 'a day that is still open'
    : Temporal.PlainDate.from(date).toLocaleString('en-NZ', { dateStyle: 'long' });

function section(title: string, items: string[]): Content[] {
  if (items.length === 0) return [];
  return [{ text: title, bold: true, margin: [0, 8, 0, 4] }, { ul: items }];
}
