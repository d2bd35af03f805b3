import type { Connection } from 'ssh2';

/** What of the library's protocol is used here; its version is pinned, and a test reads the banner with OpenSSH's client. */
interface Protocol {
  _packetRW: { write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer } };
  _cipher: { encrypt(packet: Buffer): void };
  _kexinit: unknown;
}

const bannerType = 53;

/** Tells the user of a client something before it has signed in (RFC 4252, 5.4): the library can only at the start. */
export function sendBanner(client: Connection, text: string): void {
  const { _packetRW, _cipher, _kexinit } = (client as unknown as { _protocol: Protocol })._protocol;
  // While keys are exchanged nothing else may be sent.
  if (_kexinit !== undefined) return;
  const message = Buffer.from(`${text}\r\n`);
  const { write } = _packetRW;
  const start = write.allocStart;
  const packet = write.alloc(1 + 4 + message.length + 4);
  packet[start] = bannerType;
  packet.writeUInt32BE(message.length, start + 1);
  packet.set(message, start + 5);
  packet.writeUInt32BE(0, start + 5 + message.length);
  _cipher.encrypt(write.finalize(packet));
}
