import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** A name server on this machine that knows some TXT records, and keeps silent about some domains. */
export interface NameServer {
  /** As configuration takes it. */
  address: string;
  /** TXT records by name in lower case. */
  records: Map<string, string>;
  /** Domains about which no question is answered. */
  silent: Set<string>;
  /** How many questions came in. */
  asked(): number;
  close(): Promise<void>;
}

const typeTxt = 16;

/** Opens a name server (RFC 1035 over UDP). */
export async function openNameServer(): Promise<NameServer> {
  const records = new Map<string, string>();
  const silent = new Set<string>();
  let asked = 0;
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    asked++;
    const { name, type, end } = questionIn(query);
    if ([...silent].some((domain) => name === domain || name.endsWith(`.${domain}`))) return;
    const text = type === typeTxt ? records.get(name) : undefined;
    const known = [...records.keys()].some((one) => one === name || one.endsWith(`.${name}`));
    socket.send(answerTo(query.subarray(0, end), text, known), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  const { port } = socket.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    records,
    silent,
    asked: () => asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionIn(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(question: Buffer, text: string | undefined, known: boolean): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(text === undefined ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (text === undefined) return head;
  const pieces = text.match(/.{1,255}/g) ?? [];
  const data = Buffer.concat(pieces.map((piece) => Buffer.from([piece.length, ...Buffer.from(piece)])));
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(typeTxt, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, record, data]);
}
