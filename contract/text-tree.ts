/** The rule for text (text.ts) applied to all texts of a parsed JSON value, or of the parts of an address. */
import { describeTextFault, findTextFault, normaliseText, type TextUse } from './text.ts';

/** Where a text breaks the rule: a JSON pointer, and what to do about it. */
export interface TextTreeFault {
  pointer: string;
  detail: string;
}

/** How deep objects and lists may stand in each other; no document of ours comes near it. */
const deepest = 64;
const mostFaults = 50;
const plain = /^[\x20-\x7e]*$/;

interface Place {
  holder: Record<string, unknown>;
  pointer: string;
  depth: number;
}

/**
 * Brings every text below a value into the form in which text is stored, in place, and finds those that break the rule:
 * at most 50. Texts at a pointer of `exact`, such as signed bytes, stay as they are.
 */
export function cleanTexts(
  holder: object,
  options: { root: string; use: TextUse; exact?: readonly string[] },
): TextTreeFault[] {
  const { root, use, exact = [] } = options;
  const faults: TextTreeFault[] = [];
  const left: Place[] = [{ holder: holder as Place['holder'], pointer: root, depth: 1 }];
  for (let place = left.pop(); place !== undefined && faults.length < mostFaults; place = left.pop()) {
    for (const name of Object.keys(place.holder)) {
      const value = place.holder[name];
      const pointer = `${place.pointer}/${pointerPart(name)}`;
      const nameFault = plain.test(name) ? undefined : findTextFault(name, 'line');
      if (nameFault !== undefined)
        faults.push({ pointer: place.pointer || '/', detail: `a name ${describeTextFault(nameFault)}` });
      if (exact.includes(pointer)) continue;
      if (typeof value === 'string') {
        if (plain.test(value)) continue;
        const text = use === 'prose' ? normaliseText(value) : value.normalize('NFC');
        const fault = findTextFault(text, use);
        if (fault === undefined) place.holder[name] = text;
        else faults.push({ pointer, detail: describeTextFault(fault) });
      } else if (value !== null && typeof value === 'object') {
        if (place.depth < deepest)
          left.push({ holder: value as Place['holder'], pointer, depth: place.depth + 1 });
        else faults.push({ pointer, detail: 'is nested too deep' });
      }
    }
  }
  return faults.slice(0, mostFaults);
}

/** A name as a part of a JSON pointer (RFC 6901), without its length or its invisible characters. */
function pointerPart(name: string): string {
  return name
    .slice(0, 100)
    .replace(/[\p{C}\p{Zl}\p{Zp}\u{FFFD}]/gu, '?')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
}
