import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../checks/project-files.ts';
import { Unavailable } from './client.ts';
import { hasProgram } from './install.ts';
import { libraryClient } from './library-client.ts';
import { runCommand } from './run-command.ts';

const version = '0.2.21';
const folder = join(root, 'build/interop/jsch');
const jar = join(folder, `jsch-${version}.jar`);

const { truncate, ...able } = libraryClient(
  'JSch',
  ['java', '-cp', `${jar}:${folder}`, 'Interop'],
  async () => {
    if (!hasProgram('javac')) throw new Unavailable('no Java development kit is installed');
    await mkdir(folder, { recursive: true });
    if (!existsSync(jar)) {
      if (!hasProgram('mvn')) throw new Unavailable('mvn is not installed, which fetches JSch');
      const artifact = `-Dartifact=com.github.mwiede:jsch:${version}`;
      const args = ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`];
      await runCommand({ program: 'mvn', args }, 600_000).catch((error: Error) => {
        throw new Unavailable(`JSch could not be fetched: ${error.message}`);
      });
    }
    const source = join(import.meta.dirname, 'jsch/Interop.java');
    await runCommand({ program: 'javac', args: ['-cp', jar, '-d', folder, source] });
  },
);

/** JSch in the line that is maintained (com.github.mwiede); the older one knows no key of today. It truncates nothing. */
export const jsch = able;
