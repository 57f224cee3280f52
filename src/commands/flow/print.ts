import {Args} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {printFlags} from '../../cli/flow/printing-flags.js'

/** What runs as it is printed has no room for findings. */
const PROGRAMS: ReadonlySet<string> = new Set(['curl', 'handler', 'nginx'])

export default class Print extends BaseCommand {
  static override summary = 'Print what to click and paste in App Bazaar, applet by applet'
  static override description =
    'Of a URL it makes the flow Passthru, Voicebot, Passthru, Hangup or Connect, as the flags wish; a flow file it prints as it is. Without either it takes the "exostream serve" of this folder, or else its flow.yaml. What "flow check" would call broken comes first; the exit stays 0, for the verdict is that of "flow check". Nobody is dialled.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> wss://bot.acme.in/media',
    '<%= config.bin %> <%= command.id %> wss://bot.acme.in/media --passthru https://bot.acme.in/passthru --afterwards connect --as markdown',
    '<%= config.bin %> <%= command.id %> wss://bot.acme.in/media --sample-rate 16000 --param campaign=emi --as yaml',
    '<%= config.bin %> <%= command.id %> wss://bot.acme.in/media --use connect-voice-ai --as curl',
  ]

  static override args = {
    source: Args.string({
      description: "the bot's URL as in the applet, or the path of a flow file; - reads stdin",
      ignoreStdin: true,
    }),
  }

  static override flags = printFlags

  async run(): Promise<unknown> {
    const {args, flags, raw} = await this.parse(Print)
    const given = raw.flatMap((token) =>
      token.type === 'flag' ? [{name: token.flag, input: token.input}] : [],
    )
    const {flowToPrint} = await import('../../cli/flow/printing.js')
    const {printedDocument} = await import('../../flow/print/forms/json.js')
    const {renderAs} = await import('../../flow/print/render.js')
    const {faultLines} = await import('../../flow/print/sheet/faults.js')
    const {look} = this.output
    const {printing, note} = await flowToPrint({source: args.source, flags, given, look})
    if (note !== undefined) this.output.say(note)
    if (PROGRAMS.has(flags.as)) for (const line of faultLines(printing)) this.output.say(line)
    if (this.jsonEnabled()) return printedDocument(printing)
    this.output.answer(renderAs(flags.as, printing))
    return undefined
  }
}
