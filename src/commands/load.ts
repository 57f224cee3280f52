import {BaseCommand} from '../cli/base-command.js'
import {exitCodeOfRun} from '../cli/exit-codes.js'
import {loadFlags} from '../cli/load-flags.js'
import {showLoad} from '../cli/load-line.js'
import {botUrl} from '../cli/flags.js'
import {onSignals} from '../cli/shutdown.js'

export default class Load extends BaseCommand {
  static override summary = 'Call a bot by the hundred, and say how many calls it holds'
  static override description =
    'Calls are as those of "exostream simulate", on threads of this machine, which blames itself first: where it was the limit, the run is void. Without a URL it calls the "exostream serve" of this folder.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --calls 50',
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --calls 2000 --concurrency 200 --mix sales=3,dtmf=1',
    "<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --rate 5/s --duration 2m --threshold 'failed < 1 %'",
    '<%= config.bin %> <%= command.id %> ws://127.0.0.1:5000/media --find-knee --bot-pid 4711',
    '<%= config.bin %> <%= command.id %> wss://bot.example.com/media --calls 4000 --shard 1/4 --out part-1',
  ]

  static override args = {url: botUrl}

  static override flags = loadFlags

  /** Without a result: of the most and longest calls its JSON would be more than a string can be. */
  async run(): Promise<void> {
    const {args, flags} = await this.parse(Load)
    const interruption = onSignals()
    try {
      // Alone, because what follows opens more files at once than may be allowed.
      const {checkOpenFiles, mostOpenFiles} = await import('../simulate/load/machine/open-files.js')
      checkOpenFiles(await mostOpenFiles())
      const {prepareLoad} = await import('../load.js')
      const {requestOf} = await import('../cli/load-request.js')
      const {reserveReportFiles, writeReportFiles} = await import('../report-files.js')
      // Before the calls, which may take all the files that this process may open.
      const {renderReport} = await import('../report/text/text.js')
      const {jsonPieces} = await import('../report/json-pieces.js')
      await reserveReportFiles(flags)
      const prepared = await prepareLoad({
        ...requestOf(flags),
        ...args,
        signal: interruption.signal,
      })
      this.output.say(`Calling ${prepared.described}`)
      this.output.say('One call is made alone first, to compare the others with')
      for (const note of prepared.notes) this.output.say(note)
      const onLive = showLoad(this.output, process.stderr, process.env)
      const {report, opened, problems, folder} = await prepared.run({onLive})
      const {unwritten, notes} = await writeReportFiles(report, flags)
      this.output.answer(renderReport(report, this.output.look))
      for (const problem of [...problems, ...unwritten, ...notes]) this.output.say(problem)
      if (folder !== undefined) this.output.say(`Kept in ${folder}`)
      process.exitCode = exitCodeOfRun(report, opened, unwritten.length === 0)
      await this.output.answerPieces(jsonPieces(report))
    } finally {
      interruption.dispose()
    }
  }
}
