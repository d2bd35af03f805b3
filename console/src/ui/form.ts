import type { ReactNode } from 'react';

export interface Attendee {
  name: string;
  email: string;
  side: 'vendor' | 'customer';
}

/** One field of a form, as data. */
export interface FieldSpec {
  name: string;
  label: string;
  kind:
    | 'text'
    | 'area'
    | 'lines'
    | 'date'
    | 'moment'
    | 'number'
    | 'select'
    | 'check'
    | 'checks'
    | 'attendees'
    | 'file'
    | 'email';
  required?: boolean;
  help?: ReactNode;
  options?: { value: string; label: string }[];
  initial?: unknown;
}

export type FormValues = Record<string, unknown>;

/** What a form starts with. */
export function initialValues(fields: FieldSpec[]): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial ?? emptyOf(field)]));
}

function emptyOf(field: FieldSpec): unknown {
  if (field.kind === 'check') return false;
  if (field.kind === 'checks' || field.kind === 'attendees') return [];
  if (field.kind === 'select') return field.required ? (field.options?.[0]?.value ?? '') : '';
  if (field.kind === 'file') return undefined;
  return '';
}

/** Turns what the fields hold into the body to send; empty fields that are not required are left out. */
export function toBody(fields: FieldSpec[], values: FormValues): FormValues {
  const body: FormValues = {};
  for (const field of fields) {
    const value = bodyOf(field, values[field.name]);
    if (value !== undefined) body[field.name] = value;
  }
  return body;
}

function bodyOf(field: FieldSpec, value: unknown): unknown {
  if (field.kind === 'lines') {
    const lines = String(value ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    return lines.length > 0 || field.required ? lines : undefined;
  }
  if (field.kind === 'number') return value === '' ? undefined : Number(value);
  if (field.kind === 'moment') return value ? new Date(String(value)).toISOString() : undefined;
  if (field.kind === 'checks' || field.kind === 'attendees') {
    const list = value as unknown[];
    return list.length > 0 || field.required ? list : undefined;
  }
  if (typeof value === 'string') return value.trim() === '' && !field.required ? undefined : value.trim();
  return value;
}

/** The labels of a form's controls by name; people of a list have controls of their own. */
export function labelsOf(fields: FieldSpec[], values: FormValues): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { name, label, kind } of fields) {
    labels[name] = label;
    if (kind === 'attendees')
      for (let at = 0; at < (values[name] as Attendee[]).length; at++)
        for (const [part, words] of Object.entries(attendeeParts))
          labels[`${name}/${at}/${part}`] = `${words} of person ${at + 1}`;
  }
  return labels;
}

/** What is filled in of a person. */
export const attendeeParts = { name: 'Name', email: 'Mail address', side: 'Side' };

/** Which required fields are still empty, in words, by name of field. */
export function missingIn(fields: FieldSpec[], body: FormValues): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const field of fields) {
    const value = body[field.name];
    const empty =
      value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    if (field.required && empty)
      missing[field.name] =
        field.kind === 'select' || field.kind === 'checks'
          ? `Choose: ${field.label}.`
          : field.kind === 'check'
            ? `Tick: ${field.label}`
            : `Fill in: ${field.label}.`;
  }
  return missing;
}
