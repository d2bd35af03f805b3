import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writePrivateFile } from './write-private-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-private-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a private file is replaced whole, only its owner reads it, and nothing else stays', () => {
  const file = join(folder, 'key');
  writePrivateFile(file, 'a longer first text');
  writePrivateFile(file, 'second');
  assert.equal(readFileSync(file, 'utf8'), 'second');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('a file that cannot be replaced stays as it was, and leaves nothing beside it', () => {
  const taken = join(folder, 'taken');
  mkdirSync(join(taken, 'inside'), { recursive: true });
  assert.throws(() => writePrivateFile(taken, 'text'));
  assert.deepEqual(readdirSync(taken), ['inside']);
  assert.ok(readdirSync(folder).every((name) => !name.endsWith('.new')));
});
