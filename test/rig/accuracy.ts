import type {Random} from '../../src/random.js'
import type {CallReport} from '../../src/report/report.js'
import {percentile} from '../../src/report/summary.js'
import type {Step} from '../../src/simulate/scenario/scenario.js'
import type {MockDelays} from './mock-bot.js'
import {clip} from './virtual-call.js'

/** The caller speaks, and then over the answer. */
export const TWO_TURNS: readonly Step[] = [
  {say: clip(600), expect: 'respond', withinMs: 4000},
  {interrupt: clip(600), afterMs: 500, expect: 'stop', withinMs: 3000},
  {hangUp: 'stop', now: true},
]

/** Anywhere between two ticks: what arrives in the very moment of one may be played with it or the next. */
export function randomDelays(random: Random): Required<Omit<MockDelays, 'wireMs'>> {
  return {responseMs: 50 + random.next() * 2950, stopMs: 50 + random.next() * 2450}
}

export type Measurement = {
  readonly delays: Required<Omit<MockDelays, 'wireMs'>>
  readonly call: CallReport
}

export type Spread = {
  readonly n: number
  readonly min: number
  readonly p50: number
  readonly max: number
  /** Of the magnitudes. */
  readonly p95: number
}

/** How far what was measured is from what the bot did; a time that was not measured is as far as can be. */
export function errorsOf(measured: readonly Measurement[]): Readonly<Record<Metric, Spread>> {
  const spread = (error: (measurement: Measurement) => number) => spreadOf(measured.map(error))
  return {
    firstAudioMs: spread(({delays, call}) => value(call, 'firstAudioMs') - delays.responseMs),
    responseMs: spread(
      ({delays, call}) => value(call, 'responseMs') - tickAfter(delays.responseMs),
    ),
    bargeInStopMs: spread(
      ({delays, call}) => value(call, 'bargeInStopMs') - tickAfter(delays.stopMs),
    ),
  }
}

type Metric = 'firstAudioMs' | 'responseMs' | 'bargeInStopMs'

function value({turns}: CallReport, metric: Metric): number {
  return turns.find((turn) => turn[metric] !== undefined)?.[metric] ?? Number.POSITIVE_INFINITY
}

/** What is played is played on ticks. */
function tickAfter(ms: number): number {
  return Math.ceil(ms / 20) * 20
}

function spreadOf(errors: readonly number[]): Spread {
  const sorted = [...errors].sort((one, other) => one - other)
  const sizes = errors.map(Math.abs).sort((one, other) => one - other)
  return {
    n: errors.length,
    min: percentile(sorted, 0),
    p50: percentile(sorted, 50),
    max: percentile(sorted, 100),
    p95: percentile(sizes, 95),
  }
}
