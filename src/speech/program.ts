import {execFile, type ExecFileException} from 'node:child_process'
import {access, constants} from 'node:fs/promises'
import {delimiter, isAbsolute, join} from 'node:path'

const TIME_LIMIT_MS = 20_000
/** Some three minutes at 22,050 Hz; 500 characters take less than one. */
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024

/**
 * Where a program is, by the list of folders that a PATH is; undefined when in none of them. Folders
 * by a relative path are passed over: what lies in a working folder is not a program of the machine.
 */
export async function findProgram(
  name: string,
  path = process.env['PATH'] ?? '',
): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    const program = join(folder, file)
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return program
  }
  return undefined
}

type ProgramRun = {
  readonly program: string
  readonly args: readonly string[]
  /** What it reads from its standard input. */
  readonly input: string
  readonly signal?: AbortSignal
}

export type ProgramResult = {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** Why it did not end with 0, in its own words or the system's. */
  readonly failure?: string
}

/** Runs a program without a shell, for 20 s and 8 MiB of output at most. Rejects only when aborted. */
export function runProgram({program, args, input, signal}: ProgramRun): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        encoding: 'buffer',
        timeout: TIME_LIMIT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT_BYTES,
        windowsHide: true,
        ...(signal ? {signal} : {}),
      },
      (error, stdout, stderr) => {
        if (signal?.aborted) reject(error ?? new Error('aborted'))
        else resolve({stdout, stderr, ...(error ? {failure: failureOf(error, stderr)} : {})})
      },
    )
    // One that ends before it has read everything is told by its exit code.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function failureOf(error: ExecFileException, stderr: Uint8Array): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it said too much'
  if (error.killed === true) return `it took longer than ${String(TIME_LIMIT_MS / 1000)} s`
  const [line = ''] = Buffer.from(stderr).toString('utf8').trim().split('\n')
  return (line === '' ? error.message : line).slice(0, 200)
}
