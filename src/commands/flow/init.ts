import {BaseCommand} from '../../cli/base-command.js'
import {initFlags} from '../../cli/flow/init/init-flags.js'
import {onSignals} from '../../cli/shutdown.js'

export default class Init extends BaseCommand {
  static override summary = 'Ask what a call should do, and write the flow for it'
  static override description =
    'Asks on a terminal what the flags leave open, writes flow.yaml, and prints the applets to click together. Without a terminal every answer has to be a flag: --use and --url, or --where unknown.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --use voicebot --url wss://bot.acme.in/media --yes',
    '<%= config.bin %> <%= command.id %> --use stream --where unknown --out listen.yaml --yes',
  ]

  static override flags = initFlags

  async run(): Promise<unknown> {
    const {flags, raw} = await this.parse(Init)
    const given = raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : []))
    const interruption = onSignals()
    try {
      const {initFlow} = await import('../../cli/flow/init/init-flow.js')
      const {flowDocument} = await import('../../flow/format/flow-writer.js')
      const {renderAs} = await import('../../flow/print/render.js')
      const {flow, file, localUrl, next} = await initFlow(flags, {
        world: process,
        signal: interruption.signal,
        given,
        say: (text) => {
          this.output.say(text)
        },
      })
      const settings = renderAs('text', {
        ...{flow, file},
        ...(localUrl === undefined ? {} : {localUrl}),
        ...{look: this.output.look, lang: 'js', upstreams: []},
      })
      const commands = next.map((command) => `  ${command}\n`).join('')
      this.output.answer(`${settings}\nWritten to ${file}. Next:\n${commands}`)
      return {file, flow: flowDocument(flow)}
    } finally {
      interruption.dispose()
    }
  }
}
