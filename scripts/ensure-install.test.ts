import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const version = '1.0.0';
const here = { version, optional: true, os: [process.platform], cpu: [process.arch] };
const wanted = {
  '': {},
  'node_modules/plain': { version },
  'node_modules/native-here': here,
  'node_modules/native-elsewhere': { ...here, os: ['elsewhere'] },
  'node_modules/extra': { version, optional: true },
};

/** Runs the script on a project of its own, where no npm is: it says nothing when it finds the packages to be current. */
function looks(installed: object): { status: number | null; said: string } {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-install-'));
  folders.push(root);
  for (const folder of ['scripts', 'node_modules/node/bin'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(
    fileURLToPath(new URL('ensure-install.js', import.meta.url)),
    join(root, 'scripts/ensure-install.js'),
  );
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'node_modules/node/bin/node'), '');
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  const ran = spawnSync(process.execPath, [join(root, 'scripts/ensure-install.js')], {
    encoding: 'utf8',
    env: { PATH: root },
  });
  return { status: ran.status, said: ran.stderr };
}

test('packages that are installed as locked are left alone, whatever other machines and optional features need', () => {
  const { 'node_modules/plain': plain, 'node_modules/native-here': native } = wanted;
  assert.deepEqual(looks({ 'node_modules/plain': plain, 'node_modules/native-here': native }), {
    status: 0,
    said: '',
  });
});

test('an installation that left out the binaries for this machine is made again', () => {
  const { status, said } = looks({ 'node_modules/plain': wanted['node_modules/plain'] });
  assert.equal(status, 1);
  assert.match(said, /^Installing the packages.*\n.*npm was not found\.\n$/);
});
