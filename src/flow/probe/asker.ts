import type {Clock} from '../../clock.js'
import {withoutControls} from '../../mask.js'
import {seededRandom} from '../../random.js'
import {type CallIdentity, makeIdentity} from '../../stream/exotel/identity.js'
import type {AskedUrl} from '../../stream/exotel-http/dynamic-url.js'
import type {HttpWorld} from '../../stream/exotel-http/get.js'
import type {Next} from '../flow.js'

/** One question to a URL of the flow, and what came of it; or why the URL was not asked. */
export type AskedOfFlow = {
  /** Where the URL stands in the file: `applets[1].voicebot.url`. */
  readonly path: string
  /** Without credentials; absent where the URL is not known yet. */
  readonly url?: string
  /** `GET`, `before the stream`, `completed, flat`; absent where nothing was asked. */
  readonly question?: string
  readonly status?: number
  /** Where the answer sends the call: the id of an applet, or `end`. */
  readonly branch?: Next
  readonly tookMs?: number
  /** What is wrong with the answer alone. */
  readonly problem?: string
  readonly notAsked?: string
}

/** Asks one endpoint, one question after the other, of calls that never were. */
export type Asker = {
  /** As the file has it, with its credentials. */
  readonly url: string
  readonly isLocal: boolean
  readonly startedAt: Date
  newCall(): CallIdentity
  /** Undefined when the time for all questions is over, or they were interrupted. */
  ask<T extends {readonly answer: AskedUrl}>(question: Question<T>): Promise<T | undefined>
}

type Question<T> = {
  readonly words: string
  put(world: HttpWorld): Promise<T>
  /** The branch that an answer takes. */
  leadsTo?(result: T): Next | undefined
}

export type AskerOptions = {
  readonly url: string
  readonly isLocal: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
  /** After it no question is begun. */
  readonly deadline: number
  /** Of the endpoint, so that the calls of two are not the same. */
  readonly label: string
  readonly tell: (told: Omit<AskedOfFlow, 'path' | 'url'>) => void
  /** Before each question. */
  readonly begin?: (words: string) => void
}

const MOST_PROBLEM_CHARACTERS = 600
const INTERRUPTED = 'interrupted before its answer'

export function createAsker(options: AskerOptions): Asker {
  const {url, isLocal, clock, signal, deadline, label, tell, begin} = options
  const startedAt = clock.wallNow()
  const random = seededRandom(startedAt.getTime()).fork(label)
  const isInterrupted = () => signal.aborted
  const whyNot = () => {
    if (isInterrupted()) return INTERRUPTED
    return clock.now() > deadline ? 'the time for all questions was over' : undefined
  }
  return {
    url,
    isLocal,
    startedAt,
    newCall: () => makeIdentity(random, startedAt),
    async ask(question) {
      const {words} = question
      const notAsked = whyNot()
      if (notAsked !== undefined) {
        tell({question: words, notAsked})
        return undefined
      }
      begin?.(words)
      const result = await question.put({clock, signal})
      if (isInterrupted()) {
        tell({question: words, notAsked: INTERRUPTED})
        return undefined
      }
      const {status, tookMs, problem} = result.answer
      const branch = question.leadsTo?.(result)
      tell({
        question: words,
        tookMs,
        ...(status === undefined ? {} : {status}),
        ...(branch === undefined ? {} : {branch}),
        ...(problem === undefined ? {} : {problem: withoutUrl(problem, result.answer.url)}),
      })
      return result
    },
  }
}

/** The URL stands beside it already. */
function withoutUrl(problem: string, url: string): string {
  const said = problem.startsWith(`${url} `) ? problem.slice(url.length + 1) : problem
  return plain(said)
}

/** A sentence with words of the network's in it, as it may be printed. */
export function plain(text: string): string {
  return withoutControls(text).slice(0, MOST_PROBLEM_CHARACTERS)
}
