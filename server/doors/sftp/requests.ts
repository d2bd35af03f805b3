import { isUtf8 } from 'node:buffer';
import { type Attributes, decodeAttributes } from './attributes.ts';
import { BadPacket, WireReader } from './wire.ts';

/** A path or name as it came: null when it is not valid UTF-8, holds NUL, or is absurdly long. */
export type Name = string | null;

/** What a client asks, of SFTP version 3 (draft-ietf-secsh-filexfer-02) and OpenSSH's extensions. */
export type Request =
  | { type: 'init'; version: number }
  | { type: 'open'; id: number; path: Name; flags: number; attributes: Attributes }
  | { type: 'close' | 'fstat' | 'readdir' | 'fsync' | 'fstatvfs'; id: number; handle: string }
  | { type: 'read'; id: number; handle: string; offset: number; length: number }
  | { type: 'write'; id: number; handle: string; offset: number; data: Buffer }
  | {
      type: 'lstat' | 'stat' | 'opendir' | 'remove' | 'rmdir' | 'realpath' | 'mkdir' | 'statvfs' | 'readlink';
      id: number;
      path: Name;
    }
  | { type: 'setstat'; id: number; path: Name; attributes: Attributes }
  | { type: 'fsetstat'; id: number; handle: string; attributes: Attributes }
  | { type: 'rename' | 'posix-rename'; id: number; path: Name; target: Name }
  | { type: 'limits'; id: number }
  | { type: 'unknown'; id: number };

const byPath: Record<number, 'lstat' | 'stat' | 'opendir' | 'remove' | 'rmdir' | 'realpath' | 'readlink'> = {
  7: 'lstat',
  11: 'opendir',
  13: 'remove',
  15: 'rmdir',
  16: 'realpath',
  17: 'stat',
  19: 'readlink',
};
const byHandle: Record<number, 'close' | 'fstat' | 'readdir'> = { 4: 'close', 8: 'fstat', 12: 'readdir' };
const maxPathBytes = 4_096;

/** Reads one packet; throws BadPacket when it does not hold what its type promises. */
export function decodeRequest(packet: Buffer): Request {
  const type = packet[0] ?? 0;
  const reader = new WireReader(packet, 1);
  const id = reader.uint32();
  if (type === 1) return { type: 'init', version: id };
  reader.id = id;
  const pathType = byPath[type];
  if (pathType !== undefined) return { type: pathType, id, path: nameOf(reader.bytes()) };
  const handleType = byHandle[type];
  if (handleType !== undefined) return { type: handleType, id, handle: handleOf(reader) };
  switch (type) {
    case 3: {
      const path = nameOf(reader.bytes());
      return { type: 'open', id, path, flags: reader.uint32(), attributes: decodeAttributes(reader) };
    }
    case 5:
      return { type: 'read', id, handle: handleOf(reader), offset: reader.uint64(), length: reader.uint32() };
    case 6:
      return { type: 'write', id, handle: handleOf(reader), offset: reader.uint64(), data: reader.bytes() };
    case 9:
      return { type: 'setstat', id, path: nameOf(reader.bytes()), attributes: decodeAttributes(reader) };
    case 10:
      return { type: 'fsetstat', id, handle: handleOf(reader), attributes: decodeAttributes(reader) };
    case 14:
      return { type: 'mkdir', id, path: nameOf(reader.bytes()) };
    case 18:
      return { type: 'rename', id, path: nameOf(reader.bytes()), target: nameOf(reader.bytes()) };
    case 200:
      return decodeExtended(reader, id);
    default:
      return { type: 'unknown', id };
  }
}

function decodeExtended(reader: WireReader, id: number): Request {
  switch (reader.bytes().toString('latin1')) {
    case 'posix-rename@openssh.com':
      return { type: 'posix-rename', id, path: nameOf(reader.bytes()), target: nameOf(reader.bytes()) };
    case 'statvfs@openssh.com':
      return { type: 'statvfs', id, path: nameOf(reader.bytes()) };
    case 'fstatvfs@openssh.com':
      return { type: 'fstatvfs', id, handle: handleOf(reader) };
    case 'fsync@openssh.com':
      return { type: 'fsync', id, handle: handleOf(reader) };
    case 'limits@openssh.com':
      return { type: 'limits', id };
    default:
      return { type: 'unknown', id };
  }
}

function handleOf(reader: WireReader): string {
  const bytes = reader.bytes();
  if (bytes.length > 256) throw new BadPacket('a handle is too long', reader.id);
  return bytes.toString('latin1');
}

function nameOf(bytes: Buffer): Name {
  if (bytes.length > maxPathBytes || bytes.includes(0) || !isUtf8(bytes)) return null;
  return bytes.toString('utf8');
}
