import type {LoadPlan} from './load-plan.js'

/** What a load run does, for a person, in one line. */
export function describeLoad(plan: LoadPlan): string {
  return [
    `${whoIsCalled(plan)} with ${howMany(plan)}`,
    ...ramp(plan),
    scenarios(plan),
    ...(plan.callers.length === 0 ? [] : [`${counted(plan.callers.length, 'caller')} in turn`]),
    ...(plan.shard ? [`part ${String(plan.shard.part)} of ${String(plan.shard.of)}`] : []),
    plan.workers === 0 ? 'in this thread' : `on ${counted(plan.workers, 'thread')}`,
  ].join(', ')
}

function whoIsCalled({run: {target, url}}: LoadPlan): string {
  return target.kind === 'serve' ? `the exostream serve of this folder at ${url.shown}` : url.shown
}

function howMany({arrivals, knee}: LoadPlan): string {
  if (knee) {
    return `${String(knee.from)} calls at once and more, up to ${String(knee.most)}, until it gives way`
  }
  const {calls, durationMs} = arrivals
  const until = durationMs === undefined ? [] : [`for ${seconds(durationMs)}`]
  const all = calls === undefined ? [] : [counted(calls, 'call')]
  const how =
    arrivals.model === 'rate'
      ? `${String(arrivals.ratePerS)} calls a second`
      : `${String(arrivals.concurrency)} at once`
  const isAllAtOnce = arrivals.model === 'concurrency' && calls === arrivals.concurrency
  return isAllAtOnce
    ? [`${counted(calls, 'call')} at once`, ...until].join(' ')
    : [...all, how, ...until].join(', ').replace(/, for /, ' for ')
}

/** Less is no ramp that anybody would notice. */
const LEAST_SHOWN_MS = 100

function ramp({arrivals: {rampMs}, knee}: LoadPlan): readonly string[] {
  return knee || rampMs < LEAST_SHOWN_MS ? [] : [`ramp ${seconds(rampMs)}`]
}

function scenarios({mix}: LoadPlan): string {
  const [only, ...others] = mix
  if (only && others.length === 0) return `scenario ${only.scenario}`
  return `scenarios ${mix.map(({scenario, weight}) => `${scenario} x${String(weight)}`).join(', ')}`
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`
}

function seconds(ms: number): string {
  return `${String(Math.round(ms / 100) / 10)} s`
}
