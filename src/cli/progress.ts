import {fit} from '../report/text/cells.js'
import {withoutControls} from '../mask.js'
import type {Env, Screen} from './look.js'
import {lookOf} from './look.js'

const REDRAW_AFTER_MS = 125
// Back to the first column, then erase to the end of the line.
const ERASE = '\r\u001b[K'

type LiveLineOptions = {
  readonly stream: Screen & {write(text: string): unknown}
  readonly env: Env
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

/**
 * One line on stderr that is rewritten in place, eight times a second at most. It is shown only to
 * a person: never in a pipe, a file or a CI job.
 */
export class LiveLine {
  readonly #options: LiveLineOptions
  readonly #isShown: boolean
  #drawnAt = -Infinity
  #isDrawn = false

  constructor(options: LiveLineOptions) {
    const {stream, env} = options
    this.#options = options
    this.#isShown = stream.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb'
  }

  show(text: string): void {
    const {stream, env, now} = this.#options
    const at = now()
    if (!this.#isShown || at - this.#drawnAt < REDRAW_AFTER_MS) return
    // One cell is left free, because a cursor past the last column wraps.
    const look = lookOf(stream, env)
    stream.write(ERASE + fit(withoutControls(text), look.width - 1, look))
    this.#drawnAt = at
    this.#isDrawn = true
  }

  /** Takes the line away, so that other output starts on a clean one. */
  clear(): void {
    if (!this.#isDrawn) return
    this.#options.stream.write(ERASE)
    this.#isDrawn = false
    this.#drawnAt = -Infinity
  }
}
