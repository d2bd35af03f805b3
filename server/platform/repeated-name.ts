/** The first name that an object of valid JSON has twice: others may read the other value (RFC 8259, 4). */
export function repeatedName(text: string): string | undefined {
  const within: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') within.push(new Set());
    else if (character === '[') within.push(undefined);
    else if (character === '}' || character === ']') within.pop();
    else if (character === '"') {
      const end = endOfText(text, at);
      const names = within.at(-1);
      if (names !== undefined && isNamed(text, end + 1)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end;
    }
  }
  return undefined;
}

/** Where the text ends whose first quotation mark is at `from`. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
}

/** Whether a colon follows: then the text before it was a name. */
function isNamed(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text[at] === ':';
}
