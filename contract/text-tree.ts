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

/** A member of an object or list: its name and value, the pointer to it and to what holds it. */
interface Member {
  holder: Record<string, unknown>;
  name: string;
  value: unknown;
  pointer: string;
  within: string;
  /** What it holds is not looked at. */
  isTooDeep: boolean;
}

/** Every member below a value, down to 64 levels. */
export function* membersOf(root: object, pointerOfRoot: string): Generator<Member> {
  const left: Place[] = [{ holder: root as Place['holder'], pointer: pointerOfRoot, depth: 1 }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { holder, pointer: within, depth } = place;
    for (const name of Object.keys(holder)) {
      const value = holder[name];
      const pointer = `${within}/${pointerPart(name)}`;
      const isHolder = value !== null && typeof value === 'object';
      const isTooDeep = isHolder && depth >= deepest;
      if (isHolder && !isTooDeep) left.push({ holder: value as Place['holder'], pointer, depth: depth + 1 });
      yield { holder, name, value, pointer, within: within || '/', isTooDeep };
    }
  }
}

/**
 * Brings every text below a value into the form in which text is stored, in place, and finds those that break the rule:
 * at most 50. Texts at a pointer of `exact`, such as signed bytes, stay as they are.
 */
export function cleanTexts(
  value: object,
  options: { root: string; use: TextUse; exact?: readonly string[] },
): TextTreeFault[] {
  const { root, use, exact = [] } = options;
  const faults: TextTreeFault[] = [];
  const isExact = (pointer: string) => exact.some((one) => pointer === one || pointer.startsWith(`${one}/`));
  for (const member of membersOf(value, root)) {
    if (faults.length >= mostFaults) break;
    const { name, pointer, holder } = member;
    const nameFault = plain.test(name) ? undefined : findTextFault(name, 'line');
    if (nameFault !== undefined)
      faults.push({ pointer: member.within, detail: `a name ${describeTextFault(nameFault)}` });
    if (member.isTooDeep) faults.push({ pointer, detail: 'is nested too deep' });
    if (typeof member.value !== 'string' || plain.test(member.value) || isExact(pointer)) continue;
    const text = use === 'prose' ? normaliseText(member.value) : member.value.normalize('NFC');
    const fault = findTextFault(text, use);
    if (fault === undefined) holder[name] = text;
    else faults.push({ pointer, detail: describeTextFault(fault) });
  }
  return faults;
}

/** A name as a part of a JSON pointer (RFC 6901): shortened, and without characters that nobody sees. */
function pointerPart(name: string): string {
  return name
    .slice(0, 100)
    .replace(/[\p{C}\p{Zl}\p{Zp}\u{FFFD}]/gu, '?')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
}
