/** Labels under which programs send anything: what is valid UTF-8 under them is UTF-8. */
const loose = new Set(['windows-1252', 'utf-8']);
/** Labels of code pages that the Encoding Standard does not list. */
const aliases: Record<string, string> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  ascii: 'us-ascii',
};

/**
 * The text of bytes with a charset that may be missing or wrong: by the label when the bytes fit it, else UTF-8 when they are
 * valid UTF-8, else Windows-1252, which takes any bytes.
 */
export function decodeText(bytes: Uint8Array, label?: string): string {
  const marked = decoderOf(byteOrder(bytes));
  if (marked !== undefined) return marked.decode(bytes);
  const named = decoderOf(label === undefined ? undefined : label.trim().toLowerCase());
  if (named !== undefined && !loose.has(named.encoding)) {
    const text = tryDecode(bytes, named.encoding);
    if (text !== undefined) return text;
  }
  return tryDecode(bytes, 'utf-8') ?? new TextDecoder('windows-1252').decode(bytes);
}

/** The text of a line of a header. A mark of the order of bytes stays a letter: without it a line would become another. */
export function decodeLine(bytes: Uint8Array): string {
  return tryDecode(bytes, 'utf-8', true) ?? new TextDecoder('windows-1252').decode(bytes);
}

/** Encoded words (RFC 2047) whose label their bytes do not fit: what is valid UTF-8 gets that label. */
export function relabelWords(header: string): string {
  return header.replace(
    /=\?([\w-]+)(\*[\w-]*)?\?([bq])\?([^?\s]*)\?=/gi,
    (word, label: string, _language: string | undefined, kind: string, content: string) => {
      const named = decoderOf(label.toLowerCase());
      if (named !== undefined && named.encoding !== 'windows-1252') return word;
      const bytes = kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : bytesOfQ(content);
      return bytes.some((byte) => byte > 127) && tryDecode(bytes, 'utf-8') !== undefined
        ? `=?utf-8?${kind}?${content}?=`
        : word;
    },
  );
}

function bytesOfQ(content: string): Buffer {
  const plain = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function byteOrder(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function decoderOf(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(aliases[label] ?? label);
  } catch {
    return undefined;
  }
}

function tryDecode(bytes: Uint8Array, label: string, ignoreBOM = false): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM }).decode(bytes);
  } catch {
    return undefined;
  }
}
