import {once} from 'node:events'

import {Flags} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {noteDir, wholeNumber} from '../cli/flags.js'
import {onSignals} from '../cli/shutdown.js'
import {catchThrows} from '../cli/stray-throws.js'

export default class Serve extends BaseCommand {
  static override summary = 'Serve a bot that Exotel, or exostream simulate, can call'
  static override description =
    'With --json it prints one JSON object a line: first "listening", at the end "closed".'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 0 --bot echo',
    '<%= config.bin %> <%= command.id %> --template sales --log-level debug',
  ]

  static override flags = {
    host: Flags.string({
      description: 'the address to listen on; 0.0.0.0 is every one of this machine',
      env: 'EXOSTREAM_HOST',
      default: '0.0.0.0',
    }),
    port: wholeNumber({
      description: 'the port to listen on; 0 takes any free one',
      env: 'EXOSTREAM_PORT',
      default: 5000,
      max: 65_535,
    }),
    bot: Flags.string({
      description: 'playback, echo, sink, or a module such as ./my-bot.js',
      env: 'EXOSTREAM_BOT',
      default: 'playback',
      helpValue: 'NAME|FILE',
    }),
    template: Flags.string({
      description: 'the voice template of the playback bot (default: sales)',
      env: 'EXOSTREAM_TEMPLATE',
      helpValue: 'NAME|DIR',
    }),
    'data-dir': noteDir,
    'log-level': Flags.option({
      description: 'how much the log on stderr tells',
      env: 'EXOSTREAM_LOG_LEVEL',
      default: 'info',
      options: ['debug', 'info', 'warn', 'error', 'silent'] as const,
    })(),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Serve)
    const {openServing} = await import('../serve/serving.js')
    const {announce, reachable} = await import('../serve/announcement.js')
    const {'data-dir': dataDir, 'log-level': logLevel, ...rest} = flags
    const signals = onSignals()
    const throws = catchThrows()
    try {
      const world = {prettyLog: !flags.json, watchThrows: throws.watch}
      const serving = await openServing({...rest, dataDir, logLevel, ...world})
      const {announced} = serving
      this.output.answer(announce(announced))
      const {port, botName: bot, template} = announced
      this.output.answerLine({event: 'listening', port, bot, template, urls: reachable(announced)})
      if (!signals.signal.aborted) await once(signals.signal, 'abort')
      await serving.close()
      this.output.answerLine({event: 'closed'})
    } finally {
      signals.dispose()
      throws.dispose()
    }
  }
}
