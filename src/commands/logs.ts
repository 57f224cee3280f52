import {join} from 'node:path'

import {Flags} from '@oclif/core'

import {BaseCommand} from '../cli/base-command.js'
import {category, listOf, wholeNumber} from '../cli/flags.js'
import {LOG_CATEGORIES} from '../cli/log-categories.js'
import {showLogs} from '../cli/log-follow.js'
import type {LogCategory} from '../log.js'
import {DEFAULT_DATA_DIR} from '../workspace.js'

const FOLLOWED_LINES = 10

export default class Logs extends BaseCommand {
  static override summary = 'Read what exostream serve has logged'
  static override description =
    'Reads the events that serve keeps, rotated files too, the oldest first. With --json it prints one JSON object a line.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --lines 50',
    '<%= config.bin %> <%= command.id %> --follow --category DTMF',
    '<%= config.bin %> <%= command.id %> --call last --level warn',
  ]

  static override flags = {
    follow: Flags.boolean({
      description: 'go on with new events until Ctrl-C, after the last 10 unless --lines says',
      env: 'EXOSTREAM_LOGS_FOLLOW',
    }),
    category: category({
      description: 'only events of this category, such as DTMF; may be repeated',
      env: 'EXOSTREAM_LOGS_CATEGORY',
      choices: LOG_CATEGORIES,
      multiple: true,
      helpValue: 'CATEGORY',
    }),
    call: Flags.string({
      description:
        'only this call: the beginning or the end of a call, stream or connection id; last is the newest',
      env: 'EXOSTREAM_LOGS_CALL',
      helpValue: 'ID',
    }),
    level: Flags.option({
      description: 'only events of this level and above',
      env: 'EXOSTREAM_LOGS_LEVEL',
      default: 'info',
      options: ['info', 'warn', 'error'] as const,
    })(),
    lines: wholeNumber({
      description: 'only so many of the last events that are there',
      env: 'EXOSTREAM_LOGS_LINES',
    }),
    'data-dir': Flags.string({
      description: 'the data folder of the server',
      env: 'EXOSTREAM_DATA_DIR',
      default: DEFAULT_DATA_DIR,
      helpValue: 'DIR',
    }),
    'log-dir': Flags.string({
      description: 'the log folder of the server (default: logs/ in its data folder)',
      env: 'EXOSTREAM_LOG_DIR',
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Logs)
    const {call, level, follow} = flags
    // The cast says what the flag has seen to: each of its words is a category.
    const categories = listOf(flags.category) as readonly LogCategory[] | undefined
    const dir = flags['log-dir'] ?? join(flags['data-dir'], 'logs')
    const lines = flags.lines ?? (follow ? FOLLOWED_LINES : undefined)
    await showLogs({dir, categories, call, level, lines, follow}, this.output)
  }
}
