import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../checks/project-files.ts';

test('a journey whose server does not start says so, and ends with its line of JSON', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-journey-test-'));
  try {
    const args = [
      join(root, 'scripts', 'journey.ts'),
      '--data-dir',
      folder,
      '--base-url',
      'http://127.0.0.1:9',
    ];
    const ended = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
    assert.equal(ended.status, 1);
    assert.notEqual(ended.stderr, '');
    const { seconds, ...told } = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
    assert.deepEqual(told, { journey: 'KOWHAI', steps: [], live: false });
    assert.ok(seconds > 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
