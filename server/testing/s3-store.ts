import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';

/** A real S3 server on this machine, with one bucket. */
export interface S3Store {
  /** The section `objects` of a configuration that uses it. */
  settings: Record<string, string | boolean>;
  /** Lets it be away until it is started again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts an S3 server, or uses the one that FAIRLEAD_TEST_S3 names as the section `objects` in JSON: that one stays up. */
export async function openS3Store(): Promise<S3Store> {
  const given = process.env['FAIRLEAD_TEST_S3'];
  return given === undefined ? startS3rver() : openGiven(JSON.parse(given) as S3Store['settings']);
}

async function openGiven(settings: S3Store['settings']): Promise<S3Store> {
  const client = new S3Client({
    endpoint: String(settings['endpoint']),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: String(settings['accessKey']),
      secretAccessKey: String(settings['secretKey']),
    },
  });
  await client.send(new CreateBucketCommand({ Bucket: String(settings['bucket']) }));
  client.destroy();
  return {
    settings: { ...settings, prefix: `${randomUUID()}/` },
    stop: async () => {},
    start: async () => {},
    close: async () => {},
  };
}

async function startS3rver(): Promise<S3Store> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-s3-'));
  const serve = (port: number) =>
    new S3rver({
      address: '127.0.0.1',
      port,
      silent: true,
      directory,
      configureBuckets: [{ name: 'fairlead', configs: [] }],
    });
  let server = serve(0);
  const { port } = await server.run();
  return {
    settings: {
      kind: 's3',
      endpoint: `http://127.0.0.1:${port}`,
      bucket: 'fairlead',
      prefix: 'objects/',
      accessKey: 'S3RVER',
      secretKey: 'S3RVER',
      forcePathStyle: true,
    },
    stop: () => server.close(),
    start: async () => {
      server = serve(port);
      await server.run();
    },
    close: async () => {
      // It may be stopped already.
      await server.close().catch(() => {});
      await rm(directory, { recursive: true, force: true });
    },
  };
}
