import type {Clock} from '../../../clock.js'
import type {Span} from '../../../report/report.js'
import {PONG_LIMIT_MS} from '../../../stream/pings.js'
import type {StreamSocket} from '../../../stream/socket.js'
import type {Step} from '../../scenario/scenario.js'
import type {Calls, Seen} from '../calls.js'
import {greet, HANG_UP, say} from '../scenario.js'
import {TOO_LATE} from '../too-late.js'
import type {Trial, Verdict} from '../trial.js'

/** Uneven, about 250 ms, so that no bot works in step with them. */
const PING_GAPS_MS = [223, 263, 251, 271, 241] as const
/** A bot that hears the caller so much later is late with its barge-in. */
const MOST_BEHIND_MS = 200
/** The slowest one is forgiven, so there must be others. */
const LEAST_PINGS = 3
const ROUNDS = 2

/** C39: a pong waits behind all that the bot has not read yet. */
export const receiveLoop: Trial = {
  rule: 'receive-loop-blocked',
  missing: ({isOverNetwork}) =>
    isOverNetwork ? undefined : 'How far a bot reads behind can be measured only over a network.',
  run: async (calls) => {
    const verdict = await measure(calls)
    // Once may be the network's doing.
    return verdict.status === 'warn' ? measure(calls) : verdict
  },
}

async function measure(calls: Calls): Promise<Verdict> {
  const over = new AbortController()
  const pings: Promise<Ping>[] = []
  const seen = await calls.make('pinged', {
    steps: (clip) => [
      greet(calls.greetMs),
      ...Array.from({length: ROUNDS}, (): readonly Step[] => [
        say(clip),
        {wait: {quietMs: 700, timeoutMs: 10_000}},
      ]).flat(),
      HANG_UP,
    ],
    beside: (socket) => {
      void pingUntil(over.signal, {socket, clock: calls.clock, pings})
    },
  })
  over.abort()
  return judge(seen, await Promise.all(pings))
}

type Ping = {
  /** Since the socket was open. */
  readonly sentMs: number
  readonly waitedMs: number
  readonly isAnswered: boolean
}

type Pinging = {
  readonly socket: StreamSocket
  readonly clock: Clock
  readonly pings: Promise<Ping>[]
}

async function pingUntil(signal: AbortSignal, {socket, clock, pings}: Pinging): Promise<void> {
  const openedAt = clock.now()
  const ping = async (): Promise<Ping> => {
    const sentAt = clock.now()
    const tookMs = await socket.ping?.()
    const waitedMs = tookMs ?? clock.now() - sentAt
    return {sentMs: sentAt - openedAt, waitedMs, isAnswered: tookMs !== undefined}
  }
  let nextAt = openedAt
  for (let count = 0; ; count += 1) {
    nextAt += PING_GAPS_MS[count % PING_GAPS_MS.length] ?? 0
    const isOver = await clock.sleepUntil(nextAt, signal).then(
      () => false,
      () => true,
    )
    if (isOver) return
    pings.push(ping())
  }
}

function judge(seen: Seen, pings: readonly Ping[]): Verdict {
  // What the end of the call left without an answer might have had one.
  const told = pings.filter(({isAnswered, waitedMs}) => isAnswered || waitedMs >= PONG_LIMIT_MS)
  if (told.length === 0) return notTried('No call stayed open for long enough to be pinged.')
  if (!told.some(({isAnswered}) => isAnswered)) {
    return notTried(`The bot answered none of ${String(told.length)} pings.`)
  }
  const spoken = told.filter((ping) => isDuring(ping, seen.report.speech.bot))
  if (spoken.length < LEAST_PINGS) {
    return notTried('The bot did not speak for long enough to be pinged meanwhile.')
  }
  const quiet = told.filter((ping) => !spoken.includes(ping))
  const usualMs = Math.min(...(quiet.length === 0 ? told : quiet).map(({waitedMs}) => waitedMs))
  const [, slow] = spoken.toSorted((one, other) => other.waitedMs - one.waitedMs)
  const tried = `Pinged ${String(told.length)} times in a call, ${String(spoken.length)} of them while the bot spoke.`
  const behindMs = slow ? Math.round(slow.waitedMs - usualMs) : 0
  if (!slow || behindMs <= MOST_BEHIND_MS) return {status: 'pass', tried}
  // By as much as this end was late itself, the pong may have waited here.
  const ownMs = Math.max(0, ...seen.report.turns.map(({uncertaintyMs}) => uncertaintyMs))
  if (behindMs - ownMs <= MOST_BEHIND_MS) return notTried(TOO_LATE)
  const took = `${slow.isAnswered ? '' : 'over '}${String(Math.round(slow.waitedMs))} ms`
  const detail = `It reads ${String(behindMs)} ms behind: a ping took ${took} while the bot spoke, and ${String(Math.round(usualMs))} ms while it was quiet.`
  return {status: 'warn', tried, detail}
}

function notTried(tried: string): Verdict {
  return {status: 'not-tried', tried}
}

function isDuring({sentMs, waitedMs}: Ping, spans: readonly Span[]): boolean {
  return spans.some(({startMs, endMs}) => sentMs < endMs && sentMs + waitedMs > startMs)
}
