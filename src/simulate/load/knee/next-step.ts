import type {KneeReport, LevelReport} from '../../../report/load-report.js'

type SearchPhase = Extract<LevelReport['phase'], 'up' | 'search' | 'hold' | 'step-back'>

/** A level that was tried, as the search remembers it. */
export type Tried = {
  readonly phase: SearchPhase
  readonly concurrency: number
  readonly verdict: LevelReport['verdict']
  /** Its verdict may be chance, and counts only when a second try says the same. */
  readonly isDoubtful: boolean
}

export type NextStep =
  | {
      readonly do: 'try'
      readonly phase: SearchPhase
      readonly concurrency: number
      /** The second try of the same level. */
      readonly isAgain: boolean
    }
  | {readonly do: 'end'; readonly bound: KneeReport['bound']; readonly calls?: number}

/** So near to each other are the last good and the first broken level in the end. */
const NEAR = 0.04
/** By so much a step back is less. */
const STEP_BACK = 1.05
const MOST_STEPS_BACK = 3
/** So often may the rig be late in one step before the search ends. */
const MOST_VOIDS = 2

/**
 * What a search for the knee does next, from what it has tried: doubles until a level breaks, halves
 * the distance, holds at the last good level, and steps back from there when it breaks after all.
 */
export function nextStep(
  tried: readonly Tried[],
  {from, most}: {readonly from: number; readonly most: number},
): NextStep {
  const last = tried.at(-1)
  if (last && isToBeTriedAgain(last, tried)) {
    return {do: 'try', phase: last.phase, concurrency: last.concurrency, isAgain: true}
  }
  const settled = tried.filter((one, at) => !isSameStep(one, tried[at + 1]))
  if (last?.verdict === 'void') return atLeast(highestHeld(settled))
  const held = settled.filter(({phase}) => phase === 'hold' || phase === 'step-back')
  return held.length > 0 ? afterHold(settled, held) : search(settled, {from, most})
}

/** What is known when a search has to end before its time. */
export function endNow(tried: readonly Tried[]): Extract<NextStep, {do: 'end'}> {
  return atLeast(highestHeld(tried.filter((one, at) => !isSameStep(one, tried[at + 1]))))
}

/** Whether it held there in two steps, or in a step back, which is kept for twice the calls at once. */
export function hasHeldTwice(tried: readonly Tried[], calls: number): boolean {
  const there = tried.filter(
    ({concurrency, verdict}) => concurrency === calls && verdict === 'held',
  )
  return there.length > 1 || there.some(({phase}) => phase === 'step-back')
}

/** A doubtful one once; of the rig's own gaps two are borne, because the first may be a moment's. */
function isToBeTriedAgain(last: Tried, tried: readonly Tried[]): boolean {
  const others = tried.slice(tried.findLastIndex((one) => !isSameStep(one, last)) + 1, -1)
  if (last.verdict !== 'void') return last.isDoubtful && others.length === 0
  return others.filter(({verdict}) => verdict === 'void').length < MOST_VOIDS - 1
}

function isSameStep(one: Tried, other: Tried | undefined): boolean {
  return one.phase === other?.phase && one.concurrency === other.concurrency
}

function search(
  settled: readonly Tried[],
  {from, most}: {readonly from: number; readonly most: number},
): NextStep {
  const good = highestHeld(settled)
  const bad = lowestBroken(settled)
  if (settled.length === 0) return goTo('up', Math.min(from, most))
  if (bad === undefined) {
    return good >= most ? goTo('hold', good) : goTo('up', Math.min(2 * good, most))
  }
  if (bad - good > Math.max(1, NEAR * bad)) return goTo('search', Math.round((good + bad) / 2))
  return good === 0 ? {do: 'end', bound: 'none'} : goTo('hold', good)
}

function afterHold(settled: readonly Tried[], held: readonly Tried[]): NextStep {
  const {verdict, concurrency} = held.at(-1) ?? {verdict: 'broken', concurrency: 0}
  if (verdict === 'held') {
    const isBounded = lowestBroken(settled) !== undefined
    return {do: 'end', bound: isBounded ? 'exact' : 'at-least', calls: concurrency}
  }
  // What held once and not again has to be searched for below: three steps are 15 %.
  if (held.length <= MOST_STEPS_BACK && concurrency > 1) {
    const less = Math.min(concurrency - 1, Math.ceil(concurrency / STEP_BACK))
    return goTo('step-back', less)
  }
  return atLeast(highestHeld(settled.filter((one) => one.concurrency < concurrency)))
}

function goTo(phase: SearchPhase, concurrency: number): NextStep {
  return {do: 'try', phase, concurrency, isAgain: false}
}

function atLeast(calls: number): Extract<NextStep, {do: 'end'}> {
  return calls > 0 ? {do: 'end', bound: 'at-least', calls} : {do: 'end', bound: 'none'}
}

/** 0 when nothing held. */
function highestHeld(settled: readonly Tried[]): number {
  return settled
    .filter(({verdict}) => verdict === 'held')
    .reduce((most, {concurrency}) => Math.max(most, concurrency), 0)
}

function lowestBroken(settled: readonly Tried[]): number | undefined {
  const broken = settled.filter(({verdict}) => verdict === 'broken')
  return broken.length === 0
    ? undefined
    : broken.reduce((least, {concurrency}) => Math.min(least, concurrency), Infinity)
}
