import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFileName, kindOfName, resolvePath } from './home-path.ts';

test('no path leads out of the home, and resolving twice changes nothing', () => {
  const part = fc.constantFrom('..', '.', '', 'in', 'a b', 'ā', '...', 'etc', '\\..');
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (parts, isAbsolute) => {
      const { path, folder, name } = resolvePath(`${isAbsolute ? '/' : ''}${parts.join('/')}`);
      assert.ok(path.startsWith('/'));
      assert.ok(!path.split('/').includes('..'));
      assert.equal(resolvePath(path).path, path);
      assert.equal(folder === '/' ? `/${name}` : `${folder}/${name}`, path);
    }),
  );
  assert.equal(resolvePath('../../etc/passwd').path, '/etc/passwd');
});

test('what a name means: a part is no file yet', () => {
  for (const name of ['a.csv.part', 'a.filepart', '.hidden', 'a.csv.PART', 'x.tmp', 'x.partial'])
    assert.equal(kindOfName(name), 'partial', name);
  assert.equal(kindOfName('a.ctl.json'), 'control');
  assert.equal(kindOfName('probe-0a1b.txt'), 'probe');
  assert.equal(kindOfName('KOWHAI_EMP_FULL_20261124T020000Z_001.csv'), 'data');
  assert.equal(isFileName('ā'.repeat(127)), true);
  for (const name of ['', 'ā'.repeat(128), 'a\nb', 'a\u007f']) assert.equal(isFileName(name), false);
});
