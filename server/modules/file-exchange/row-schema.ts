import type { FormatColumnView } from '#contract/file-exchange.ts';
import { emailForm } from '#modules/payroll/index.ts';
import type { Format } from './emp-format.ts';

const types: Partial<Record<FormatColumnView['type'], string>> = {
  date: String.raw`(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`,
  decimal: String.raw`\d{1,8}(\.\d{1,4})?`,
  percent: String.raw`(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)`,
  boolean: '[YN]',
};
const columns: Record<string, string> = {
  company_code: '[A-Z0-9]{2,12}',
  res_country: '[A-Z]{2}',
  ird_number: String.raw`[\d -]{8,12}`,
  tfn: String.raw`[\d -]{8,12}`,
  res_postcode: '.{1,10}',
  email: emailForm.source.slice(1, -1),
  personal_email: emailForm.source.slice(1, -1),
  first_name: String.raw`[^,"\[\]\\~]+`,
  middle_names: String.raw`[^,"\[\]\\~]+`,
  last_name: String.raw`[^,"\[\]\\~]+`,
  preferred_name: String.raw`[^,"\[\]\\~]+`,
};
/** Columns that nothing clears: the reader refuses ~ there. */
const kept = new Set([
  'tax_code',
  'bank_country',
  'salary_annual',
  'hourly_rate',
  'rate_effective_date',
  'effective_date',
]);

/**
 * The JSON Schema of one row: what it takes, the reader takes as a cell, in the form it is kept in. Rules about several cells
 * and about other records are the reader's own.
 */
export function rowSchema(format: Format) {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${format.format} version ${format.version}: ${format.title}`,
    type: 'object',
    required: format.key,
    additionalProperties: true,
    properties: Object.fromEntries(
      format.columns.map((column) => [column.name, cellSchema(column, format.key)]),
    ),
  };
}

function cellSchema(column: FormatColumnView, key: string[]) {
  const { name, values, type, maxLength } = column;
  const isKey = key.includes(name);
  const isKept = isKey || column.presence === 'required' || kept.has(name) || /^bank_\d_type$/.test(name);
  const blank = [...(isKey ? [] : ['']), ...(isKept ? [] : ['~'])];
  const form = columns[name] ?? types[type];
  return {
    type: 'string',
    ...(isKey ? { minLength: 1 } : {}),
    ...(isKept ? { not: { const: '~' } } : {}),
    ...(maxLength === null ? {} : { maxLength }),
    ...(values.length > 0
      ? { enum: [...blank, ...values] }
      : form === undefined
        ? {}
        : { pattern: `^(${[...blank, form].join('|')})$` }),
    description: [column.condition, column.description].filter(Boolean).join('. '),
  };
}
