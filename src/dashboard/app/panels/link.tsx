import type { ComponentChildren } from 'preact';
import type { View } from '../address.js';
import { useNavigationContext } from '../use-view.js';

interface LinkProps {
  readonly to: View;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly isCurrent?: boolean;
}

/** A link to another view of the page: opens in place, or wherever the browser is told to open it. */
export function Link({ to, children, isCurrent, ...rest }: LinkProps) {
  const { show, urlOf } = useNavigationContext();
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(to);
  };
  return (
    <a href={urlOf(to)} onClick={follow} aria-current={isCurrent === true ? 'page' : undefined} {...rest}>
      {children}
    </a>
  );
}
