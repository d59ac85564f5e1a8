import { ScrollRegion } from '../charts/scroll-region.js';
import type { Quality, QualityRule } from '../documents.js';

const words = { PASSED: 'passed', FAILED: 'failed', UNKNOWN: 'nothing to check' } as const;
const marks = { PASSED: '✓', FAILED: '✗', UNKNOWN: '–' } as const;
const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

const measured = ({ value, threshold }: QualityRule) =>
  value === null ? '' : `${figure.format(value)}${threshold === null ? '' : ` (limit ${figure.format(threshold)})`}`;

/** Every data-quality rule with what it found. */
export function QualityPanel({ quality }: { quality: Quality }) {
  return (
    <section class="panel wide" id="quality" aria-labelledby="quality-title">
      <h2 id="quality-title">
        Data quality <span class="unit">of the newest run</span>
      </h2>
      <ScrollRegion label="Data-quality rules">
        <table>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">State</th>
              <th scope="col">Severity</th>
              <th scope="col">Found</th>
              <th scope="col">Rows</th>
            </tr>
          </thead>
          <tbody>
            {quality.rules.map(rule => (
              <tr key={rule.rule}>
                <td title={rule.says}>{rule.title}</td>
                <td class={`state ${rule.state.toLowerCase()}`}>
                  {marks[rule.state]} {words[rule.state]}
                </td>
                <td>{rule.severity.toLowerCase()}</td>
                <td>{measured(rule)}</td>
                <td>{`${figure.format(rule.failedCount)} of ${figure.format(rule.checkedCount)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
