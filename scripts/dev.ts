import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { prepareDatabase } from '#platform/postgres-supervisor/prepare-database.ts';
import { startEmbeddedPostgres } from '#platform/postgres-supervisor/start-embedded-postgres.ts';
import { root } from './checks/project-files.ts';

// `npm run dev`: one database for as long as this runs; the server starts again when its sources change, and the
// console reloads in the browser through its development server.

const serverPort = 4400;
const consolePort = 4401;
const dataDir = resolve(root, 'data');
const database = await startEmbeddedPostgres({ dataDir, log: console });
const { ownerUrl } = await prepareDatabase({ superuserUrl: database.url });

const watched = ['server', 'contract', 'fairlead.defaults.toml'].map(
  (path) => `--watch-path=${join(root, path)}`,
);
const children: ChildProcess[] = [
  run(['--watch-preserve-output', ...watched, join(root, 'server', 'main.ts'), 'start', '--no-console'], {
    DATABASE_URL: ownerUrl,
    FAIRLEAD_SERVER_DATA_DIR: dataDir,
    FAIRLEAD_HTTP_PORT: String(serverPort),
    FAIRLEAD_SERVER_PUBLIC_URL: `http://localhost:${consolePort}`,
  }),
  run([join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'console', '--port', String(consolePort)], {
    FAIRLEAD_DEV_SERVER: `http://localhost:${serverPort}`,
  }),
];

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
for (const child of children) child.once('exit', () => void stop());

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(
    running.map((child) => {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      return gone;
    }),
  );
  await database.stop();
  process.exit(0);
}

function run(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
}
