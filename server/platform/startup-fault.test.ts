import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { diskFault } from './startup-fault.ts';

/** What the operating system itself says when something cannot be done. */
function faultOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('it could be done');
}

test('a full disk is told in one sentence, whoever found it full', {
  skip: process.platform !== 'linux',
}, () => {
  const file = openSync('/dev/full', 'w');
  const full = faultOf(() => writeSync(file, 'text'));
  closeSync(file);
  for (const found of [full, 'FATAL:  could not write lock file: No space left on device'])
    assert.match(
      diskFault(found, '/data')?.message ?? '',
      /^The disk is full: \/data needs space\. .*start again\.$/,
    );
});

test('a place where nothing can be made is told with what to do instead', {
  skip: process.platform !== 'linux',
}, () => {
  const unmakeable = faultOf(() => mkdirSync('/proc/fairlead'));
  assert.match(diskFault(unmakeable, '/proc/fairlead')?.message ?? '', /cannot be made.*--data-dir/);
  const readOnly = 'initdb: error: could not create directory "/data": Read-only file system';
  assert.match(diskFault(readOnly, '/data')?.message ?? '', /read-only disk\..*--data-dir/);
});

test('what is no fault of the disk stays what it is', () => {
  assert.equal(diskFault(new Error('the queue is empty'), '/data'), undefined);
});
