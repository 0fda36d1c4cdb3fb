// Counts the answers that come within a window of time.

/** Opens its window after a warm-up and tells what it saw at its end. */
export class Meter {
  /** Whether the window is over. */
  over = false;

  readonly #latenciesMs: number[] = [];
  readonly #durationS: number;
  #measuring = false;
  #timer: NodeJS.Timeout;

  /** Starts the warm-up. */
  constructor(warmUpS: number, durationS: number) {
    this.#durationS = durationS;
    this.#timer = setTimeout(() => this.#open(), warmUpS * 1e3);
  }

  /** Counts an answer to what was sent at `sentMs`, by `performance.now`. */
  answered(sentMs: number): void {
    if (this.#measuring) {
      this.#latenciesMs.push(performance.now() - sentMs);
    }
  }

  /** Ends the window without a report, if it is not over yet. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #open(): void {
    console.log("measuring");
    this.#measuring = true;
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    this.#timer = setTimeout(() => {
      const { user, system } = process.cpuUsage(cpu);
      this.#measuring = false;
      this.over = true;
      this.#latenciesMs.sort((a, b) => a - b);
      const seen = {
        frames: this.#latenciesMs.length,
        seconds: (performance.now() - startedMs) / 1e3,
        p50_ms: this.#percentile(0.5),
        p99_ms: this.#percentile(0.99),
        cpu_s: (user + system) / 1e6,
      };
      console.log(JSON.stringify(seen));
    }, this.#durationS * 1e3);
  }

  #percentile(share: number): number {
    return this.#latenciesMs[Math.floor(share * (this.#latenciesMs.length - 1))] ?? 0;
  }
}
