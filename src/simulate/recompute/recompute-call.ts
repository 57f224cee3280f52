import {stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import type {StreamEvent} from '../../protocol/events.js'
import {profiles} from '../../protocol/profiles.js'
import {invalid, readJournalFile} from '../../record/journal-reader.js'
import type {CallReport} from '../../report/report.js'
import type {SendLateness} from '../../report/send-lateness.js'
import {diagnose} from '../diagnosis/diagnose.js'
import type {CallFrame, JournalFooter, JournalHeader, JournalLine} from '../journal.js'
import {CallReducer} from '../numbers/turns.js'
import {failureFrom} from '../outcome.js'
import {Differences} from './differences.js'
import {checkLine} from './journal-schema.js'
import {Replay} from './replay.js'

export type KeptCall = {
  readonly path: string
  readonly header: JournalHeader
  /** Absent when the journal was cut short. */
  readonly footer?: JournalFooter
  readonly report: CallReport
  readonly lateness: SendLateness
  readonly notes: readonly string[]
}

/**
 * One call again from its journal: what the bot sent is played once more, and counted.
 * @throws ExostreamError EXO_JOURNAL_INVALID
 */
export async function recomputeCall(path: string): Promise<KeptCall> {
  const reading = new Reading(path)
  for await (const line of readJournalFile(path)) {
    if ('isCut' in line) reading.cut(line.number)
    else reading.line(line.value, line.number)
  }
  const call = reading.finish()
  const artifacts = {...(await recordingBeside(path)), journal: path}
  return {...call, report: {...call.report, artifacts}}
}

type CallEvent = Extract<StreamEvent, {type: 'call'}>

/** A journal while it is read: header, `call`, events, footer. */
class Reading {
  readonly #path: string
  readonly #reducer = new CallReducer()
  readonly #differences = new Differences()
  readonly #notes: string[] = []
  #header: JournalHeader | undefined
  #call: CallEvent | undefined
  #replay: Replay | undefined
  #footer: JournalFooter | undefined

  constructor(path: string) {
    this.#path = path
  }

  line(value: unknown, number: number): void {
    const checked = checkLine(value)
    if ('wrong' in checked) this.#refuse(number, checked.wrong)
    else this.#take(checked.line, number)
  }

  cut(number: number): void {
    this.#notes.push(`${this.#path} was cut off in line ${String(number)}; it ends before that.`)
  }

  finish(): KeptCall {
    const [header, call] = [this.#header, this.#call]
    if (!header || !call) throw invalid(this.#path, 'it holds no call')
    if (!this.#footer)
      this.#notes.push(`${this.#path} has no end: its call is told as far as it goes.`)
    const {lateness, ...numbers} = this.#reducer.numbers()
    const frame = this.#footer?.call ?? cutFrame(call)
    const {failure} = frame
    const diagnosis = diagnose({
      evidence: this.#reducer.evidence,
      numbers: {...numbers, lateness},
      ...(failure ? {failure} : {}),
    })
    const differences = this.#differences.tell().map((told) => `${this.#path}: ${told}`)
    return {
      path: this.#path,
      header,
      ...(this.#footer ? {footer: this.#footer} : {}),
      report: {...frame, ...numbers, ...(diagnosis ? {diagnosis} : {}), artifacts: {}},
      lateness,
      notes: [...this.#notes, ...differences],
    }
  }

  #take(line: JournalLine, number: number): void {
    if (!this.#header) {
      if (line.type !== 'run') this.#refuse(number, 'is not the header of a journal')
      else this.#header = line
    } else if (line.type === 'run' || this.#footer) {
      this.#refuse(number, 'belongs to another journal')
    } else if (line.type === 'end') {
      this.#footer = line
    } else {
      this.#event(this.#header, line, number)
    }
  }

  #event(header: JournalHeader, event: StreamEvent, number: number): void {
    const replay = this.#replay
    if (!replay) {
      if (event.type === 'call') this.#begin(header, event, number)
      else this.#refuse(number, 'comes before the call')
      return
    }
    if (event.type === 'call') this.#refuse(number, 'begins a second call')
    if (replay.isDerived(event)) this.#differences.kept(event)
    replay.feed(event)
  }

  #begin(header: JournalHeader, call: CallEvent, number: number): void {
    const unknown = call.profile?.split('+').find((id) => !Object.hasOwn(profiles, id))
    if (unknown !== undefined)
      this.#refuse(number, `names the profile ${unknown}, which is unknown`)
    this.#call = call
    this.#replay = new Replay({
      header,
      call,
      made: (event) => {
        this.#differences.made(event)
      },
      out: (event) => {
        this.#reducer.feed(event)
      },
    })
  }

  #refuse(number: number, wrong: string): never {
    throw invalid(this.#path, `line ${String(number)} ${wrong}`)
  }
}

/** Of a call whose journal was cut short. */
function cutFrame({callSid, streamSid, scenario, startedAt}: CallEvent): CallFrame {
  const failure = failureFrom('EXO_INTERRUPTED', 'The journal ends before the call does.')
  return {callSid, streamSid, scenario, outcome: 'failed', failure, startedAt}
}

async function recordingBeside(journal: string): Promise<{readonly recording?: string}> {
  const recording = join(dirname(journal), 'call.wav')
  const isThere = await stat(recording).then(
    (found) => found.isFile(),
    () => false,
  )
  return isThere ? {recording} : {}
}
