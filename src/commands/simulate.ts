import {BaseCommand} from '../cli/base-command.js'
import {showRun} from '../cli/call-line.js'
import {exitCodeOfRun} from '../cli/exit-codes.js'
import {scenarioLines} from '../cli/scenario-list.js'
import {botUrl} from '../cli/flags.js'
import {onSignals} from '../cli/shutdown.js'
import {simulateFlags} from '../cli/simulate-flags.js'
import {catchThrows} from '../cli/stray-throws.js'

export default class Simulate extends BaseCommand {
  static override summary = 'Call a bot as Exotel would, and say what the caller heard'
  static override description =
    'Without a URL it calls the "exostream serve" of this folder; without one of those, the built-in playback bot (not when CI is set).'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --list',
    '<%= config.bin %> <%= command.id %> --scenario sales --bot playback',
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media',
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --say hello.wav --json',
    '<%= config.bin %> <%= command.id %> --flow flow.yaml --flow-host 127.0.0.1:5000',
  ]

  static override args = {url: botUrl}

  static override flags = simulateFlags

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Simulate)
    if (flags.list) return this.#list()
    if (flags.schema) return this.#schema()
    const interruption = onSignals()
    const throws = catchThrows()
    try {
      const {prepare} = await import('../simulation.js')
      const {requestOf} = await import('../cli/simulate-request.js')
      const {reserveReportFiles, writeReportFiles} = await import('../report-files.js')
      await reserveReportFiles(flags)
      const prepared = await prepare({
        ...requestOf(flags),
        ...args,
        isCi: Boolean(process.env['CI']),
        signal: interruption.signal,
        watchThrows: throws.watch,
      })
      this.output.say(`Calling ${prepared.described}`)
      const {report, opened, problems, folder} = await prepared.run(showRun(this.output))
      const {unwritten, notes} = await writeReportFiles(report, flags)
      const {renderReport} = await import('../report/text/text.js')
      this.output.answer(renderReport(report, this.output.look))
      for (const problem of [...problems, ...unwritten, ...notes]) this.output.say(problem)
      if (folder !== undefined) this.output.say(`Kept in ${folder}`)
      process.exitCode = exitCodeOfRun(report, opened, unwritten.length === 0)
      return report
    } finally {
      interruption.dispose()
      throws.dispose()
    }
  }

  async #list(): Promise<unknown> {
    const {listScenarios} = await import('../simulate/scenario/scenario-reader.js')
    const scenarios = await listScenarios()
    for (const line of scenarioLines(scenarios)) this.output.answer(line)
    return {scenarios}
  }

  async #schema(): Promise<unknown> {
    const {scenarioJsonSchema} = await import('../simulate/scenario/json-schema.js')
    const schema = scenarioJsonSchema()
    this.output.answer(JSON.stringify(schema, undefined, 2))
    return schema
  }
}
