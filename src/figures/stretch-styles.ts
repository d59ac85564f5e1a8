/** What became of a stretch of a session, in the words of its reader. */
export type StretchKind = 'proven' | 'uncertain' | 'skipped' | 'paused' | 'buffering' | 'hidden' | 'idle';

/** How each kind is drawn: a colour that colour-blind readers can tell apart, and a dash for those who see none. */
export const stretchStyles: Readonly<
  Record<StretchKind, { readonly says: string; readonly colour: string; readonly dash: string | undefined }>
> = {
  proven: { says: 'watched, proven', colour: 'var(--stretch-proven, #0072b2)', dash: undefined },
  hidden: { says: 'watched while hidden', colour: 'var(--stretch-hidden, #8a3c8f)', dash: '10 3' },
  uncertain: { says: 'uncertain', colour: 'var(--stretch-uncertain, #b45309)', dash: '5 3' },
  skipped: { says: 'skipped', colour: 'var(--stretch-skipped, #b3261e)', dash: '2 3' },
  paused: { says: 'paused', colour: 'var(--stretch-paused, #536173)', dash: undefined },
  buffering: { says: 'buffering', colour: 'var(--stretch-buffering, #8a6d00)', dash: '1 3' },
  idle: { says: 'not playing', colour: 'var(--stretch-idle, #7a8694)', dash: '1 5' },
};
