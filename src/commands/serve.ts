import {once} from 'node:events'

import {BaseCommand} from '../cli/base-command.js'
import {oldVariableHints} from '../cli/config/old-variables.js'
import {serveRequestOf} from '../cli/config/request.js'
import type {ServeSettings} from '../cli/config/settings.js'
import {serveFlags} from '../cli/serve-flags.js'
import {onSignals} from '../cli/shutdown.js'
import {catchThrows} from '../cli/stray-throws.js'

export default class Serve extends BaseCommand {
  static override summary = 'Serve a bot that Exotel, or exostream simulate, can call'
  static override description =
    'With --json it prints one JSON object a line: first "listening", at the end "closed".'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 0 --bot echo --ack always',
    '<%= config.bin %> <%= command.id %> --bot converse --record --dump',
    '<%= config.bin %> <%= command.id %> --bot relay --to ws://127.0.0.1:8000/media --record',
    '<%= config.bin %> <%= command.id %> --bot ./my-bot.js --reload',
  ]

  static override flags = serveFlags

  async run(): Promise<void> {
    const parsed = await this.parse(Serve)
    const {settleServe} = await import('../cli/config/settings.js')
    const settled = await settleServe(parsed, {env: process.env, folder: '.'})
    if (parsed.flags['print-config']) {
      const {printConfig, secretsNote, settingsDocument} =
        await import('../cli/config/print-config.js')
      for (const note of secretsNote(settled)) this.output.say(note)
      this.output.answer(printConfig(settled))
      this.output.answerLine(settingsDocument(settled))
      return
    }
    if (settled.file !== undefined) this.output.say(`Settings are read from ${settled.file}.`)
    for (const hint of [...settled.notes, ...oldVariableHints(process.env)]) this.output.say(hint)
    await this.serve(settled.settings)
  }

  private async serve(settings: ServeSettings): Promise<void> {
    const {openServing} = await import('../serve/serving.js')
    const {announce, listening} = await import('../serve/announcement.js')
    const signals = onSignals()
    const throws = catchThrows()
    try {
      const {signal} = signals
      const world = {prettyLog: !this.jsonEnabled(), watchThrows: throws.watch, signal}
      const serving = await openServing(serveRequestOf(settings, world))
      const {announced} = serving
      this.output.answer(announce(announced))
      this.output.answerLine({event: 'listening', ...listening(announced)})
      if (!signal.aborted) await once(signal, 'abort')
      await serving.close()
      this.output.answerLine({event: 'closed'})
    } finally {
      signals.dispose()
      throws.dispose()
    }
  }
}
