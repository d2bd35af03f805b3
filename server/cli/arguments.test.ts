import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartupFault } from '#platform/startup-fault.ts';
import { readArguments } from './arguments.ts';

test('start takes its options and opens every role', () => {
  assert.deepEqual(readArguments(['start', '--port', '5000', '--data-dir', 'elsewhere', '--no-demo']), {
    command: 'start',
    port: 5000,
    dataDir: 'elsewhere',
    demonstration: false,
    console: true,
    roles: ['web', 'worker', 'sftp', 'smtp'],
  });
});

for (const [what, argv, message] of [
  ['an unknown command', ['strat'], /no command "strat"/],
  ['an unknown option', ['start', '--prot', '1'], /--prot/],
  ['an option of another command', ['migrate', '--port', '1'], /"migrate" has no option --port/],
  ['a port that is no number', ['start', '--port', '44oo'], /not "44oo"/],
  ['a port whose companions would not fit', ['start', '--port', '65530'], /65510/],
  ['an empty folder name', ['start', '--data-dir', ''], /needs the name of a folder/],
  ['an unknown role', ['serve', '--roles', 'web,ftp'], /not "ftp"/],
] as const) {
  test(`${what} is refused in a sentence that names it`, () => {
    assert.throws(
      () => readArguments([...argv]),
      (error: Error) => {
        assert.ok(error instanceof StartupFault);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('\n'));
        return true;
      },
    );
  });
}
