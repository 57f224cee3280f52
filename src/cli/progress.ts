import {fit} from '../report/text/cells.js'
import {withoutControls} from '../mask.js'
import type {Env, Screen} from './look.js'
import {lookOf} from './look.js'

const REDRAW_AFTER_MS = 125
// Back to the first column, then erase to the end of the line.
const ERASE = '\r\u001b[K'
const UP = '\u001b[A'

type LiveLineOptions = {
  readonly stream: Screen & {write(text: string): unknown}
  readonly env: Env
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

/**
 * A line or two on stderr that are rewritten in place, eight times a second at most. They are shown
 * only to a person: never in a pipe, a file or a CI job.
 */
export class LiveLine {
  readonly #options: LiveLineOptions
  /** Whether there is a person to show anything to. */
  readonly isShown: boolean
  #drawnAt = -Infinity
  #drawn = 0

  constructor(options: LiveLineOptions) {
    const {stream, env} = options
    this.#options = options
    this.isShown = stream.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb'
  }

  show(...lines: readonly string[]): void {
    const {stream, env, now} = this.#options
    const at = now()
    if (!this.isShown || at - this.#drawnAt < REDRAW_AFTER_MS) return
    // One cell is left free, because a cursor past the last column wraps.
    const look = lookOf(stream, env)
    const fitted = lines.map((line) => fit(withoutControls(line), look.width - 1, look))
    stream.write(this.#erase() + fitted.join('\n'))
    this.#drawnAt = at
    this.#drawn = lines.length
  }

  /** Takes the lines away, so that other output starts on a clean one. */
  clear(): void {
    if (this.#drawn === 0) return
    this.#options.stream.write(this.#erase())
    this.#drawn = 0
    this.#drawnAt = -Infinity
  }

  /** From the last line up to the first. */
  #erase(): string {
    return ERASE + (UP + ERASE).repeat(Math.max(0, this.#drawn - 1))
  }
}
