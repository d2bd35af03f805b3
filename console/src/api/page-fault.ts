const known = new Map<string, string>();

/**
 * The id by which a fault of the page itself is found again in the browser's console and in the server's log. The server
 * hears its kind and where in the script it happened, never its words: they may hold what somebody typed.
 */
export function faultIdOf(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const places = [...(error.stack ?? '').matchAll(/[\w.-]+\.(?:js|tsx?):\d+:\d+/g)].map(([place]) => place);
  // A page that is drawn again goes wrong again at the same place: that is one fault, told once.
  const key = `${error.name} ${error.message} ${places[0]}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const id = `flt_${crypto.getRandomValues(new Uint32Array(2)).join('')}`;
  known.set(key, id);
  console.error(id, thrown);
  void fetch('/api/page-faults', {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, kind: error.name, places: places.slice(0, 8) }),
  }).catch(() => {
    // Without a connection it stands in the browser's console alone.
  });
  return id;
}
