import type { Connection, ServerChannel } from 'ssh2';

/** Most channels of one connection, whatever they are used for. */
const maxChannels = 10;

/**
 * Lets a connection that has signed in open channels, and serves the sftp subsystem on each. A command or a shell, such as
 * the scp protocol of `scp -O`, is refused at once: the reason on stderr, and exit status 1.
 */
export function serveChannels(client: Connection, serveSftp: (channel: ServerChannel) => void): void {
  // The library never forgets a session on which nothing was started, so that one keeps counting.
  let channels = 0;
  client.on('session', (accept, reject) => {
    if (channels >= maxChannels) return void reject();
    channels += 1;
    const session = accept();
    session.on('error' as never, () => {});
    // Absent when the session has a channel already.
    const counted = (channel: ServerChannel | undefined) => {
      channel?.once('close', () => {
        channels -= 1;
      });
      return channel;
    };
    session.on('pty', (acceptPty) => acceptPty?.());
    session.on('shell', (acceptShell) => {
      refuseCommand(
        counted(acceptShell()),
        'Only SFTP is offered here: connect with sftp instead of ssh.\r\n',
      );
    });
    session.on('exec', (acceptCommand, _reject, { command }) => {
      refuseCommand(counted(acceptCommand()), /^\s*scp\s/.test(command) ? scpRefusal : commandRefusal);
    });
    session.on('subsystem', (acceptSubsystem, rejectSubsystem, { name }) => {
      if (name !== 'sftp') return void rejectSubsystem?.();
      const channel = counted(acceptSubsystem());
      if (channel !== undefined) serveSftp(channel);
    });
  });
}

const commandRefusal = 'Only SFTP is offered here: no command is run.\n';
const scpRefusal =
  'The old scp protocol is not offered here: use sftp, or scp over SFTP (OpenSSH 9 without -O, OpenSSH 8.7 with -s).\n';

function refuseCommand(channel: ServerChannel | undefined, reason: string): void {
  if (channel === undefined) return;
  channel.on('error', () => {});
  channel.resume();
  channel.stderr.write(reason);
  channel.exit(1);
  channel.end();
  channel.close();
}
