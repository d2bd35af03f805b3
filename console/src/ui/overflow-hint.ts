import { type RefObject, useEffect } from 'react';

/** Marks on which sides a scrolling element holds more than it shows (data-more); its edge fades there, see styles.css. */
export function useOverflowHint(ref: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const mark = () => {
      const left = element.scrollLeft;
      const right = element.scrollWidth - element.clientWidth - left;
      element.dataset.more = [left > 1 && 'left', right > 1 && 'right'].filter(Boolean).join(' ');
    };
    mark();
    const sizes = new ResizeObserver(mark);
    sizes.observe(element);
    if (element.firstElementChild) sizes.observe(element.firstElementChild);
    element.addEventListener('scroll', mark, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', mark);
    };
  }, [ref]);
}
