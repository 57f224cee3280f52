import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {exitCodeOfRun} from '../../cli/exit-codes.js'
import {readReportsAt} from '../../cli/read-report.js'

export default class ReportMerge extends BaseCommand {
  static override summary = 'Add the reports of several machines to one'
  static override description =
    'Takes the shards of one load run, or runs of the same scenarios, as a CI matrix leaves them. All is judged anew over all calls: percentiles are those of every single value, none is averaged. The exit code is that of the merged verdict.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> shard-1/report.json shard-2/report.json --out merged',
    '<%= config.bin %> <%= command.id %> shard-* --junit merged.xml --html merged.html',
  ]

  static override strict = false

  static override args = {
    report: Args.string({
      description: 'a report.json, or the folder it is in',
      required: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    out: Flags.string({description: 'folder to write report.json to', helpValue: 'FOLDER'}),
    junit: Flags.string({
      description: 'write the verdicts as JUnit XML',
      helpValue: 'FILE',
      env: 'EXOSTREAM_JUNIT',
    }),
    html: Flags.string({
      description: 'write the report as one HTML page with its audio',
      helpValue: 'FILE',
      env: 'EXOSTREAM_HTML',
    }),
  }

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(ReportMerge)
    const {reserveReportFiles, writeReportFiles} = await import('../../report-files.js')
    await reserveReportFiles(flags)
    const {mergeRuns, MOST_CALLS} = await import('../../simulate/merge-runs.js')
    const parts = await readReportsAt(argv.map(String), MOST_CALLS)
    const {report, notes} = mergeRuns(parts)
    const {unwritten, notes: without} = await writeReportFiles(report, flags)
    const {renderReport} = await import('../../report/text/text.js')
    this.output.answer(renderReport(report, this.output.look))
    for (const note of [...notes, ...unwritten, ...without]) this.output.say(note)
    if (flags.out !== undefined) {
      const {writeReport} = await import('../../simulate/keep.js')
      this.output.say(`Written to ${await writeReport(flags.out, report)}`)
    }
    const wasOpened = report.calls.some(({closing}) => closing !== undefined)
    process.exitCode = exitCodeOfRun(report, wasOpened, unwritten.length === 0)
    if (!report.load) return report
    const {jsonPieces} = await import('../../report/json-pieces.js')
    await this.output.answerPieces(jsonPieces(report))
    return undefined
  }
}
