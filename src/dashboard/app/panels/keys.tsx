import { useEffect, useRef, useState } from 'preact/hooks';
import type { Navigation } from '../use-view.js';

const keys = [
  ['/', 'search videos'],
  ['o', 'overview'],
  ['v', 'all videos'],
  ['d', 'data quality'],
  ['r', 'ask for newer numbers'],
  ['?', 'this list'],
] as const;

const setting = 'playhead.keys';

/** True where a key is text and no command. */
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable]') !== null;

/** Keys for all that is often needed, with a list of them; they can be switched off (WCAG 2.1.4). */
export function Keys({ view: { range }, show, retry }: Pick<Navigation, 'view' | 'show'> & { retry: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOn, setOn] = useState(localStorage.getItem(setting) !== 'off');
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (dialog.current?.open === true) return;
      if (act(event.key)) event.preventDefault();
    };
    const act = (key: string): boolean => {
      switch (key) {
        case '/':
          document.getElementById('search')?.focus();
          return true;
        case 'o':
          show({ page: 'overview', rankBy: 'WATCH_TIME_S', range });
          return true;
        case 'v':
          show({ page: 'videos', search: '', range });
          return true;
        case 'd':
          show({ page: 'quality', range });
          return true;
        case 'r':
          retry();
          return true;
        case '?':
          dialog.current?.showModal();
          return true;
        default:
          return false;
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isOn, range, show, retry]);
  const turn = (on: boolean) => {
    localStorage.setItem(setting, on ? 'on' : 'off');
    setOn(on);
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => dialog.current?.showModal()}>
        Keys
      </button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">
          {keys.map(([key, says]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
        <p>
          <label>
            <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => turn(currentTarget.checked)} /> Keys
            are on
          </label>
        </p>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
