/** A stretch of bytes: from `start` up to `end`, which is not in it. */
export interface Extent {
  start: number;
  end: number;
}

/** Adds a stretch to a list of stretches that are apart and in order, joining what touches. Changes the list it is given. */
export function withExtent(extents: Extent[], start: number, end: number): Extent[] {
  const last = extents.at(-1);
  if (last === undefined || start > last.end) {
    extents.push({ start, end });
    return extents;
  }
  if (start === last.end) {
    last.end = end;
    return extents;
  }
  const first = firstEndingAt(extents, start);
  let count = 0;
  let joined: Extent = { start, end };
  for (let at = first; at < extents.length; at++) {
    const one = extents[at];
    if (one === undefined || one.start > end) break;
    joined = { start: Math.min(joined.start, one.start), end: Math.max(joined.end, one.end) };
    count++;
  }
  extents.splice(first, count, joined);
  return extents;
}

/** What is left of a list of stretches before a position. */
export function cutExtents(extents: Extent[], end: number): Extent[] {
  return extents
    .filter((one) => one.start < end)
    .map((one) => ({ start: one.start, end: Math.min(one.end, end) }));
}

/** Index of the first stretch that ends at or after a position. */
function firstEndingAt(extents: Extent[], position: number): number {
  let low = 0;
  let high = extents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((extents[middle]?.end ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
