import type { FastifyReply } from 'fastify';

/** Sends a file from a mail so that a browser saves it and never runs it. */
export function sendAttachment(
  reply: FastifyReply,
  file: { name: string; type: string },
  bytes: Buffer,
): FastifyReply {
  const plain = file.name.replace(/[^\w.() -]/g, '_');
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream';
  return reply
    .header('content-type', type)
    .header(
      'content-disposition',
      `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    )
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .send(bytes);
}
