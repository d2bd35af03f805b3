import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../checks/project-files.ts';

const journey = (args: string[]) =>
  spawnSync(process.execPath, [join(root, 'scripts', 'journey.ts'), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });

test('an option that is none, or holds no number, is refused in one sentence', () => {
  for (const [args, about] of [
    [['--employee', '5'], /^Unknown option '--employee'\. There are: --employees, /],
    [['--employees', 'many'], /^--employees takes a whole number from 1 on, not "many"\.\n$/],
  ] as const) {
    const { status, stderr } = journey([...args]);
    assert.match(stderr, about);
    assert.equal(status, 2);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
});

test('a journey whose server does not start says so, and ends with its line of JSON', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-journey-test-'));
  try {
    const ended = journey(['--data-dir', folder, '--base-url', 'http://127.0.0.1:9']);
    assert.equal(ended.status, 1);
    assert.notEqual(ended.stderr, '');
    const { seconds, ...told } = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '');
    assert.deepEqual(told, { journey: 'KOWHAI', steps: [], live: false });
    assert.ok(seconds > 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
