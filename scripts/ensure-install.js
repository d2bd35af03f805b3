// Installs the packages when node_modules is missing or does not fit package-lock.json; otherwise says nothing.
// Plain JavaScript on purpose: the machine's own Node (20 or newer) runs it before Node 26 is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.fairlead-lock');
const lockFolder = join(root, 'build', 'install.lock');
let holdsLock = false;

try {
  ensureInstall();
} catch (error) {
  fail(plainReason(`${error.code ?? ''} ${error.message}`));
}

function ensureInstall() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Fairlead needs Node 20 or newer; this is ${process.version}.`);
  if (isCurrent()) return;
  takeLock();
  try {
    if (!isCurrent()) install();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** Whether the installed packages are those of package-lock.json, by our stamp or by npm's own record. */
function isCurrent() {
  if (!existsSync(join(root, 'node_modules', 'node', 'bin', 'node'))) return false;
  const expected = stamp();
  if (readIfThere(stampFile) === expected) return true;
  const installed = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  if (!holdsAll(JSON.parse(installed).packages)) return false;
  try {
    writeFileSync(stampFile, expected);
  } catch {
    // A folder that cannot be written to is compared again next time.
  }
  return true;
}

function stamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}\n`;
}

function holdsAll(installed) {
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    const maybe = (entry.optional || entry.devOptional) && !isForThisMachine(entry);
    if (path === '' || entry.peer || maybe) return true;
    return installed[path]?.version === entry.version;
  });
}

/**
 * Whether an optional package holds binaries for this machine, such as the embedded PostgreSQL: an installation that left
 * out what is optional lacks those too.
 */
function isForThisMachine({ os, cpu, libc }) {
  if (!os?.includes(process.platform) || !(cpu?.includes(process.arch) ?? true)) return false;
  if (libc === undefined) return true;
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return libc.includes(isGlibc ? 'glibc' : 'musl');
}

/** One installation at a time: the folder is the lock, and the lock of a process that is gone is taken over. */
function takeLock() {
  const startedAt = Date.now();
  mkdirSync(dirname(lockFolder), { recursive: true });
  for (let announced = false; ; announced = true) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(join(lockFolder, 'pid'), String(process.pid));
      holdsLock = true;
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const pid = Number(readIfThere(join(lockFolder, 'pid')) ?? 0);
    if (!announced && pid) say('Another process is installing the packages; waiting for it.');
    wait(500);
    const still = Number(readIfThere(join(lockFolder, 'pid')) ?? 0);
    const abandoned = !isAlive(pid) || Date.now() - startedAt > 15 * 60_000;
    if (still === pid && abandoned) rmSync(lockFolder, { recursive: true, force: true });
  }
}

function install() {
  say('Installing the packages (once, takes a minute or so) …');
  const startedAt = Date.now();
  const [command, ...before] = npmCommand();
  const options = [
    '--include=dev',
    '--include=optional',
    '--ignore-scripts=false',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  const result = spawnSync(command, [...before, 'ci', ...options, '--loglevel=error', '--progress=false'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: undefined },
  });
  if (result.error) fail(plainReason(`${result.error.code} ${result.error.message}`));
  if (result.status !== 0) fail(plainReason(`${result.stderr}\n${result.stdout}`));
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const check = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (check.status !== 0)
    fail(
      `The packages are installed, but Node 26 does not run here (${process.platform} ${process.arch}): ${(check.stderr ?? check.error?.message ?? '').trim()}`,
    );
  writeFileSync(stampFile, stamp());
  say(`Packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

/** npm as it was called, run by a Node outside node_modules: the one inside is about to be replaced. */
function npmCommand() {
  const npm = process.env.npm_execpath;
  if (!npm?.endsWith(`npm-cli.js`)) return ['npm'];
  const inside = join(root, 'node_modules') + sep;
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder && !folder.includes('node_modules'));
  const own = [process.env.npm_node_execpath, ...folders.map((folder) => join(folder, 'node'))];
  const outside = own.find((path) => path && !path.startsWith(inside) && existsSync(path));
  return [outside ?? process.execPath, npm];
}

function plainReason(output) {
  if (/ENOSPC/.test(output))
    return 'The packages cannot be installed: the disk is full. Free some space and run it again.';
  if (/EROFS/.test(output)) return `The packages cannot be installed: ${root} is on a read-only disk.`;
  if (/EACCES|EPERM/.test(output))
    return `The packages cannot be installed: this user may not write in ${root} or in npm's cache.`;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(output))
    return 'The packages cannot be installed: the npm registry cannot be reached. Check the network (or the proxy) and run it again.';
  if (/EUSAGE|can only install packages when/.test(output))
    return 'The packages cannot be installed: package-lock.json does not fit package.json. Run npm install.';
  if (/ENOENT.*npm|npm.*ENOENT/.test(output) && output.length < 200)
    return 'The packages cannot be installed: npm was not found.';
  return `The packages cannot be installed. npm said:\n${output.trim().split('\n').slice(-15).join('\n')}`;
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function wait(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  if (holdsLock) rmSync(lockFolder, { recursive: true, force: true });
  process.exit(1);
}
