import { type Range, shiftDay } from '../address.js';

interface RangeFormProps {
  readonly range: Range;
  /** The newest day with data, from which the presets count back. */
  readonly newest: string;
  readonly change: (range: Range) => void;
}

const presets = [7, 28, 90] as const;

/** The period of all numbers on the page, in UTC days. */
export function RangeForm({ range, newest, change }: RangeFormProps) {
  const submit = (event: Event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const fields = new FormData(event.currentTarget);
    const from = String(fields.get('from'));
    const to = String(fields.get('to'));
    if (from !== '' && to !== '') change(from <= to ? { from, to } : { from: to, to: from });
  };
  return (
    <form class="range" onSubmit={submit} aria-label="Period">
      <label>
        From <input type="date" name="from" value={range.from} required />
      </label>
      <label>
        to <input type="date" name="to" value={range.to} required />
      </label>
      <button type="submit">Show</button>
      {presets.map(days => (
        <button
          key={days}
          type="button"
          class="quiet"
          onClick={() => change({ from: shiftDay(newest, 1 - days), to: newest })}
        >
          {days} days
        </button>
      ))}
      <span class="unit">UTC</span>
    </form>
  );
}
