import type { FormatColumnView } from '#contract/file-exchange.ts';
import { csvLine } from './csv-scanner.ts';
import type { Format } from './emp-format.ts';
import { fileFaults } from './file-faults.ts';

/** What can be downloaded of a format. */
export const formatDownloads = [
  { name: 'template.csv', title: 'Blank template' },
  { name: 'sample-good.csv', title: 'A file that is accepted' },
  { name: 'sample-bad.csv', title: 'A file that is rejected' },
  { name: 'format.md', title: 'This page as Markdown' },
  { name: 'schema.json', title: 'JSON Schema of a row' },
] as const;
export type FormatDownload = (typeof formatDownloads)[number]['name'];

/** Makes one of a format's downloads from its definition. */
export function formatDownload(
  format: Format,
  name: FormatDownload,
  maxRows: number,
): { type: string; text: string } {
  switch (name) {
    case 'template.csv':
      return { type: 'text/csv; charset=utf-8', text: csvLine(format.columns.map((column) => column.name)) };
    case 'sample-good.csv':
      return { type: 'text/csv; charset=utf-8', text: sampleFile(format, format.samples) };
    case 'sample-bad.csv':
      return {
        type: 'text/csv; charset=utf-8',
        text: sampleFile(
          format,
          format.badSamples.map(({ row }) => row),
        ),
      };
    case 'format.md':
      return { type: 'text/markdown; charset=utf-8', text: formatMarkdown(format, maxRows) };
    case 'schema.json':
      return { type: 'application/schema+json', text: `${JSON.stringify(rowSchema(format), null, 2)}\n` };
  }
}

function sampleFile(format: Format, rows: Record<string, string>[]): string {
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
    '## Faults of a file',
    '',
    '| code | affects | what it means | how to mend it |',
    '| --- | --- | --- | --- |',
    ...faults,
    '',
  ].join('\n');
}

const patterns: Partial<Record<FormatColumnView['type'], string>> = {
  date: '^(|~|\\d{4}-\\d{2}-\\d{2})$',
  decimal: '^(|~|-?\\d{1,8}(\\.\\d{1,4})?)$',
  percent: '^(|~|\\d{1,3}(\\.\\d{1,4})?)$',
  boolean: '^(|~|[YN])$',
};

function rowSchema(format: Format) {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${format.format} version ${format.version}: ${format.title}`,
    type: 'object',
    required: format.key,
    additionalProperties: true,
    properties: Object.fromEntries(
      format.columns.map((column) => [
        column.name,
        {
          type: 'string',
          ...(column.maxLength === null ? {} : { maxLength: column.maxLength }),
          ...(patterns[column.type] === undefined ? {} : { pattern: patterns[column.type] }),
          ...(column.values.length === 0 ? {} : { enum: ['', '~', ...column.values] }),
          description: [column.condition, column.description].filter(Boolean).join('. '),
        },
      ]),
    ),
  };
}
