import {Errors, run, settings} from '@oclif/core'

import {describeFailure, failureDocument, failureText} from './failure.js'
import {wantsJson, writeDocument} from './json.js'
import {lookOf} from './look.js'

/** The whole program, for bin/run.js: `root` is where the package lies. */
export async function runCli(argv: readonly string[], root: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  // An exit of 1, as Node's own would be, means that the verdict is no.
  process.on('uncaughtException', (error) => {
    end(report(error, argv))
  })
  // Else oclif looks for the sources, wherever NODE_ENV says test or development.
  settings.enableAutoTranspile = false
  const code = await runToExit(argv, root)
  await Promise.all([process.stdout, process.stderr].map(flushed))
  end(code)
}

/** Resolves to the exit code. */
async function runToExit(argv: readonly string[], root: string): Promise<number> {
  try {
    await run([...argv], root)
    return Number(process.exitCode ?? 0)
  } catch (thrown) {
    return thrown instanceof Errors.ExitError ? (thrown.oclif.exit ?? 0) : report(thrown, argv)
  }
}

/** Shows what was thrown, and says the exit code. */
function report(thrown: unknown, argv: readonly string[]): number {
  const failure = describeFailure(thrown)
  if (wantsJson(argv, process.env)) {
    writeDocument(process.stdout, failureDocument(failure))
  } else {
    const look = lookOf(process.stderr, process.env)
    process.stderr.write(failureText(failure, {look, debug: Boolean(process.env['DEBUG'])}))
  }
  return failure.exit
}

/** `exostream … | head` is no failure: the reader has seen enough. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Resolves when what was written has left; a pipe that is closed has nothing left to wait for. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
}

function end(code: number): never {
  // eslint-disable-next-line no-restricted-properties -- a bot may have left a socket or a timer behind, and would keep us
  process.exit(code)
}
