import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Unavailable } from './client.ts';
import { runCommand } from './run-command.ts';

let isListed = false;

/** Whether a program is on the path. */
export function hasProgram(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs a program of a Debian package where this machine lacks it; throws Unavailable where it may not. */
export async function ensureProgram(program: string, debianPackage: string): Promise<void> {
  if (hasProgram(program)) return;
  if (!hasProgram('apt-get') || process.getuid?.() !== 0)
    throw new Unavailable(`${program} is not installed: apt-get install ${debianPackage}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    if (!isListed) await runCommand({ program: 'apt-get', args: ['update', '-q'], env });
    isListed = true;
    const args = ['install', '-q', '-y', '--no-install-recommends', debianPackage];
    await runCommand({ program: 'apt-get', args, env }, 600_000);
  } catch (error) {
    throw new Unavailable(`${debianPackage} could not be installed: ${(error as Error).message}`);
  }
}
