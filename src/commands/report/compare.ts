import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {EXIT} from '../../cli/exit-codes.js'
import {wholeNumber} from '../../cli/flags.js'
import {readReportAt} from '../../cli/read-report.js'
import {ExostreamError} from '../../errors.js'

const EXITS = {
  regression: EXIT.verdict,
  'no-regression': EXIT.ok,
  'not-compared': EXIT.environment,
} as const

const percentage = Flags.custom<number>({
  helpValue: 'N%',
  parse: (input) => {
    const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(input) ?? []
    if (digits !== undefined) return Promise.resolve(Number(digits) / 100)
    throw new ExostreamError('EXO_USAGE', '--tolerance must be a percentage, such as 10%')
  },
})

const file = {required: true, ignoreStdin: true} as const

export default class Compare extends BaseCommand {
  static override summary = 'Say what became worse from one run to the next'
  static override description =
    'Both must be runs of one experiment: the same scenarios and settings; the bot may differ. Exit 1 when something is worse, 0 when nothing is, 3 when a run could not measure the bot.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> main/report.json branch/report.json',
    '<%= config.bin %> <%= command.id %> main branch --tolerance 20% --tolerance-ms 100',
  ]

  static override args = {
    old: Args.string({description: 'the report.json to compare with, or its folder', ...file}),
    new: Args.string({description: 'the report.json that is judged, or its folder', ...file}),
  }

  static override flags = {
    tolerance: percentage({
      description: 'how much worse a number may be, as a part of the old one (default: 10%)',
      env: 'EXOSTREAM_TOLERANCE',
    }),
    'tolerance-ms': wholeNumber({
      description: 'how much worse a time may be; it is a regression only by more than both',
      env: 'EXOSTREAM_TOLERANCE_MS',
      default: 50,
    }),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Compare)
    const {compareReports, DEFAULT_TOLERANCES} = await import('../../report/compare/compare.js')
    const {renderComparison} = await import('../../report/compare/compare-text.js')
    const [{report: old}, {report: next}] = [
      await readReportAt(args.old),
      await readReportAt(args.new),
    ]
    const {tolerance: relative = DEFAULT_TOLERANCES.relative, 'tolerance-ms': absoluteMs} = flags
    const comparison = compareReports(old, next, {relative, absoluteMs})
    this.output.answer(renderComparison(comparison, this.output.look))
    process.exitCode = EXITS[comparison.verdict]
    return comparison
  }
}
