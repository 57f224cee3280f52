import {Args} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {showCall} from '../cli/call-line.js'
import {exitCodeOfRun} from '../cli/exit-codes.js'
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
  ]

  static override args = {
    url: Args.string({
      description: 'the WebSocket URL of the bot, ws:// or wss://',
      ignoreStdin: true,
    }),
  }

  static override flags = simulateFlags

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Simulate)
    if (flags.list) return this.#list()
    const interruption = onSignals()
    const throws = catchThrows()
    try {
      const {prepare} = await import('../simulation.js')
      const prepared = await prepare({
        ...flags,
        ...args,
        marksOnClear: flags['marks-on-clear'],
        dataDir: flags['data-dir'],
        profiles: flags.profile,
        isCi: Boolean(process.env['CI']),
        signal: interruption.signal,
        watchThrows: throws.watch,
      })
      this.output.say(`Calling ${prepared.described}`)
      const {report, opened, problems, folder} = await prepared.run(showCall(this.output.live))
      for (const problem of problems) this.output.say(problem)
      const {renderReport} = await import('../report/text/text.js')
      this.output.answer(renderReport(report, this.output.look))
      if (folder !== undefined) this.output.say(`Kept in ${folder}`)
      process.exitCode = exitCodeOfRun(report, opened)
      return report
    } finally {
      interruption.dispose()
      throws.dispose()
    }
  }

  async #list(): Promise<unknown> {
    const {listScenarios} = await import('../simulate/scenario/scenario-reader.js')
    const scenarios = await listScenarios()
    const width = Math.max(...scenarios.map(({name}) => name.length))
    for (const {name, description} of scenarios)
      this.output.answer(`${name.padEnd(width)}  ${description}`)
    return {scenarios}
  }
}
