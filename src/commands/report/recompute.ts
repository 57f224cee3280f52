import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {exitCodeOfRun} from '../../cli/exit-codes.js'

export default class ReportRecompute extends BaseCommand {
  static override summary = 'Make the report of a run again from its kept journals'
  static override description =
    'What the bot sent is played once more, so that what the caller heard is found anew: by a newer exostream, or where the report was lost. Takes journals, or the folders that hold them.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> .exostream/calls/2026-01-01-120000-basic',
    '<%= config.bin %> <%= command.id %> run/01-basic/journal.ndjson run/02-sales/journal.ndjson --json',
  ]

  static override strict = false

  static override args = {
    journal: Args.string({
      description: 'a journal.ndjson, or a folder that holds one or several calls',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    out: Flags.string({
      description: 'folder to write report.json to',
      helpValue: 'FOLDER',
    }),
  }

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(ReportRecompute)
    const {recomputeRun} = await import('../../simulate/recompute/recompute.js')
    const {report, notes} = await recomputeRun(argv.map(String))
    const {renderReport} = await import('../../report/text/text.js')
    this.output.answer(renderReport(report, this.output.look))
    for (const note of notes) this.output.say(note)
    if (flags.out !== undefined) {
      const {writeReport} = await import('../../simulate/keep.js')
      this.output.say(`Written to ${await writeReport(flags.out, report)}`)
    }
    process.exitCode = exitCodeOfRun(report, true)
    return report
  }
}
