import type {ThresholdResult} from '../threshold-result.js'
import type {CallReport, RigReport, RuleResult, RunReport} from '../report.js'
import {summarise} from '../summary.js'
import {inMs} from '../text/units.js'
import {callVerdict} from '../verdict.js'
import {drawMetrics} from './figures.js'
import {html, type Markup} from './markup.js'
import {lengthOf} from './timeline/timeline.js'
import {word} from './verdict-word.js'
import {drawTable} from './table.js'

/** What holds for the run as a whole, each part a section of its own. */
export function drawCalls(
  calls: readonly CallReport[],
  shown: ReadonlySet<number>,
): Markup | undefined {
  if (calls.length <= 1) return undefined
  const rows = calls.map((call, at) => {
    const number = at + 1
    const name = shown.has(at)
      ? html`<a href="#call-${number}">${call.scenario}</a>`
      : html`${call.scenario}`
    return html`<tr>
      <td class="num" data-is="call">${number}</td>
      <td>${name}</td>
      <td class="num right">${lengthOf(call)}</td>
      <td>${word(callVerdict(call))}</td>
      <td>${remarkOf(call)}</td>
    </tr>`
  })
  return html`<section>
    <h2>Calls</h2>
    ${drawTable(['#', 'scenario', {right: 'length'}, 'result', 'why'], rows)}
    ${shown.size < calls.length && html`<p class="note">${shown.size} of them are shown in full below, those that did not pass before the others; report.json has all.</p>`}
  </section>`
}

function remarkOf(call: CallReport): string {
  if (call.diagnosis) return call.diagnosis.summary
  if (call.failure) return call.failure.message
  const unmet = call.turns.find((turn) => turn.met === false)
  if (unmet) return `turn ${String(unmet.index)}: ${unmet.why ?? unmet.label}`
  const error = call.findings.find(({severity}) => severity === 'error')
  return error ? `${error.ref} ${error.rule}` : ''
}

/** The spread over all calls; per scenario where there are several. */
export function drawSpread({calls, summary}: RunReport): Markup | undefined {
  if (calls.length === 1) return undefined
  const scenarios = [...new Set(calls.map(({scenario}) => scenario))]
  const isOne = scenarios.length === 1
  const parts = isOne
    ? [drawMetrics(summary.metrics)]
    : scenarios.map((name) => {
        const {metrics} = summarise(calls.filter(({scenario}) => scenario === name))
        const table = drawMetrics(metrics)
        return (
          table &&
          html`<h3>${name}</h3>
            ${table}`
        )
      })
  if (parts.every((part) => part === undefined)) return undefined
  return html`<section>
    <h2>Over all calls</h2>
    ${parts}
  </section>`
}

export function drawThresholds(thresholds: readonly ThresholdResult[]): Markup | undefined {
  if (thresholds.length === 0) return undefined
  const rows = thresholds.map(({expression, scenario, value, status}) => {
    const was = value === undefined ? 'no value' : String(Math.round(value * 100) / 100)
    return html`<tr>
      <td>
        <code>${expression}</code
        >${scenario !== undefined && html` <span class="soft">${scenario}</span>`}
      </td>
      <td class="right num" data-is="was">${was}</td>
      <td>${word(status)}</td>
    </tr>`
  })
  return html`<section>
    <h2>Thresholds</h2>
    ${drawTable(['threshold', {right: 'was'}, 'result'], rows)}
  </section>`
}

export function drawConformance(rules: readonly RuleResult[] = []): Markup | undefined {
  if (rules.length === 0) return undefined
  const rows = rules.map(
    ({ref, rule, status, tried, detail}) =>
      html`<tr>
        <td class="num">${ref}</td>
        <td>${rule}</td>
        <td>${word(status)}</td>
        <td>${tried}${detail !== undefined && html`<span class="why">${detail}</span>`}</td>
      </tr>`,
  )
  return html`<section>
    <h2>Conformance</h2>
    ${drawTable(['ref', 'rule', 'result', 'how it was tried'], rows)}
  </section>`
}

const RIG_WORDS = {
  reliable: "The times above are the bot's own.",
  'upper-bound': 'Some times above hold lateness of this machine; they are at most what is shown.',
  void: 'This machine was too late to measure the bot; run it again where less else runs.',
} as const

export function drawRig({
  verdict,
  reason,
  sendLatenessMs,
  eventLoopLagMs,
  rigCpu,
  cores = 1,
}: RigReport): Markup {
  const {p50, p99, max} = sendLatenessMs
  return html`<section>
    <h2>Can the numbers be trusted?</h2>
    <p>
      <strong class="word ${verdict}">${verdict.replace('-', ' ')}</strong>
      ${RIG_WORDS[verdict]}${reason !== undefined && ` ${reason}.`}
    </p>
    <dl>
      <dt>Frames sent late by</dt>
      <dd class="num">${inMs(p50)} at p50, ${inMs(p99)} at p99, ${inMs(max)} at most</dd>
      <dt>Event loop late by</dt>
      <dd class="num">${inMs(eventLoopLagMs.p99)} at p99</dd>
      ${
        rigCpu !== undefined &&
        html`<dt>CPU of this process</dt>
          <dd class="num">
            ${(rigCpu * 100).toFixed(0)} % of
            ${cores === 1 ? 'a core' : `${String(cores)} cores (100 % is one)`}
          </dd>`
      }
    </dl>
  </section>`
}

export function drawPlan(report: RunReport): Markup {
  const shown = planRows(report).flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
        ],
  )
  const sources = (report.plan.sources ?? []).map(
    ({name, sha256}) =>
      html`<dt>${name}.yaml</dt>
        <dd><code>sha256 ${sha256}</code></dd>`,
  )
  return html`<section>
    <h2>To run it again</h2>
    <dl>${shown}${sources}</dl>
  </section>`
}

type Row = readonly [name: string, value: string | Markup | undefined]

function planRows({plan, seed, machine, target, startedAt, tool}: RunReport): readonly Row[] {
  return [
    ['Started', startedAt],
    ['Target', target.url ?? target.bot],
    ['Scenarios', plan.scenarios.join(', ')],
    ['Said', plan.say?.join(', ')],
    ['Calls a scenario', plan.repeat === undefined ? undefined : String(plan.repeat)],
    ['Seed', html`${seed}`],
    [
      'Profile',
      `${plan.profile}, ${String(plan.sampleRateHz)} Hz, frames of ${String(plan.frameMs)} ms`,
    ],
    [
      'Clear',
      `stops at the next ${plan.clear}; marks behind it are ${plan.marksOnClear === 'drop' ? 'dropped' : 'returned'}`,
    ],
    [
      'Speech',
      `found from ${String(plan.vad.thresholdDbfs)} dBFS, after ${String(plan.vad.startMs)} ms, until ${String(plan.vad.stopMs)} ms of quiet`,
    ],
    ['Headers added', plan.headers?.join(', ')],
    [
      'Machine',
      `${machine.platform} ${machine.arch}, ${String(machine.cpus)} CPUs, Node ${machine.node}`,
    ],
    ['Tool', `${tool.name} ${tool.version}`],
  ]
}
