import { useEffect, useState } from 'preact/hooks';

/** So far below the window a part counts as in view: what it shows is there when the reader scrolls to it. */
const margin = '300px';

interface Seen {
  /** Also true after so long: screen readers and printers do not scroll. Milliseconds. */
  readonly afterMs?: number;
}

/** True from the moment at which a part of the page comes into view, or the page is to be printed. */
export function useSeen(holder: { readonly current: Element | null }, { afterMs }: Seen = {}): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (isSeen || holder.current === null) return;
    const see = () => setSeen(true);
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) see();
      },
      { rootMargin: margin },
    );
    observer.observe(holder.current);
    const timer = afterMs === undefined ? undefined : setTimeout(see, afterMs);
    addEventListener('beforeprint', see);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      removeEventListener('beforeprint', see);
    };
  }, [holder, afterMs, isSeen]);
  return isSeen;
}
