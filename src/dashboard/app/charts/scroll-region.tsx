import type { ComponentChildren } from 'preact';

interface ScrollRegionProps {
  readonly label: string;
  /** Scrolls sideways only. */
  readonly isTall?: boolean;
  readonly children: ComponentChildren;
}

/** A part that scrolls by itself, which those without a mouse must be able to reach. */
export function ScrollRegion({ label, isTall, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, what scrolls must be reachable by keyboard
    <section class={isTall === true ? 'scroll tall' : 'scroll'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
