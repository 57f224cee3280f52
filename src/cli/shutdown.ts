import {ExostreamError} from '../errors.js'
import {EXIT} from './exit-codes.js'

export type Signals = {
  /** Aborted by the first signal; its reason is EXO_INTERRUPTED. */
  readonly signal: AbortSignal
  /** Gives the signals back to Node, which then ends the process. */
  dispose(): void
}

/** What of `process` is needed; a test hands in its own. */
export type SignalSource = {
  on(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  off(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  exit(code: number): void
  readonly stdout: {
    on(name: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
    off(name: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
  }
}

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * SIGINT, SIGTERM and the SIGHUP of a terminal that closes as one AbortSignal, so that what runs can end in order; the second one ends the
 * process at once. A reader of stdout that goes away (`| head`) asks for the same end.
 */
export function onSignals(source: SignalSource = process): Signals {
  const controller = new AbortController()
  let count = 0
  const interrupt = (why: string): void => {
    controller.abort(new ExostreamError('EXO_INTERRUPTED', `Interrupted by ${why}`))
  }
  const onSignal = (name: NodeJS.Signals): void => {
    count += 1
    if (count > 1) source.exit(EXIT.interrupted)
    else interrupt(name)
  }
  const onPipeError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') interrupt('the end of whoever read the output')
  }

  for (const name of NAMES) source.on(name, onSignal)
  source.stdout.on('error', onPipeError)
  return {
    signal: controller.signal,
    dispose() {
      for (const name of NAMES) source.off(name, onSignal)
      source.stdout.off('error', onPipeError)
    },
  }
}
