/** A file that was written into the words of a mail by uuencode (POSIX.1). */
export interface UuencodedFile {
  name: string;
  content: Buffer;
}

const begin = /^begin [0-7]{3,4} (.{1,200})$/;

/** Takes uuencoded files out of a text; a block without its end, or with a line that is none, stays text. */
export function takeUuencoded(text: string): { text: string; files: UuencodedFile[] } {
  if (!/^begin [0-7]{3,4} /m.test(text)) return { text, files: [] };
  const lines = text.split(/\r?\n/);
  const kept: string[] = [];
  const files: UuencodedFile[] = [];
  for (let at = 0; at < lines.length; at++) {
    const name = begin.exec(lines[at] ?? '')?.[1];
    const file = name === undefined ? undefined : readBlock(lines, at + 1);
    if (name === undefined || file === undefined) kept.push(lines[at] ?? '');
    else {
      files.push({ name: name.trim(), content: file.content });
      at = file.endAt;
    }
  }
  return { text: kept.join('\n'), files };
}

/** The bytes of a part that is uuencoded as a whole; undefined when it is not. */
export function decodeUuencoded(bytes: Uint8Array): Buffer | undefined {
  return takeUuencoded(Buffer.from(bytes).toString('latin1')).files[0]?.content;
}

function readBlock(lines: string[], from: number): { content: Buffer; endAt: number } | undefined {
  const pieces: Buffer[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === 'end') return { content: Buffer.concat(pieces), endAt: at };
    const piece = readLine(line);
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  return undefined;
}

function readLine(line: string): Buffer | undefined {
  if (line === '') return Buffer.alloc(0);
  if (!/^[ -`]+$/.test(line)) return undefined;
  const value = (at: number) => ((line.charCodeAt(at) || 32) - 32) & 63;
  const length = value(0);
  const bytes = Buffer.alloc(Math.ceil(length / 3) * 3);
  for (let at = 0, from = 1; at < length; at += 3, from += 4) {
    const four = (value(from) << 18) | (value(from + 1) << 12) | (value(from + 2) << 6) | value(from + 3);
    bytes.writeUIntBE(four, at, 3);
  }
  return bytes.subarray(0, length);
}
