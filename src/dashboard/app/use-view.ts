import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { readView, type View, viewUrl } from './address.js';

export interface Navigation {
  readonly view: View;
  /** Shows another view and remembers this one for the way back. */
  readonly show: (view: View) => void;
  readonly urlOf: (view: View) => string;
}

/** The view in the URL; showing another one pushes it, back and forward bring views back. */
export function useNavigation(): Navigation {
  const [search, setSearch] = useState(location.search);
  useEffect(() => {
    const restore = () => setSearch(location.search);
    addEventListener('popstate', restore);
    return () => removeEventListener('popstate', restore);
  }, []);
  const view = useMemo(() => readView(search), [search]);
  const urlOf = useCallback((next: View) => viewUrl(next, location.search), []);
  const show = useCallback((next: View) => {
    const url = viewUrl(next, location.search);
    const isOtherPage = readView(location.search).page !== next.page;
    history.pushState(null, '', url);
    setSearch(url);
    if (isOtherPage) scrollTo(0, 0);
  }, []);
  return useMemo(() => ({ view, show, urlOf }), [view, show, urlOf]);
}

export const NavigationContext = createContext<Navigation | undefined>(undefined);

export function useNavigationContext(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === undefined) throw new Error('a link outside of the page');
  return navigation;
}
