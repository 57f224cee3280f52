import {countCauses} from '../../causes.js'
import type {LoadReport} from '../../load-report.js'
import type {CallReport, RigReport, RunReport} from '../../report.js'
import {callVerdict} from '../../verdict.js'
import {describeFindings, type Section} from '../call-text.js'
import {hang, padEnd} from '../cells.js'
import type {Look} from '../look.js'
import {describeMetrics} from '../measured.js'
import {printable} from '../plain.js'
import {withoutControls} from '../../../mask.js'
import {counted, inMs, inSeconds} from '../units.js'
import {describeKnee} from './knee-text.js'
import {grouped, missingWords, ofCalls} from './load-words.js'
import {drawTable} from './table.js'

/** So many reasons for failures are told, the most frequent first. */
const MOST_CAUSES = 8
const NAME_CELLS = 11

/** What a load run showed, for a person: no list of its calls, which are thousands. */
export function describeLoad(report: RunReport, load: LoadReport, look: Look): readonly Section[] {
  const {calls, summary} = report
  return [
    ...(load.knee ? describeKnee(load.knee, calls, look) : []),
    {title: 'Calls', lines: describeCounts(report, load, look)},
    {title: 'Why calls did not pass', lines: describeCauses(calls, look)},
    describeAlone(report, load, look),
    {title: 'As the callers heard it', lines: describeMetrics(summary.metrics, look)},
    {title: 'Findings', lines: describeFindings(summary.findings, look)},
    {title: 'The worst calls', lines: describeWorst(report, load, look)},
  ]
}

/** Before all else, where the numbers are not the bot's. */
export function voidSentence({verdict, reason}: RigReport): string | undefined {
  if (verdict !== 'void') return undefined
  return `void: this machine was the limit${reason === undefined ? '.' : `: ${reason.replace(/\.$/, '')}.`}`
}

/** What was asked, and what came. */
export function countRows(
  {summary}: RunReport,
  load: LoadReport,
): readonly (readonly [string, string])[] {
  const {planned, opened, atPace, peak, durationMs, shards = [], knee, workers} = load
  const isMerged = shards.length > 1
  const {passed, failed, dropped, calls} = summary
  const rows: readonly (readonly [string, string | undefined])[] = [
    [
      'asked',
      planned === undefined ? undefined : `${grouped(planned)} ${planned === 1 ? 'call' : 'calls'}`,
    ],
    ['callers', callersRow(load)],
    ['shards', shardsRow(load)],
    ['opened', grouped(opened)],
    ['on time', `${ofCalls(atPace, opened)} at real pace`],
    [
      'peak',
      `${grouped(peak)} at once${isMerged ? `, the sum of the peaks of ${String(shards.length)} machines` : ''}`,
    ],
    ['passed', ofCalls(passed, calls)],
    ['failed', knee ? `${grouped(failed)}, of all steps` : grouped(failed)],
    [
      'dropped',
      `${grouped(dropped)}${dropped === 0 ? '' : ', which could not be started when they were due'}`,
    ],
    [
      'took',
      `${inSeconds(durationMs)}, on ${workers === 1 ? '1 thread' : `${String(workers)} threads`}`,
    ],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

function callersRow({callers}: LoadReport): string | undefined {
  if (callers === undefined) return undefined
  return `${grouped(callers)} ${callers === 1 ? 'row' : 'rows'} of --data`
}

/** One that was not merged is told by its number. */
function shardsRow(load: LoadReport): string | undefined {
  const {shards = [], missing} = load
  const [first] = shards
  if (!first) return undefined
  if (missing) {
    const words = missingWords(load) ?? ''
    return `${String(shards.length)} of ${String(first.of)}; ${words}`
  }
  return shards.length === 1
    ? `${String(first.part)} of ${String(first.of)}`
    : `all ${String(first.of)}`
}

function describeCounts(report: RunReport, load: LoadReport, look: Look): readonly string[] {
  const bad: Readonly<Record<string, boolean>> = {
    failed: report.summary.failed > 0 && !load.knee,
    dropped: report.summary.dropped > 0,
    'on time': load.atPace < load.opened,
    shards: load.missing !== undefined,
  }
  return countRows(report, load).flatMap(([name, value]) => {
    const lines = hang(`  ${padEnd(name, NAME_CELLS - 2)}`, value, look.width)
    return bad[name] === true ? lines.map(look.paint.warn) : lines
  })
}

function describeCauses(calls: readonly CallReport[], look: Look): readonly string[] {
  const causes = countCauses(calls)
  const left = causes.slice(MOST_CAUSES)
  const rest = left.reduce((sum, {count}) => sum + count, 0)
  const cells = grouped(causes[0]?.count ?? 0).length
  const indent = ' '.repeat(cells + 5)
  return [
    ...causes
      .slice(0, MOST_CAUSES)
      .flatMap(({count, cause, message, hint}) => [
        ...hang(
          `  ${grouped(count).padStart(cells)} x `,
          printable(`${cause}: ${message}`),
          look.width,
        ),
        ...(hint === undefined ? [] : hang(`${indent}Fix: `, printable(hint), look.width)),
      ]),
    ...(left.length === 0
      ? []
      : [`  ${grouped(rest)} more for ${String(left.length)} other reasons; report.json has all.`]),
  ]
}

/** The call that was made alone against the many. */
export function aloneRows({summary}: RunReport, {calibration}: LoadReport) {
  if (!calibration) return []
  const rows = [
    ['handshake', calibration.handshakeMs, summary.metrics['handshakeMs']],
    ['greeting', calibration.greetingMs, summary.metrics['greetingMs']],
    ['response', calibration.responseMs, summary.metrics['responseMs']],
  ] as const
  return rows.flatMap(([name, alone, all]) =>
    alone === undefined && !all
      ? []
      : [
          {
            name,
            alone: alone === undefined ? '' : inMs(alone),
            p50: all ? inMs(all.p50) : '',
            p95: all?.p95 === undefined ? '' : inMs(all.p95),
            max: all ? inMs(all.max) : '',
          },
        ],
  )
}

/** Why it failed, and what is wrong with the bot already with one call. */
function describeCalibration({calibration}: LoadReport, {width}: Look): readonly string[] {
  const {problem, failure, diagnosis} = calibration ?? {}
  const hint = failure && ` Fix: ${failure.hint}`
  const lines = [
    problem && `${problem}${hint ?? ''}`,
    diagnosis && `${diagnosis.summary} Fix: ${diagnosis.fix}`,
  ]
  return lines.flatMap((line) =>
    line === undefined ? [] : hang('  ', `Alone: ${printable(line)}`, width),
  )
}

function describeAlone(report: RunReport, load: LoadReport, look: Look): Section {
  const rows = aloneRows(report, load)
  const many = load.knee ? 'over all steps' : `with ${grouped(load.peak)} at once`
  const title = `One call alone, and ${many}`
  const told = describeCalibration(load, look)
  if (rows.length === 0) return {title, lines: told}
  const cells = (name: 'name' | 'alone' | 'p50' | 'p95' | 'max') => rows.map((row) => row[name])
  const table = drawTable(
    [
      {head: '', align: 'left', rank: 0, cells: cells('name')},
      {head: 'alone', align: 'right', rank: 0, cells: cells('alone')},
      {head: 'p50', align: 'right', rank: 1, cells: cells('p50')},
      {head: 'p95', align: 'right', rank: 0, cells: cells('p95')},
      {head: 'max', align: 'right', rank: 2, cells: cells('max')},
    ],
    look,
  )
  return {title, lines: [...table, ...told]}
}

/** The calls whose recordings were kept, in their order. */
export function worstCalls(
  {calls}: RunReport,
  {worst}: LoadReport,
): readonly {call: CallReport; number: number}[] {
  const wanted = new Set(worst)
  const found = new Map<string, {call: CallReport; number: number}>()
  for (const [at, call] of calls.entries()) {
    if (wanted.has(call.callSid)) found.set(call.callSid, {call, number: (call.index ?? at) + 1})
  }
  return worst.flatMap((callSid) => found.get(callSid) ?? [])
}

/** Paths are not wrapped, so that they can be copied. */
function describeWorst(report: RunReport, load: LoadReport, look: Look): readonly string[] {
  const {paint} = look
  const paintOf = {pass: paint.good, fail: paint.bad, 'not-measured': paint.warn}
  const wordOf = {pass: 'pass', fail: 'fail', 'not-measured': 'not measured'}
  const lines = worstCalls(report, load).flatMap(({call, number}) => {
    const verdict = callVerdict(call)
    const slowest = Math.max(...call.turns.map(({responseMs}) => responseMs ?? -Infinity))
    const response = Number.isFinite(slowest) ? `, response ${inMs(slowest)}` : ''
    const gapMs = call.metrics['gapMs'] ?? 0
    const gap = gapMs > 0 ? `, ${inMs(gapMs)} of silence in speech` : ''
    const text = `call ${grouped(number)}, ${call.scenario}, ${inSeconds(call.durationMs)}${response}${gap}`
    const {recording} = call.artifacts
    const word = wordOf[verdict]
    const [first = '', ...rest] = hang(`  ${word}  `, printable(text), look.width)
    return [
      `  ${paintOf[verdict](word)}${first.slice(2 + word.length)}`,
      ...rest,
      ...(recording === undefined ? [] : [`        ${withoutControls(recording)}`]),
    ]
  })
  const unheard = lines.length === 0 ? undefined : unheardWords(report)
  return unheard === undefined ? lines : [...lines, ...hang('  ', unheard, look.width)]
}

/** What one looks for in vain among the worst. */
function unheardWords({calls}: RunReport): string | undefined {
  const count = calls.filter(({outcome, sendLatenessP99Ms}) => {
    return outcome === 'failed' && sendLatenessP99Ms === undefined
  }).length
  if (count === 0) return undefined
  return `${counted(count, 'call that never opened has', 'calls that never opened have')} no recording, and ${count === 1 ? 'is' : 'are'} not listed here.`
}
