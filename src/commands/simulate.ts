import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {showCall} from '../cli/call-line.js'
import {exitCodeOfRun} from '../cli/exit-codes.js'
import {dataDir, seed} from '../cli/flags.js'
import {onSignals} from '../cli/shutdown.js'
import {type ProfileId, profiles} from '../protocol/profiles.js'

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

  static override flags = {
    scenario: Flags.string({
      char: 's',
      description: 'a built-in scenario or a YAML file (default: basic)',
      env: 'EXOSTREAM_SCENARIO',
      exclusive: ['say'],
      helpValue: 'NAME|FILE',
    }),
    list: Flags.boolean({description: 'show the built-in scenarios'}),
    say: Flags.string({
      description: 'a WAV file to say instead of a scenario; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE.wav',
    }),
    bot: Flags.string({
      description: 'call a bot run in this process: playback, echo, sink or a module',
      env: 'EXOSTREAM_BOT',
      helpValue: 'NAME|FILE',
    }),
    template: Flags.string({
      description: 'the voice template of the playback bot',
      env: 'EXOSTREAM_TEMPLATE',
      helpValue: 'NAME|DIR',
    }),
    profile: Flags.option({
      description: 'a dialect of Exotel; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      env: 'EXOSTREAM_PROFILE',
      // The cast restores the keys, which Object.keys forgets.
      options: Object.keys(profiles) as ProfileId[],
    })(),
    clear: Flags.option({
      description: 'what counts as started when clear arrives',
      options: ['packet', 'message'] as const,
      env: 'EXOSTREAM_CLEAR',
    })(),
    'marks-on-clear': Flags.option({
      description: 'what becomes of the marks of cleared audio',
      options: ['drop', 'echo'] as const,
      env: 'EXOSTREAM_MARKS_ON_CLEAR',
    })(),
    out: Flags.string({
      description: 'keep recording, journal and report in this folder',
      env: 'EXOSTREAM_OUT',
      helpValue: 'DIR',
    }),
    seed,
    'data-dir': dataDir,
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Simulate)
    const simulation = await import('../simulation.js')
    if (flags.list) return this.#list(await simulation.listScenarios())
    const interruption = onSignals()
    try {
      const prepared = await simulation.prepare({
        ...flags,
        ...args,
        marksOnClear: flags['marks-on-clear'],
        dataDir: flags['data-dir'],
        profiles: flags.profile,
        isCi: Boolean(process.env['CI']),
        signal: interruption.signal,
      })
      this.output.say(`Calling ${prepared.described}`)
      const {report, opened, problems, folder} = await prepared.run(showCall(this.output.live))
      for (const problem of problems) this.output.say(problem)
      const {renderReport} = await import('../report/text.js')
      this.output.answer(renderReport(report, this.output.look))
      if (folder !== undefined) this.output.say(`Kept in ${folder}`)
      process.exitCode = exitCodeOfRun(report, opened)
      return report
    } finally {
      interruption.dispose()
    }
  }

  #list(scenarios: readonly {name: string; description: string; path: string}[]): unknown {
    const width = Math.max(...scenarios.map(({name}) => name.length))
    for (const {name, description} of scenarios)
      this.output.answer(`${name.padEnd(width)}  ${description}`)
    return {scenarios}
  }
}
