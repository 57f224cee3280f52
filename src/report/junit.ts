import {type Case, drawJunit, type Suite} from './junit-xml.js'
import {casesOfLoad} from './junit-load.js'
import type {LoadReport} from './load-report.js'
import type {FlowWalk} from './flow-walk.js'
import type {ThresholdResult} from './threshold-result.js'
import type {CallReport, RuleResult, RunReport, TurnReport} from './report.js'
import {stepLine} from './text/flow-text.js'
import {printable} from './text/plain.js'
import {withoutControls} from '../mask.js'
import {turnResult} from './text/turn-table.js'
import {counted} from './text/units.js'

/**
 * The form of JUnit that Jenkins, GitHub and GitLab read (Surefire's: testsuites, testsuite, testcase). A
 * suite a call, and one for what is judged over all calls. What could not be measured is a failure of
 * the type `not-measured`: a skipped test would let a build pass that has shown nothing.
 */
export function renderJunit(report: RunReport): string {
  const {load} = report
  const suites = [
    ...(load ? [suiteOfLoad(report, load)] : []),
    // What is judged in a conformance run are the rules: a call of it may be meant to go wrong.
    ...(report.conformance || load ? [] : report.calls).map((call, at) =>
      suiteOfCall(report, call, at),
    ),
    suiteOfWalks(report.flows),
    suiteOf('thresholds', load ? [] : report.thresholds.map(caseOfThreshold)),
    suiteOf('conformance', (report.conformance ?? []).map(caseOfRule)),
  ].filter(({cases}) => cases.length > 0)
  const run = caseOfRun(
    report,
    suites.flatMap(({cases}) => cases),
  )
  return drawJunit(
    load ? 'exostream load' : 'exostream simulate',
    run ? [...suites, suiteOf('the run', [run])] : suites,
  )
}

function suiteOf(name: string, cases: readonly Case[]): Suite {
  return {name, cases, timeMs: 0, properties: [], output: []}
}

/** Of a search the thresholds were broken on purpose. */
function suiteOfLoad(report: RunReport, load: LoadReport): Suite {
  const thresholds = load.knee ? [] : report.thresholds.map(caseOfThreshold)
  const {seed, plan, target, rig} = report
  return {
    ...suiteOf('load', [...casesOfLoad(report, load), ...thresholds]),
    timeMs: load.durationMs,
    startedAt: report.startedAt,
    properties: [
      ['seed', String(seed)],
      ['profile', printable(plan.profile)],
      ['target', printable(target.bot ?? target.url ?? '')],
      ['rig', rig.verdict],
      ['calls', String(report.calls.length)],
      ['opened', String(load.opened)],
      ['atPace', String(load.atPace)],
      ['peak', String(load.peak)],
    ],
  }
}

function suiteOfWalks(flows: readonly FlowWalk[] = []): Suite {
  const timeMs = flows.reduce((sum, {durationMs}) => sum + durationMs, 0)
  return {...suiteOf('flow', flows.map(caseOfWalk)), timeMs}
}

function suiteOfCall(report: RunReport, call: CallReport, at: number): Suite {
  const number = String(at + 1)
  const scenario = printable(call.scenario)
  const isOnly = report.calls.length === 1
  const {applet} = call
  const [word, which] = applet === undefined ? ['call', ''] : ['stream', ` (${printable(applet)})`]
  const className = isOnly ? scenario : `${scenario}.${word}-${number}`
  return {
    name: isOnly ? scenario : `${scenario}, ${word} ${number}${which}`,
    cases: [
      caseOfCall(call, className),
      ...call.turns
        .filter((turn) => turn.expectation !== undefined)
        .map((turn) => caseOfTurn(turn, className)),
      ...casesOfFindings(call, className),
    ],
    timeMs: call.durationMs,
    startedAt: call.startedAt ?? report.startedAt,
    properties: propertiesOf(report, call),
    output: outputOf(call),
  }
}

function caseOfCall(call: CallReport, className: string): Case {
  const done = {name: 'the call is completed', className, timeMs: call.durationMs}
  const {failure, outcome} = call
  if (failure) {
    const {code, message, hint, exotelError} = failure
    const exotel = exotelError === undefined ? [] : [`Exotel would show: ${exotelError}`]
    return {
      ...done,
      fault: {
        tag: 'error',
        type: printable(code),
        message: printable(message),
        lines: [`Fix: ${hint}`, ...exotel].map(printable),
      },
    }
  }
  if (outcome === 'completed') return done
  const message =
    outcome === 'dropped' ? 'The call could not be started in time.' : 'The call failed.'
  return {...done, fault: {tag: 'error', type: outcome, message}}
}

function caseOfTurn(turn: TurnReport, className: string): Case {
  const {index, kind, label, expectation = '', withinMs, startMs, endMs} = turn
  const said = label === kind ? '' : ` "${printable(label)}"`
  const limit = withinMs === undefined ? '' : ` within ${String(withinMs)} ms`
  const judged = {
    name: `turn ${String(index)}: ${kind}${said}, ${expectation}${limit}`,
    className,
    timeMs: Math.max(0, endMs - startMs),
  }
  const result = turnResult(turn)
  if (result !== 'fail' && result !== 'not measured') return judged
  const isFailed = result === 'fail'
  const message =
    printable(turn.why ?? '') || (isFailed ? 'The expectation is not met.' : 'It was not measured.')
  const type = isFailed ? 'expectation' : 'not-measured'
  return {...judged, fault: {tag: 'failure', type, message}}
}

/** Only errors fail a call; warnings and advice are told in the output of the suite. */
function casesOfFindings({findings}: CallReport, className: string): readonly Case[] {
  return findings
    .filter(({severity}) => severity === 'error')
    .map(({ref, rule, count, summary, fix}) => ({
      name: printable(`${ref} ${rule}`),
      className,
      timeMs: 0,
      fault: {
        tag: 'failure',
        type: printable(rule),
        message: printable(summary),
        lines: [`Seen ${counted(count, 'time')}.`, printable(`Fix: ${fix}`)],
      },
    }))
}

function caseOfWalk(
  {name, scenario, endedAt, failure, steps, durationMs}: FlowWalk,
  at: number,
): Case {
  const judged = {
    name: printable(`${name}, call ${String(at + 1)}: ${scenario}, ended at ${endedAt}`),
    className: 'flow',
    timeMs: durationMs,
  }
  if (!failure) return judged
  const lines = [`Fix: ${failure.hint}`, ...steps.map((step) => stepLine(step, {ascii: true}))]
  return {
    ...judged,
    fault: {
      tag: 'failure',
      type: printable(failure.code),
      message: printable(failure.message),
      lines: lines.map(printable),
    },
  }
}

function caseOfThreshold({expression, scenario, status, value}: ThresholdResult): Case {
  const whose = scenario === undefined ? '' : `, ${scenario}`
  const judged = {name: printable(expression + whose), className: 'thresholds', timeMs: 0}
  if (status === 'pass') return judged
  const was = value === undefined ? 'No value was measured' : `It was ${String(value)}`
  const rest = status === 'fail' ? '' : ', so it cannot be judged'
  const type = status === 'fail' ? 'threshold' : 'not-measured'
  return {...judged, fault: {tag: 'failure', type, message: `${was}${rest}.`}}
}

function caseOfRule({ref, rule, status, tried, detail}: RuleResult): Case {
  const judged = {name: printable(`${ref} ${rule}`), className: 'conformance', timeMs: 0}
  if (status === 'not-tried') return {...judged, skipped: printable(tried)}
  if (status !== 'fail') return judged
  return {
    ...judged,
    fault: {
      tag: 'failure',
      type: printable(rule),
      message: printable(detail ?? 'The rule is broken.'),
      lines: [printable(tried)],
    },
  }
}

/** What no case above tells: a run that was stopped, a cause that shows only across calls. */
function caseOfRun(report: RunReport, others: readonly Case[]): Case | undefined {
  const {verdict, interrupted, diagnosis} = report
  const isTold = others.some(({fault}) => fault !== undefined)
  if (verdict === 'pass' || (isTold && !interrupted && !diagnosis)) return undefined
  const judged = {name: 'the run', className: 'run', timeMs: 0}
  if (!diagnosis) {
    const message = interrupted ? 'The run was interrupted.' : 'The verdict is fail.'
    return {...judged, fault: {tag: 'failure', type: 'verdict', message}}
  }
  const {cause, summary, fix, evidence} = diagnosis
  const lines = [`Fix: ${fix}`, ...evidence].map(printable)
  return {
    ...judged,
    fault: {tag: 'failure', type: printable(cause), message: printable(summary), lines},
  }
}

function propertiesOf(report: RunReport, call: CallReport): Suite['properties'] {
  const {diagnosis, closing, uncertaintyMs} = call
  const kept: readonly (readonly [string, string | number | undefined])[] = [
    ['callSid', call.callSid || undefined],
    ['streamSid', call.streamSid || undefined],
    ['applet', call.applet],
    ['seed', report.seed],
    ['profile', call.profile ?? report.plan.profile],
    ['target', report.target.bot ?? call.url ?? report.target.url],
    ['rig', report.rig.verdict],
    ['uncertaintyMs', uncertaintyMs?.toFixed(1)],
    ['closeCode', closing?.code],
    ['diagnosis', diagnosis?.cause],
  ]
  return kept.flatMap(([name, value]) => {
    if (value === undefined) return []
    // A seed is as long as a telephone number, and is none.
    return [[name, typeof value === 'number' ? String(value) : printable(value)]]
  })
}

/** Paths come first and whole, so that a person, or Jenkins' attachments plugin, finds the files. */
function outputOf({artifacts, diagnosis, findings}: CallReport): readonly string[] {
  const {recording, journal} = artifacts
  return [
    ...[recording, journal].flatMap((path) =>
      path === undefined ? [] : [`[[ATTACHMENT|${withoutControls(path)}]]`],
    ),
    ...(diagnosis
      ? [
          `Most likely cause: ${diagnosis.cause}. ${diagnosis.summary}`,
          `Fix: ${diagnosis.fix}`,
          ...diagnosis.evidence,
        ].map(printable)
      : []),
    ...findings
      .filter(({severity}) => severity !== 'error')
      .map(({severity, ref, rule, count, summary}) =>
        printable(`${severity} ${ref} ${rule}, ${counted(count, 'time')}: ${summary}`),
      ),
  ]
}
