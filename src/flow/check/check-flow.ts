import type {Finding, FlowReport, RuleOptions, Severity} from '../finding.js'
import type {ReadFlow} from '../source.js'
import {RULES} from './rules.js'

/** Everything that is wrong with a flow as it is written; nothing is asked of the network. */
export function checkFlow({flow, placeOf}: ReadFlow, options: RuleOptions): readonly Finding[] {
  return RULES.flatMap((rule) =>
    rule.find(flow, options).map(({applet, field, summary, fix}) => {
      const {id, severity, source} = rule
      const {path, line} = placeOf(applet, field)
      return {id, severity, path, ...(line === undefined ? {} : {line}), summary, fix, source}
    }),
  )
}

const WEIGHTS: readonly Severity[] = ['error', 'warning', 'info']

/** The gravest first; among those in the order of the file, the flow as a whole before its applets. */
function byWeight(one: Finding, other: Finding): number {
  const weight = WEIGHTS.indexOf(one.severity) - WEIGHTS.indexOf(other.severity)
  return weight || (one.line ?? 0) - (other.line ?? 0)
}

export function flowReport(findings: readonly Finding[]): FlowReport {
  const isBroken = findings.some(({severity}) => severity !== 'info')
  return {
    schemaVersion: 1,
    verdict: isBroken ? 'broken' : 'ok',
    findings: findings.toSorted(byWeight),
  }
}
