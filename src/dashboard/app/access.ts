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

let current: Access = { state: 'open', token: sessionStorage.getItem(name) ?? undefined };
const listeners = new Set<() => void>();

export const access = (): Access => current;

export function onAccessChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Access): void {
  current = next;
  for (const listener of listeners) listener();
}

export function signIn(token: string): void {
  sessionStorage.setItem(name, token);
  change({ state: 'open', token });
}

export function signOut(): void {
  sessionStorage.removeItem(name);
  change({ state: 'open', token: undefined });
}

/** The gateway has refused what was sent with this token (undefined: without one); old news of an earlier one is ignored. */
export function refused(token: string | undefined, because: string): void {
  if (current.state !== 'open' || current.token !== token) return;
  sessionStorage.removeItem(name);
  change({ state: 'refused', because });
}

export const tokenNow = (): string | undefined => (current.state === 'open' ? current.token : undefined);

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
