import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {EXIT} from '../../cli/exit-codes.js'
import {onSignals} from '../../cli/shutdown.js'
import type {RuleOptions} from '../../flow/finding.js'
import type {Asking, ProbeResult} from '../../flow/probe/probe.js'
import type {ReadFlow} from '../../flow/source.js'

export default class Check extends BaseCommand {
  static override summary = 'Find what is wrong with a flow, before a call does'
  static override description =
    'Reads flow.yaml, what "flow print --as json" writes, or the JSON settings of older guides. Exit 0 when it is good or there is only advice, 1 when something is wrong, 2 when it cannot be read.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> sales.yaml --probe',
  ]

  static override args = {
    file: Args.string({
      description: 'the flow, as YAML or JSON; - reads stdin',
      default: 'flow.yaml',
      ignoreStdin: true,
    }),
  }

  static override flags = {
    local: Flags.boolean({
      description: 'the flow is tried on this machine: hosts and TLS are not judged',
      env: 'EXOSTREAM_LOCAL',
    }),
    probe: Flags.boolean({
      description: 'also ask the dynamic and Passthru URLs, as Exotel would, and judge the answers',
      env: 'EXOSTREAM_PROBE',
    }),
    schema: Flags.boolean({
      description: 'print the JSON Schema of a flow, for your editor, and check nothing',
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Check)
    if (flags.schema) return this.#schema()
    const {readFlowFile} = await import('../../flow/format/flow-reader.js')
    const {checkFlow, flowReport} = await import('../../flow/check/check-flow.js')
    const {renderFindings} = await import('../../flow/check/finding-text.js')
    const read = await readFlowFile(args.file)
    const options = {isLocal: flags.local}
    const found = checkFlow(read, options)
    const probed = flags.probe ? await this.#probe(read, options) : undefined
    const report = flowReport([...found, ...(probed?.findings ?? [])])
    this.output.answer(renderFindings(report, read.file ?? args.file, this.output.look))
    process.exitCode = report.verdict === 'ok' ? EXIT.ok : EXIT.verdict
    if (!probed?.isInterrupted) return probed ? {...report, probe: probed.asked} : report
    this.output.answer('Interrupted: not every question to its URLs was answered.')
    process.exitCode = EXIT.interrupted
    return {...report, probe: probed.asked, interrupted: true}
  }

  async #schema(): Promise<unknown> {
    const {flowJsonSchema} = await import('../../flow/format/json-schema.js')
    const schema = flowJsonSchema()
    this.output.answer(JSON.stringify(schema, undefined, 2))
    return schema
  }

  async #probe(read: ReadFlow, {isLocal}: RuleOptions): Promise<ProbeResult> {
    const {probeFlow} = await import('../../flow/probe/probe.js')
    const {renderProbe} = await import('../../flow/probe/probe-text.js')
    const {systemClock: clock} = await import('../../clock.js')
    const {look, live} = this.output
    const on = ({path, question}: Asking) => {
      live.clear()
      live.show(`asking ${path}: ${question}`)
    }
    const interruption = onSignals()
    try {
      const probed = await probeFlow(read, {clock, signal: interruption.signal, isLocal, on})
      this.output.answer(`${renderProbe(probed.asked, look)}\n`)
      return probed
    } finally {
      live.clear()
      interruption.dispose()
    }
  }
}
