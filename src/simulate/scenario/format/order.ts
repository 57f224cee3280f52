import {verbsOf, type Verb} from './verbs.js'

/** What is wrong with the order of steps, by the index of the step. */
type Misplaced = {readonly index: number; readonly problem: string}

/** @param steps as they are in the file, right or wrong; what is no step is passed over */
export function misplaced(steps: readonly unknown[]): readonly Misplaced[] {
  const verbs = steps.map((step) => verbsOf(step)[0])
  return steps.flatMap((step, index) => {
    const place = {
      isFirst: index === 0,
      isLast: index === steps.length - 1,
      before: steps.slice(0, index),
    }
    const problem = mistakeOf(verbs[index], step, place)
    return problem === undefined ? [] : [{index, problem}]
  })
}

type Place = {
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly before: readonly unknown[]
}

function mistakeOf(
  verb: Verb | undefined,
  step: unknown,
  {isFirst, isLast, before}: Place,
): string | undefined {
  switch (verb) {
    case 'greet':
      return isFirst ? undefined : 'greet as the first step only: it counts from the start'
    case 'hangUp':
    case 'botHangsUp':
      if (!isLast) return `${verb} as the last step only: nothing can follow it`
      return valueOf(step, 'hangUp') === 'set-up' && !isFirst
        ? 'hangUp: set-up as the only step of its call: it comes before start'
        : undefined
    case 'interrupt':
      return before.some(canMakeTheBotSpeak)
        ? undefined
        : 'something before interrupt that makes the bot speak: greet, say, digits, or silence with expect: respond'
    case 'digits':
      return isTimedTwice(step)
        ? 'either now or during: at once is not while the bot speaks'
        : undefined
    default:
      return undefined
  }
}

function isTimedTwice(step: unknown): boolean {
  return valueOf(step, 'now') === true && valueOf(step, 'during') !== undefined
}

/** An include counts: what is in it is not known here. */
function canMakeTheBotSpeak(step: unknown): boolean {
  const [verb] = verbsOf(step)
  if (verb === 'silence') return valueOf(step, 'expect') === 'respond'
  return verb !== undefined && ['greet', 'say', 'interrupt', 'digits', 'include'].includes(verb)
}

function valueOf(step: unknown, key: string): unknown {
  return typeof step === 'object' && step !== null ? Reflect.get(step, key) : undefined
}
