import { chownSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file that only its owner may read. It holds the old text or the new one, whole, whatever ends this process
 * or the machine meanwhile; `owner` is somebody else's ids, for root to give it to.
 */
export function writePrivateFile(path: string, text: string, owner?: { uid: number; gid: number }): void {
  const fresh = `${path}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  try {
    onDisk(fresh, 'wx', (file) => writeSync(file, text));
    if (owner !== undefined) chownSync(fresh, owner.uid, owner.gid);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  onDisk(dirname(path), 'r', () => {});
}

/** Opens a file, or a folder, whose names are its content, and waits until the disk has what was written. */
function onDisk(path: string, flags: string, write: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
