import type {Span, TurnReport} from '../../../report/report.js'

/** The metrics of a turn, by name. */
export type TurnNumbers = Pick<
  TurnReport,
  | 'greetingMs'
  | 'responseMs'
  | 'firstAudioMs'
  | 'promptMs'
  | 'bargeInStopMs'
  | 'clearMs'
  | 'recoveryMs'
  | 'unheardMs'
  | 'talkOverMs'
  | 'falseYield'
  | 'spuriousResponse'
  | 'answerMs'
>

type TurnMetric = keyof TurnNumbers

/** Each number with the span in which it was measured. */
export type Measured = Readonly<
  Partial<Record<TurnMetric, {readonly value: number; readonly span: Span} | undefined>>
>

/** By how much a number may be off: the rig's worst lateness in the span of that number alone. */
export type Uncertainties = Readonly<Partial<Record<TurnMetric, number>>>

/** A time is the length of its span; an end before the start is a negative time. */
export function measured(span: Span): {readonly value: number; readonly span: Span} {
  const {startMs, endMs} = span
  return {
    value: endMs - startMs,
    span: {startMs: Math.min(startMs, endMs), endMs: Math.max(startMs, endMs)},
  }
}

export function numbersOf(found: Measured): TurnNumbers {
  return mapped(found, ({value}) => value)
}

export function uncertaintiesOf(found: Measured, worstIn: (span: Span) => number): Uncertainties {
  return mapped(found, ({span}) => worstIn(span))
}

function mapped(
  found: Measured,
  of: (one: {readonly value: number; readonly span: Span}) => number,
): Uncertainties {
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, one]) => (one ? [[name, of(one)]] : [])),
  )
}
