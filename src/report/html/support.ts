import {utcAt} from './utc.js'
import type {CallReport, RunReport} from '../report.js'
import {counted, inSeconds} from '../text/units.js'
import {html, type Markup, trusted} from './markup.js'

/** All that Exotel's support, or whoever runs the bot, needs to find the call in a log: plain text. */
function supportText(report: RunReport, call: CallReport): readonly string[] {
  const {closing, failure, diagnosis} = call
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['CallSid', call.callSid],
    ['StreamSid', call.streamSid],
    ['Started (UTC)', call.startedAt ?? report.startedAt],
    ['From', call.from],
    ['To', call.to],
    ['Target', report.target.url ?? report.target.bot],
    ['Scenario', call.scenario],
    ['Profile', `${call.profile ?? report.plan.profile}, ${String(report.plan.sampleRateHz)} Hz`],
    ['Duration', closing ? inSeconds(call.durationMs) : 'no stream was opened'],
    ['Ended by', closing?.by],
    ['Close code', closing?.code === undefined ? undefined : String(closing.code)],
    ['Reason', closing?.reason],
    ['Error', failure && `${failure.code}: ${failure.message}`],
    ['Exotel would show', failure?.exotelError],
    ['Cause', diagnosis && `${diagnosis.cause}: ${diagnosis.summary}`],
    ['Tool', `${report.tool.name} ${report.tool.version}, a simulated call`],
  ]
  const findings = call.findings.map(({ref, rule, severity, count, firstAtMs}) => {
    const utc = utcAt(call, firstAtMs)
    const when = utc === undefined ? '' : `, about ${utc}`
    return `${severity} ${ref} ${rule}, ${counted(count, 'time')}, first ${inSeconds(firstAtMs)} after start${when}`
  })
  return [
    ...lines.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${`${name}:`.padEnd(19)}${value}`],
    ),
    ...findings.map((line) => `${'Finding:'.padEnd(19)}${line}`),
  ]
}

export function drawSupport(report: RunReport, call: CallReport, id: string): Markup {
  const lines = supportText(report, call).map((line) => html`${line}${trusted('\n')}`)
  return html`<h3>For support</h3>
    <pre id="${id}-support">${lines}</pre>
    <button type="button" data-copy="${id}-support" hidden>Copy for support</button>`
}
