import type {Look} from '../report/text/look.js'
import {type Env, lookOf} from './look.js'
import {LiveLine} from './progress.js'
import {writePieces, type WriteStream} from './write-stream.js'

export type Output = {
  /** How stdout looks. */
  readonly look: Look
  /** Says what goes on, on stderr, to a person. */
  readonly live: LiveLine
  /** The answer, to stdout; nothing under --json, where the command's result is the answer. */
  answer(text: string): void
  /** One JSON object a line, to stdout, for a command that goes on under --json; nothing without it. */
  answerLine(value: object): void
  /** The one document of a command whose result may be too long for a string, in pieces; nothing without --json. */
  answerPieces(pieces: Iterable<string>): Promise<void>
  /** The talk, to stderr. */
  say(text: string): void
}

export type World = {readonly stdout: WriteStream; readonly stderr: WriteStream; readonly env: Env}

export function createOutput({json}: {json: boolean}, world: World = process): Output {
  const {stdout, stderr, env} = world
  const live = new LiveLine({stream: stderr, env, now: () => performance.now()})
  const write = (stream: WriteStream, text: string): void => {
    live.clear()
    stream.write(text.endsWith('\n') ? text : `${text}\n`)
  }
  return {
    look: lookOf(stdout, env),
    live,
    answer(text) {
      if (!json) write(stdout, text)
    },
    answerLine(value) {
      if (json) write(stdout, escaped(JSON.stringify(value)))
    },
    async answerPieces(pieces) {
      live.clear()
      if (json) await writePieces(stdout, pieces)
    },
    say(text) {
      write(stderr, text)
    },
  }
}

/** Control characters and marks that reorder text, of which JSON leaves these as they are; in its strings the escape means the same. */
function escaped(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
