/** How a load run gets on, twice a second, for whoever shows it. */
export type LoadLive = {
  readonly elapsedMs: number
  /** Calls whose stream is open. */
  readonly running: number
  readonly finished: number
  /** Of the finished, those that failed. */
  readonly failed: number
  readonly dropped: number
  /** How many are to be made; absent where only the duration is known. */
  readonly planned?: number
  /** Of the turns of the last 30 s; absent before the first, p95 before the 20th. */
  readonly responseP50Ms?: number
  readonly responseP95Ms?: number
  /** Of the frames of the last 5 s. */
  readonly sendLatenessP99Ms: number
  /** CPU seconds a second, 1 being one core, of the last 5 s, and how many cores this process may take. */
  readonly rigCpu: number
  readonly cores: number
  readonly botCpu?: number
  /** Of a search for the knee: what it does now, such as `up: 40 calls`. */
  readonly doing?: string
}
