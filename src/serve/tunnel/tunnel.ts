import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import type {Logger} from '../../log.js'
import {findProgram} from '../../speech/program.js'
import {type Child, type ExitSource, startChild} from './child.js'
import {LastWords, withoutTokens} from './last-words.js'
import {type TunnelKind, type TunnelProgram, tunnelPrograms} from './programs.js'

export type Tunnel = {
  /** Its public address, such as https://a1b2.ngrok-free.app, for as long as it runs. */
  readonly url: string | undefined
  /** Ends the program; may be called again. */
  close(): Promise<void>
}

type TunnelOptions = {
  /** Where the server listens, such as http://127.0.0.1:5000; https for one with TLS. */
  readonly upstream: URL
  /** Ends the wait for the URL; a tunnel that is open is ended by `close`, once the calls are drained. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: Logger
  /** Where programs are looked for; the PATH of this process when absent. */
  readonly path?: string | undefined
  readonly exits?: ExitSource | undefined
}

const WAIT_MS = 30_000

/**
 * Starts the installed program, and waits for the URL that it tells.
 * @throws ExostreamError EXO_TUNNEL_MISSING, EXO_TUNNEL_FAILED; the signal's own reason when that comes first
 */
export async function openTunnel(kind: TunnelKind, options: TunnelOptions): Promise<Tunnel> {
  const program = tunnelPrograms[kind]
  const file = await findProgram(program.name, options.path)
  if (file === undefined) {
    const sentence = `${program.name} is not installed, or not on the PATH: ${program.install}.`
    throw new ExostreamError('EXO_TUNNEL_MISSING', sentence)
  }
  options.signal.throwIfAborted()
  const opening = start(program, file, options)
  const {child, words} = opening
  let isClosing = false
  let hasEnded = false
  const close = (): Promise<void> => {
    isClosing = true
    return child.stop()
  }
  try {
    const url = await firstOf(opening, options)
    void child.ended.then((how) => {
      hasEnded = true
      if (isClosing) return
      const values = {program: program.name, ended: how, said: words.shown(), url}
      options.log.warn(values, 'the tunnel has ended, and its URL leads nowhere now')
    })
    return {
      get url() {
        return hasEnded ? undefined : url
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Opening = {
  readonly found: Promise<string>
  readonly child: Child
  readonly program: TunnelProgram
  readonly words: LastWords
}

function start(program: TunnelProgram, file: string, options: TunnelOptions): Opening {
  const {upstream, clock, log, exits} = options
  const words = new LastWords()
  let tell: (url: string) => void = () => undefined
  const found = new Promise<string>((resolve) => {
    tell = resolve
  })
  const onLine = (line: string): void => {
    log.debug({program: program.name, line: withoutTokens(line)}, 'the tunnel program said')
    const url = program.urlIn(line)
    const said = program.wordsIn(line)
    if (url !== undefined) tell(url)
    else if (said !== undefined) words.add(said)
  }
  const child = startChild({program: file, args: program.args(upstream), clock, onLine, exits})
  return {found, child, program, words}
}

/** The URL, the end of the program, or the end of our patience. */
async function firstOf(
  {found, child, program, words}: Opening,
  {clock, signal}: Pick<TunnelOptions, 'clock' | 'signal'>,
): Promise<string> {
  const done = new AbortController()
  const fail = (what: string): never => {
    const known = program.explain(words.all())
    const sentence =
      known === undefined
        ? `${program.name} ${what}: ${words.shown()}`
        : `${program.name} could not open a tunnel: ${known}`
    throw new ExostreamError('EXO_TUNNEL_FAILED', `${sentence.replace(/\.$/, '')}.`)
  }
  const ended = child.ended.then((how) => fail(`ended (${how}) before it told its URL`))
  const late = clock
    .sleepUntil(clock.now() + WAIT_MS, AbortSignal.any([signal, done.signal]))
    .then(() => fail(`told no URL within ${String(WAIT_MS / 1000)} s`))
  // Whichever loses the race is no one's to see.
  for (const loser of [ended, late]) loser.catch(() => undefined)
  try {
    return await Promise.race([found, ended, late])
  } finally {
    done.abort()
  }
}
