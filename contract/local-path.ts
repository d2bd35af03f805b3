const origin = 'https://here.invalid';

/**
 * The path, query and fragment of a page to go back to after sign-in, such as "/customers?q=k%C5%8Dwhai"; undefined for
 * another site however it is spelt, for what is no page (the API), and for the sign-in pages themselves.
 */
export function localPathOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 1000 || !/^\/(?![/\\])/.test(text)) return undefined;
  if (/[\\\p{Cc}]/u.test(text) || !URL.canParse(text, origin)) return undefined;
  const url = new URL(text, origin);
  if (url.origin !== origin || url.pathname.startsWith('//') || /%2f|%5c/i.test(url.pathname))
    return undefined;
  if (/^\/(api|v1|in|sign-in)(\/|$)/.test(url.pathname)) return undefined;
  return `${url.pathname}${url.search}${url.hash}`;
}
