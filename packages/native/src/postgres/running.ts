import type { Settings } from './engine.js';
import { SqlError, sqlState } from './sql-error.js';

/** The statement that runs, if one does: it can be cancelled, and `statement_timeout` ends it. */
export class Running {
  private readonly settings: Settings;
  private controller: AbortController | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  cancel(): void {
    this.controller?.abort(new SqlError(sqlState.canceled, 'canceling statement due to user request'));
  }

  /** Runs something that CancelRequest, `statement_timeout` and the client's leaving can end. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.controller = controller;
    const timeoutMs = Number(this.settings.get('statement_timeout') ?? 0);
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            controller.abort(new SqlError(sqlState.canceled, 'canceling statement due to statement timeout'));
          }, timeoutMs)
        : undefined;
    const { signal } = controller;
    try {
      return await Promise.race([
        work(signal),
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      ]);
    } finally {
      clearTimeout(timer);
      this.controller = undefined;
    }
  }
}
