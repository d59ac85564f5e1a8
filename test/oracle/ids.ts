import { createHash } from 'node:crypto';

/** A text with its length before it, so that no two lists of texts read the same; what is absent differs from empty. */
const part = (text: string | null) => (text === null ? '-' : `${text.length}:${text}`);
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export interface Named {
  readonly userId: string;
  readonly videoId: string;
  readonly playerId: string | null;
  readonly startUs: number;
  /** Which one it is of those that all of this is the same of. */
  readonly nth: number;
}

/** DESIGN 5: a hash of user, video, player and start; and of its turn where another began before it in that instant. */
export const sessionId = ({ userId, videoId, playerId, startUs, nth }: Named): string =>
  md5([part(userId), part(videoId), part(playerId), startUs, ...(nth > 1 ? [nth] : [])].join('|'));

/** A hash of the user and the visit's first event. */
export const visitId = (userId: string, visitStartUs: number): string => md5([part(userId), visitStartUs].join('|'));

/** The UTC day of an instant in microseconds. */
export const dayOf = (us: number): string => new Date(us / 1000).toISOString().slice(0, 10);
