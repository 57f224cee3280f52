import {Args} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {doctorFlags} from '../cli/doctor-flags.js'
import {exitCodeOfExamined} from '../cli/exit-codes.js'
import {onSignals} from '../cli/shutdown.js'

export default class Doctor extends BaseCommand {
  static override summary = 'Find out why Exotel cannot reach a bot, and what to do'
  static override description =
    'It does what Exotel would do, step by step, and ends in one sentence. Without a URL it checks the "exostream serve" of this folder, or else this machine.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --local',
    "<%= config.bin %> <%= command.id %> 'wss://your-ip/media?sample-rate=8000' --offline",
  ]

  static override args = {
    url: Args.string({
      description: 'the URL in the applet: ws:// or wss://, or a dynamic http(s):// one',
      ignoreStdin: true,
    }),
  }

  static override flags = doctorFlags

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Doctor)
    const interruption = onSignals()
    try {
      const {examinationRequestOf} = await import('../cli/doctor-request.js')
      const {prepareExamination} = await import('../examination.js')
      const {watchExamination} = await import('../cli/doctor-watch.js')
      const {renderDoctorReport} = await import('../doctor/text/doctor-text.js')
      const examine = prepareExamination({...examinationRequestOf(flags), ...args})
      const seen = await watchExamination(examine, {
        isRepeated: flags.watch,
        isStrict: flags.strict,
        output: this.output,
        signal: interruption.signal,
      })
      const options = {isVerbose: flags.verbose}
      this.output.answer(renderDoctorReport(seen.report, this.output.look, options))
      process.exitCode = exitCodeOfExamined(seen, {isStrict: flags.strict})
      return seen.report
    } finally {
      interruption.dispose()
    }
  }
}
