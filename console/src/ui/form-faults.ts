import { useState } from 'react';
import { problemOf } from '../api/problem.ts';

/** What is wrong in a form: at its controls by their names, and what belongs to none of them. */
export interface FormFaults {
  at: Record<string, string>;
  elsewhere: string[];
}

const noFaults: FormFaults = { at: {}, elsewhere: [] };

/** Where an answer's pointers lead: to the control of that name, such as `attendees/0/email`, or of a part of it. */
export function faultsOf(error: unknown, labels: Record<string, string>): FormFaults {
  const problem = problemOf(error);
  const found: FormFaults = { at: {}, elsewhere: [] };
  for (const { pointer, detail } of problem.errors) {
    const parts = partsOf(pointer);
    const length = parts.findLastIndex((_, at) => parts.slice(0, at + 1).join('/') in labels) + 1;
    const part = parts.slice(length).map(wordsOf).join(', ');
    const words = sentence(part || (length === 0 ? 'It' : 'This'), detail);
    if (length === 0) found.elsewhere.push(words);
    else {
      const name = parts.slice(0, length).join('/');
      found.at[name] = found.at[name] === undefined ? words : `${found.at[name]} ${words}`;
    }
  }
  if (Object.keys(found.at).length === 0)
    found.elsewhere.unshift(
      [problem.title, found.elsewhere.length > 0 ? undefined : problem.detail].filter(Boolean).join('. '),
    );
  return found;
}

/** The faults of a form, for its controls and for the summary above them. `labels` are those of its controls, by name. */
export function useFormFaults(labels: Record<string, string>) {
  const [{ faults, attempt }, setState] = useState({ faults: noFaults, attempt: 0 });
  const set = (next: FormFaults) => setState((before) => ({ faults: next, attempt: before.attempt + 1 }));
  const named = ([field, text]: [string, string]) => {
    const label = labels[field] ?? field;
    return { field, text: text.includes(label) ? text : `${label}: ${text}` };
  };
  return {
    at: faults.at,
    /** What ErrorSummary shows; each attempt brings it into view again. */
    summary: {
      attempt,
      errors: [...Object.entries(faults.at).map(named), ...faults.elsewhere.map((text) => ({ text }))],
    },
    set: (at: Record<string, string>, elsewhere: string[] = []) => set({ at, elsewhere }),
    show: (error: unknown) => set(faultsOf(error, labels)),
    clear: () => setState((before) => ({ ...before, faults: noFaults })),
  };
}

const partsOf = (pointer: string) =>
  pointer
    .replace(/^\/(querystring|params)(?=\/)/, '')
    .split('/')
    .filter(Boolean)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A part of a pointer in words: `sendLinkTo` is "Send link to", `2` is the third entry. */
function wordsOf(part: string): string {
  if (/^\d+$/.test(part)) return `Entry ${Number(part) + 1}`;
  return capital(part.replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`));
}

/** The server says what is wrong as the rest of a sentence, such as "is taken", or as a sentence. */
function sentence(subject: string, detail: string): string {
  const words = /^[a-z]/.test(detail) ? `${subject} ${detail}` : detail;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
