import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerName, readStandardName } from './file-name.ts';
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

test('names of standard files sort in the order the files were made', () => {
  const first = readStandardName('KOWHAI_EMP_DELTA_20261124T020000Z_999.csv');
  const second = readStandardName('KOWHAI_EMP_DELTA_20261124T020000Z_1000.csv');
  assert.ok((first?.sequence ?? '') < (second?.sequence ?? ''));
  assert.deepEqual([first?.customer, first?.type, first?.mode], ['KOWHAI', 'EMP', 'DELTA']);
  for (const name of [
    'kowhai_EMP_FULL_20261124T020000Z_001.csv',
    'KOWHAI_EMP_HALF_20261124T020000Z_001.csv',
    'x.csv',
  ])
    assert.equal(readStandardName(name), undefined, name);
  assert.equal(answerName('A_EMP.csv', '.ack.json'), 'A_EMP.ack.json');
});
