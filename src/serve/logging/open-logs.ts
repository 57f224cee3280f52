import {join} from 'node:path'

import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {createLogger, type Logger, type LogLevel, type LogSink} from '../../log.js'
import type {StreamWatch} from '../../stream/bot/stream-watch.js'
import {makeFolders} from '../../workspace.js'
import {type CallContext, watchCall} from './call-record.js'
import {RotatingFile} from './rotating-file.js'

export type LogsOptions = {
  /** Where the files are; made when it is not there. */
  readonly dir: string
  /** Of exostream.log; events.ndjson has info and above. */
  readonly level: LogLevel
  readonly stderr: LogSink
  readonly maxBytes?: number
  readonly keepFiles?: number
  readonly clock: Clock
}

export type Logs = {
  readonly log: Logger
  /** What is kept, where and how much of it, in one sentence each. */
  readonly notes: readonly string[]
  /** Writes the record of the call when it has closed. */
  watchFor(context: CallContext): StreamWatch
  /** Writes what still waits; may be called again. */
  close(): Promise<void>
}

const MAX_BYTES = 10 * 1024 * 1024
const KEEP_FILES = 5

/**
 * The log of a server: on stderr, and in the files of its log folder.
 * @throws ExostreamError EXO_DATA_DIR when the folder cannot be written
 */
export async function openLogs(options: LogsOptions): Promise<Logs> {
  const {dir, level, stderr, clock, maxBytes = MAX_BYTES, keepFiles = KEEP_FILES} = options
  // A file that fails is told of here whatever categories are shown.
  const trouble = createLogger({...stderr, categories: undefined})
  let log = trouble
  const openFile = (name: string): Promise<RotatingFile> =>
    RotatingFile.open(join(dir, name), {
      maxBytes,
      keepFiles,
      clock,
      onFailed: (error) => {
        const values = {category: 'ERROR', file: name, err: error}
        trouble.error(values, 'a log file cannot be written; calls go on without it')
      },
      onRecovered: (lostLines) => {
        log.warn({file: name, lostLines}, 'a log file is written again, after lines were lost')
      },
    })
  const {text, events, calls} = await openFiles(dir, openFile)
  log = createLogger(
    stderr,
    {level, pretty: true, destination: text},
    {level: 'info', pretty: false, destination: events},
  )
  return {
    log,
    notes: [
      `Logs are kept in ${dir}: each file up to ${sizeText(maxBytes)}, and ${String(keepFiles)} older ones of it.`,
    ],
    watchFor: (context) =>
      watchCall(context, (line) => {
        calls.write(line)
      }),
    async close() {
      await Promise.all([text, events, calls].map((file) => file.close()))
    },
  }
}

type Files = Readonly<Record<'text' | 'events' | 'calls', RotatingFile>>

async function openFiles(
  dir: string,
  openFile: (name: string) => Promise<RotatingFile>,
): Promise<Files> {
  const opened: RotatingFile[] = []
  const next = async (name: string): Promise<RotatingFile> => {
    const file = await openFile(name)
    opened.push(file)
    return file
  }
  try {
    await makeFolders(dir, 0o700)
    return {
      text: await next('exostream.log'),
      events: await next('events.ndjson'),
      calls: await next('calls.ndjson'),
    }
  } catch (cause) {
    await Promise.all(opened.map((file) => file.close()))
    throw new ExostreamError('EXO_DATA_DIR', `The log folder ${dir} cannot be written.`, {cause})
  }
}

function sizeText(bytes: number): string {
  const megabytes = bytes / (1024 * 1024)
  return megabytes >= 1 ? `${String(Math.round(megabytes))} MB` : `${String(bytes)} bytes`
}
