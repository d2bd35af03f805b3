import { connect } from 'node:net';

/** Speaks SMTP line by line and gives back the reply to each line; stops at the first refusal. */
export async function speakSmtp(
  address: { host: string; port: number },
  lines: string[],
  content?: Iterable<string | Buffer>,
): Promise<string[]> {
  const socket = connect(address.port, address.host);
  socket.setTimeout(30_000, () => socket.destroy(new Error('no reply over SMTP')));
  const replies: string[] = [];
  let buffered = '';
  const next = async (): Promise<string> => {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(buffered);
      if (whole !== null) {
        buffered = buffered.slice(whole[0].length);
        replies.push(whole[0].trim());
        return whole[0];
      }
      const { value, done } = await incoming.next();
      if (done) return '000 closed';
      buffered += String(value);
    }
  };
  const incoming = socket[Symbol.asyncIterator]();
  try {
    await next();
    for (const line of lines) {
      socket.write(`${line}\r\n`);
      if (Number((await next()).slice(0, 3)) >= 400) return replies;
    }
    if (content === undefined) return replies;
    for (const piece of content)
      if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve));
    socket.write('\r\n.\r\n');
    await next();
    return replies;
  } finally {
    socket.destroy();
  }
}

/** Hands a whole mail to the helpdesk and gives the last reply. */
export async function sendRawMail(
  address: { host: string; port: number },
  from: string,
  lines: string[],
): Promise<string> {
  const replies = await speakSmtp(
    address,
    ['EHLO customer.example', `MAIL FROM:<${from}>`, 'RCPT TO:<helpdesk@vendor.example>', 'DATA'],
    [lines.join('\r\n')],
  );
  return replies.at(-1) ?? '';
}
