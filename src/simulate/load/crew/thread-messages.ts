import {type LatenessCounts, SendLateness} from '../../../report/send-lateness.js'
import type {CallEnded, CallOrder, CrewPulse, KeptRecordings, WantedRecording} from './crew.js'
import type {LoadPlan} from '../plan/load-plan.js'

/** What a thread is given once, as it begins. */
export type ThreadData = {
  readonly plan: PackedPlan
  /** Where all threads count the streams that are open. */
  readonly streams: SharedArrayBuffer
  /** Its number among the threads, from 0. */
  readonly thread: number
  /** Where the audio of the calls may lie until it is known which were the worst, and how much of it. */
  readonly audio?: {readonly folder: string; readonly bytes: number}
}

export type ToThread =
  | {readonly type: 'begin'; readonly order: CallOrder}
  | {readonly type: 'keep'; readonly wanted: readonly WantedRecording[]}
  | {readonly type: 'hang-up'}
  | {readonly type: 'close'}

export type FromThread =
  | {readonly type: 'ready'}
  | {readonly type: 'ended'; readonly ended: Packed<CallEnded>}
  | {readonly type: 'pulse'; readonly pulse: Packed<CrewPulse>}
  | {readonly type: 'kept'; readonly recordings: KeptRecordings}
  | {readonly type: 'closed'}

type Packed<T extends {readonly lateness: SendLateness}> = Omit<T, 'lateness'> & {
  readonly lateness: LatenessCounts
}

/** An instance of a class would arrive without its methods. */
export function pack<T extends {readonly lateness: SendLateness}>(told: T): Packed<T> {
  const {lateness, ...rest} = told
  return {...rest, lateness: lateness.counts()}
}

export function unpackEnded({lateness, ...rest}: Packed<CallEnded>): CallEnded {
  return {...rest, lateness: SendLateness.from(lateness)}
}

export function unpackPulse({lateness, ...rest}: Packed<CrewPulse>): CrewPulse {
  return {...rest, lateness: SendLateness.from(lateness)}
}

/** A URL would arrive as an empty object. */
export type PackedPlan = Omit<LoadPlan, 'run'> & {
  readonly run: Omit<LoadPlan['run'], 'url'> & {
    readonly url: Omit<LoadPlan['run']['url'], 'dialled'> & {readonly dialled: string}
  }
}

export function packPlan(plan: LoadPlan): PackedPlan {
  const {run} = plan
  return {...plan, run: {...run, url: {...run.url, dialled: run.url.dialled.href}}}
}

export function unpackPlan(plan: PackedPlan): LoadPlan {
  const {run} = plan
  return {...plan, run: {...run, url: {...run.url, dialled: new URL(run.url.dialled)}}}
}
