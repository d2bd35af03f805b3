import { rowFaults } from '#modules/payroll/index.ts';
import { csvLine } from './csv-scanner.ts';
import type { Format } from './emp-format.ts';
import { fileFaults } from './file-faults.ts';
import { rowSchema } from './row-schema.ts';

/** What can be downloaded of a format. */
export const formatDownloads = [
  { name: 'template.csv', title: 'Blank template' },
  { name: 'sample-good.csv', title: 'A file that is accepted' },
  { name: 'sample-bad.csv', title: 'A file that is rejected' },
  { name: 'format.md', title: 'This page as Markdown' },
  { name: 'schema.json', title: 'JSON Schema of a row' },
] as const;
export type FormatDownload = (typeof formatDownloads)[number]['name'];

/** The legal employer that samples are made for. */
export interface Employer {
  code: string;
  country: 'NZ' | 'AU';
}

/** Makes one of a format's downloads from its definition; samples carry the code of the employer. */
export function formatDownload(
  format: Format,
  name: FormatDownload,
  maxRows: number,
  employer: Employer,
): { type: string; text: string } {
  switch (name) {
    case 'template.csv':
      return { type: 'text/csv; charset=utf-8', text: csvLine(format.columns.map((column) => column.name)) };
    case 'sample-good.csv':
      return {
        type: 'text/csv; charset=utf-8',
        text: sampleFile(format, format.samples[employer.country], employer),
      };
    case 'sample-bad.csv':
      return {
        type: 'text/csv; charset=utf-8',
        text: sampleFile(
          format,
          format.badSamples.map(({ row }) => row),
          employer,
        ),
      };
    case 'format.md':
      return { type: 'text/markdown; charset=utf-8', text: formatMarkdown(format, maxRows) };
    case 'schema.json':
      return { type: 'application/schema+json', text: `${JSON.stringify(rowSchema(format), null, 2)}\n` };
  }
}

function sampleFile(format: Format, samples: Record<string, string>[], { code }: Employer): string {
  const rows = samples.map((row): Record<string, string> => ({ ...row, company_code: code }));
  const names = format.columns
    .map((column) => column.name)
    .filter((name) => rows.some((row) => row[name] !== undefined));
  return [csvLine(names), ...rows.map((row) => csvLine(names.map((name) => row[name] ?? '')))].join('');
}

function formatMarkdown(format: Format, maxRows: number): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const columns = format.columns.map(
    (column) =>
      `| \`${column.name}\` | ${column.type} | ${column.presence} | ${cell(
        [
          column.condition,
          column.description,
          column.values.length > 0 ? `One of ${column.values.join(', ')}` : null,
        ]
          .filter(Boolean)
          .join('. '),
      )} | ${cell(column.example)} |`,
  );
  const faults = Object.entries(fileFaults).map(
    ([code, fault]) =>
      `| \`${code}\` | ${fault.wholeFile ? 'whole file' : 'row or warning'} | ${cell(fault.message)} | ${cell(fault.mend)} |`,
  );
  const rows = rowFaults.map(
    (fault) => `| \`${fault.code}\` | ${fault.severity} | ${cell(fault.message)} | ${cell(fault.mend)} |`,
  );
  return [
    `# ${format.format} version ${format.version}: ${format.title}`,
    '',
    format.summary,
    '',
    `Name: \`${format.naming}\`. Key: \`${format.key.join(' + ')}\`. At most ${maxRows.toLocaleString('en-NZ')} rows.`,
    '',
    ...format.modes.map(({ mode, meaning }) => `- **${mode}**: ${meaning}`),
    '',
    '## Rules',
    '',
    ...format.rules.map((rule) => `- ${rule}`),
    '',
    '## Columns',
    '',
    '| column | type | presence | notes | example |',
    '| --- | --- | --- | --- | --- |',
    ...columns,
    '',
    '## Accepted forms',
    '',
    ...format.forms.map(({ type, form }) => `- **${type}**: ${form}`),
    '',
    '## Faults of a file',
    '',
    '| code | affects | what it means | how to fix it |',
    '| --- | --- | --- | --- |',
    ...faults,
    '',
    '## Faults of a row',
    '',
    'An error refuses the row; a warning does not.',
    '',
    '| code | severity | what it means | how to fix it |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
