import { type Config, publicUrl } from '#platform/config.ts';

const yearInSeconds = 31_536_000;

/** The headers by which a browser is told to protect every answer; pages add a stricter policy of their own. */
export function protectionOf(config: Config): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "frame-ancestors 'self'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(publicUrl(config).startsWith('https:')
      ? { 'strict-transport-security': `max-age=${yearInSeconds}` }
      : {}),
  };
}
