import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-replace-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const replacing = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  import { replaceFolder } from ${JSON.stringify(new URL('./replace-folder.ts', import.meta.url).href)};
  for (let n = 0; n < 50; n++) {
    const made = process.argv[1] + '/made.' + process.pid;
    mkdirSync(made);
    for (const name of ['page', 'script']) writeFileSync(made + '/' + name, process.pid + ' ' + n);
    replaceFolder(made, process.argv[1] + '/place');
  }`;

test('of several that put their folder in the same place one is there in the end, whole, and no remains', async () => {
  const ended = await Promise.all(
    Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', replacing, folder], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return new Promise((done) => child.once('close', done));
    }),
  );
  assert.deepEqual(ended, [0, 0, 0]);
  assert.deepEqual(readdirSync(folder), ['place']);
  assert.deepEqual(readdirSync(join(folder, 'place')).sort(), ['page', 'script']);
  const [page, script] = ['page', 'script'].map((name) => readFileSync(join(folder, 'place', name), 'utf8'));
  assert.equal(page, script);
});
