import { renameSync, rmSync } from 'node:fs';

/** Puts a finished folder in the place of another one: whoever looks finds one of them whole, whoever else does the same. */
export function replaceFolder(finished: string, place: string): void {
  const aside = `${finished}.old`;
  for (;;) {
    tolerating('ENOENT', () => renameSync(place, aside));
    const placed = tolerating('ENOTEMPTY', () => renameSync(finished, place));
    rmSync(aside, { recursive: true, force: true });
    if (placed) return;
  }
}

function tolerating(code: string, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
    return false;
  }
}
