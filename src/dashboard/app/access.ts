/**
 * The token that the page shows the gateway. It stands in the tab's sessionStorage and nowhere else: not in the URL, not
 * in a cookie, and it is gone when the tab is closed.
 */
export type Access =
  | { readonly state: 'open'; readonly token: string | undefined }
  /** The gateway wants a token, or another one. */
  | { readonly state: 'refused'; readonly because: string };

const name = 'playhead.token';
/** As the gateway takes it: three parts of letters, digits, `-` and `_`. */
const tokenPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export const isToken = (text: string): boolean => tokenPattern.test(text) && text.length <= 4_096;

/** What people paste: spaces around it, `Bearer ` before it. */
export const trimToken = (text: string): string => text.trim().replace(/^Bearer\s+/i, '');

/** Where the token is kept. */
export interface TokenStore {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface AccessHolder {
  readonly now: () => Access;
  /** The token to send, if there is one. */
  readonly token: () => string | undefined;
  /** Calls back whenever access changes, until the function that comes back is called. */
  readonly onChange: (listener: () => void) => () => void;
  readonly signIn: (token: string) => void;
  readonly signOut: () => void;
  /** The gateway has refused what was sent with this token (undefined: without one); old news of an earlier one is ignored. */
  readonly refused: (token: string | undefined, because: string) => void;
}

/** Takes up the token that the store holds, and keeps the store as it is told. */
export function holdAccess(store: TokenStore): AccessHolder {
  let current: Access = { state: 'open', token: store.getItem(name) ?? undefined };
  const listeners = new Set<() => void>();
  const change = (next: Access) => {
    current = next;
    for (const listener of listeners) listener();
  };
  const token = () => (current.state === 'open' ? current.token : undefined);
  return {
    now: () => current,
    token,
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn: given => {
      store.setItem(name, given);
      change({ state: 'open', token: given });
    },
    signOut: () => {
      store.removeItem(name);
      change({ state: 'open', token: undefined });
    },
    refused: (sent, because) => {
      if (current.state !== 'open' || current.token !== sent) return;
      store.removeItem(name);
      change({ state: 'refused', because });
    },
  };
}

/** What requests carry. */
export const authorization = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/**
 * The role that the token claims: only to offer what the role may do, the gateway decides. Undefined where there is no
 * token, or none that can be read.
 */
export function roleOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  try {
    const payload = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    if (typeof claims !== 'object' || claims === null) return undefined;
    return 'role' in claims && typeof claims.role === 'string' ? claims.role : 'analyst';
  } catch {
    // Not a token that can be read: the gateway will say so.
    return undefined;
  }
}
