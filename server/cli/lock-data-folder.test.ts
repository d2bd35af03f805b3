import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lockDataFolder } from './lock-data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a claim is released, one of a process that is gone is taken over, and no other file stays', () => {
  lockDataFolder(folder)();
  assert.deepEqual(readdirSync(folder), []);
  writeFileSync(join(folder, 'fairlead.pid'), '999999999');
  const release = lockDataFolder(folder);
  assert.equal(readFileSync(join(folder, 'fairlead.pid'), 'utf8'), String(process.pid));
  assert.deepEqual(readdirSync(folder), ['fairlead.pid']);
  release();
});

test('of many that start at once on a stale claim exactly one gets the folder', async () => {
  const code = `
    import { lockDataFolder } from ${JSON.stringify(new URL('./lock-data-folder.ts', import.meta.url).href)};
    process.stdin.once('data', () => {
      try { lockDataFolder(process.argv[1]); process.stdout.write('got'); } catch { process.stdout.write('not'); }
    });
    process.stdin.once('end', () => process.exit());
    process.stdout.write('ready');
  `;
  // Named like the program, by which a holder is known for one.
  const starters = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code, folder, 'main.ts'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  await Promise.all(starters.map((one) => once(one.stdout, 'data')));
  writeFileSync(join(folder, 'fairlead.pid'), '999999999');
  const answers = starters.map(async (one) => String(await once(one.stdout, 'data')));
  for (const one of starters) one.stdin.write('go');
  const got = (await Promise.all(answers)).filter((answer) => answer === 'got');
  for (const one of starters) one.stdin.end();
  await Promise.all(starters.map((one) => once(one, 'exit')));
  assert.equal(got.length, 1);
});
