import { createHash } from 'node:crypto';

/** A text with its length before it, so that no two lists of texts read the same; what is absent differs from empty. */
const part = (text: string | null) => (text === null ? '-' : `${text.length}:${text}`);
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** DESIGN 5: a hash of user, video, player and start. */
export const sessionId = (userId: string, videoId: string, playerId: string | null, startUs: number): string =>
  md5([part(userId), part(videoId), part(playerId), startUs].join('|'));

/** A hash of the user and the visit's first event. */
export const visitId = (userId: string, visitStartUs: number): string => md5([part(userId), visitStartUs].join('|'));

/** The UTC day of an instant in microseconds. */
export const dayOf = (us: number): string => new Date(us / 1000).toISOString().slice(0, 10);
