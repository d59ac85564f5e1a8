const tokenCountMax = 10;
const tokensPerQuery = 0.1;

/** Allows a retry for every ten queries or so: a Cube that is down is not asked three times as often. */
export class RetryBudget {
  #tokens = tokenCountMax;

  /** Called for every query. */
  earn(): void {
    this.#tokens = Math.min(tokenCountMax, this.#tokens + tokensPerQuery);
  }

  /** True when a retry may be made; it is then counted. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
