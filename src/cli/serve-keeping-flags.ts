import {Flags} from '@oclif/core'

import {DEFAULT_DATA_DIR} from '../workspace.js'
import {category, wholeNumber} from './flags.js'
import {LOG_CATEGORIES} from './log-categories.js'

const keeping = {helpGroup: 'KEEPING'}
const log = {helpGroup: 'LOG'}

/** What of `serve` is written to files, and what is told. */
export const keepingFlags = {
  'data-dir': Flags.string({
    ...keeping,
    description: 'the folder for all of it, and for the note by which simulate finds this server',
    env: 'EXOSTREAM_DATA_DIR',
    default: DEFAULT_DATA_DIR,
    helpValue: 'DIR',
  }),
  record: Flags.boolean({
    ...keeping,
    description: 'keep a stereo WAV and the journal of each call',
    env: 'EXOSTREAM_RECORD',
    default: false,
  }),
  'record-dir': Flags.string({
    ...keeping,
    description: 'where recordings are kept (default: recordings/ in the data folder)',
    env: 'EXOSTREAM_RECORD_DIR',
    helpValue: 'DIR',
  }),
  dump: Flags.boolean({
    ...keeping,
    description: 'keep the audio of each media message as a file of its own',
    env: 'EXOSTREAM_DUMP',
    default: false,
  }),
  'dump-dir': Flags.string({
    ...keeping,
    description: 'where dumps are kept (default: audio-dumps/ in the data folder)',
    env: 'EXOSTREAM_DUMP_DIR',
    helpValue: 'DIR',
  }),
  'dump-format': Flags.option({
    ...keeping,
    description: 'what a dumped chunk is: a WAV file, or its bytes as they came',
    env: 'EXOSTREAM_DUMP_FORMAT',
    default: 'wav' as const,
    options: ['wav', 'raw'] as const,
  })(),
  'keep-days': wholeNumber({
    ...keeping,
    description: 'after how many days recordings and dumps are deleted',
    env: 'EXOSTREAM_KEEP_DAYS',
    default: 7,
    min: 1,
    max: 3650,
  }),
  'keep-mb': wholeNumber({
    ...keeping,
    description: 'how many MB of recordings and dumps are kept; the oldest go first',
    env: 'EXOSTREAM_KEEP_MB',
    default: 1024,
    min: 1,
    max: 100_000_000,
  }),
  'log-level': Flags.option({
    ...log,
    description: 'how much the log tells',
    env: 'EXOSTREAM_LOG_LEVEL',
    default: 'info' as const,
    options: ['debug', 'info', 'warn', 'error', 'silent'] as const,
  })(),
  'log-category': category({
    ...log,
    multiple: true,
    multipleNonGreedy: true,
    description: 'show only lines of this category, such as DTMF, on stderr; may be repeated',
    env: 'EXOSTREAM_LOG_CATEGORY',
    choices: LOG_CATEGORIES,
    helpValue: 'CATEGORY',
  }),
  'log-dir': Flags.string({
    ...log,
    description: 'where the log files are written (default: logs/ in the data folder)',
    env: 'EXOSTREAM_LOG_DIR',
    helpValue: 'DIR',
  }),
}
