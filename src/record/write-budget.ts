/** Why something was not kept: the disk did not keep up, it refused, or there was more than is ever kept. */
export type Loss = 'queue-full' | 'disk-error' | 'over-limit'

/** What holds a line that waits takes memory, too. */
const HOLDING_BYTES = 256

/** What a line takes while it waits. */
export function heldBytes(line: string): number {
  return Buffer.byteLength(line) + HOLDING_BYTES
}

/** Bytes that wait for the disk, and how many may: one that hangs must not fill our memory. */
export class WriteBudget {
  readonly #mostBytes: number
  readonly #shared: WriteBudget | undefined
  #bytes = 0

  /** @param shared what these bytes are a part of, such as those of all calls */
  constructor(mostBytes: number, shared?: WriteBudget) {
    this.#mostBytes = mostBytes
    this.#shared = shared
  }

  /** Whether they may wait; whoever takes them gives them back. The last may pass the bound, however long it is. */
  take(bytes: number): boolean {
    if (this.#bytes >= this.#mostBytes) return false
    if (this.#shared && !this.#shared.take(bytes)) return false
    this.#bytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#bytes -= bytes
    this.#shared?.give(bytes)
  }
}
