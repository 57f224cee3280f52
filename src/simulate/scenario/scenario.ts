import type {ScenarioSource} from '../../report/report.js'
import type {StepFile} from './format/verbs.js'

/** A sound of the caller's, at the call's rate, with the edges of the speech in it. */
export type Clip = {
  readonly pcm: Int16Array
  readonly speechStartMs: number
  readonly speechEndMs: number
  /** What is said, for a person. */
  readonly label: string
}

/** A sound that loops under all that the caller sends. */
export type Background = {readonly pcm: Int16Array; readonly label: string}

type FileOf<Verb extends string> = Verb extends string
  ? Extract<StepFile, Readonly<Record<Verb, unknown>>>
  : never
type WithClip<Verb extends string> = Omit<FileOf<Verb>, Verb | 'label' | 'ms' | 'dbfs'> &
  Readonly<Record<Verb, Clip>>

/** Nothing is expected of the bot but that it takes no notice. */
type Ignored<T> = Omit<T, 'expect'> & {readonly expect?: 'ignore'}

/** Any sound that should not make the bot stop: a "mm-hmm", a cough, side-talk. */
type BackchannelStep = Ignored<WithClip<'backchannel'>>

/** A step ready to be played. */
export type Step =
  | FileOf<'greet' | 'silence' | 'wait' | 'digits' | 'mute' | 'send' | 'botHangsUp' | 'hangUp'>
  /** `now`: over the bot, if it speaks; no file asks for that, the doctor does. */
  | (WithClip<'say'> & {readonly now?: true})
  | WithClip<'interrupt'>
  | BackchannelStep
  | Ignored<WithClip<'noise'>>

/** The step of one verb. */
export type StepOf<Verb extends string> = Extract<Step, Readonly<Record<Verb, unknown>>>

/** One call: what the caller does in it. */
export type Scenario = {
  readonly name: string
  readonly description: string
  readonly steps: readonly Step[]
  readonly thresholds: readonly string[]
  /** Custom parameters, added to the query of the stream URL. */
  readonly parameters?: Readonly<Record<string, string>>
  /** The numbers in `start`; made up when absent. */
  readonly from?: string
  readonly to?: string
  readonly background?: Background
  /** Absent when it was made of WAV files alone. */
  readonly source?: Omit<ScenarioSource, 'name'>
}
