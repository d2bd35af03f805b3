import type { WireReader, WireWriter } from './wire.ts';
import { BadPacket } from './wire.ts';

/** File attributes of SFTP version 3; what is absent is not said. Times in whole seconds. */
export interface Attributes {
  size?: number;
  permissions?: number;
  modifiedAt?: number;
}

/** A file or folder as it is listed. */
export interface Entry {
  name: string;
  isFolder: boolean;
  sizeBytes: number;
  modifiedAt: Temporal.Instant;
}

const hasSize = 0x1;
const hasOwner = 0x2;
const hasPermissions = 0x4;
const hasTimes = 0x8;
const hasExtended = 0x8000_0000;
const folderMode = 0o040_755;
const fileMode = 0o100_644;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads attributes; owners and extended ones are skipped. */
export function decodeAttributes(reader: WireReader): Attributes {
  const attributes: Attributes = {};
  if (reader.done()) return attributes;
  const flags = reader.uint32();
  if (flags & hasSize) attributes.size = reader.uint64();
  if (flags & hasOwner) {
    reader.uint32();
    reader.uint32();
  }
  if (flags & hasPermissions) attributes.permissions = reader.uint32();
  if (flags & hasTimes) {
    reader.uint32();
    attributes.modifiedAt = reader.uint32();
  }
  if (flags & hasExtended) {
    const count = reader.uint32();
    if (count > 100) throw new BadPacket('too many extended attributes', reader.id);
    for (let i = 0; i < count; i++) {
      reader.bytes();
      reader.bytes();
    }
  }
  return attributes;
}

/** Writes the attributes of an entry. */
export function encodeAttributes(writer: WireWriter, entry: Omit<Entry, 'name'>): WireWriter {
  const seconds = Math.floor(entry.modifiedAt.epochMilliseconds / 1000);
  return writer
    .uint32(hasSize | hasOwner | hasPermissions | hasTimes)
    .uint64(entry.sizeBytes)
    .uint32(0)
    .uint32(0)
    .uint32(entry.isFolder ? folderMode : fileMode)
    .uint32(seconds)
    .uint32(seconds);
}

/** The line of `ls -l` that version 3 carries beside a name; older clients read sizes and times from it. */
export function longName(entry: Entry, now: Temporal.Instant): string {
  const at = entry.modifiedAt.toZonedDateTimeISO('UTC');
  const isRecent = Math.abs(now.epochMilliseconds - entry.modifiedAt.epochMilliseconds) < 180 * 86_400_000;
  const time = `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')}`;
  const when = `${months[at.month - 1]} ${String(at.day).padStart(2)} ${isRecent ? time : ` ${at.year}`}`;
  const mode = entry.isFolder ? 'drwxr-xr-x' : '-rw-r--r--';
  return `${mode}    1 fairlead fairlead ${String(entry.sizeBytes).padStart(12)} ${when} ${entry.name}`;
}
