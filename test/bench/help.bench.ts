import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

import {bench, describe} from 'vitest'

/**
 * Whole processes, from the built bin: run `npm run build` first. Fails when the median of --help
 * is over its budget of 4 times a bare `node -e 0`, measured just before.
 */
const MOST_TIMES = 4

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

// A process takes long enough that a few say it all.
const few = {iterations: 15, time: 0, warmupIterations: 2, warmupTime: 0}

describe.each([['exostream --help'], ['exostream simulate --help']])('%s', (line) => {
  const args = line.split(' ').slice(1)
  const bare: number[] = []
  const help: number[] = []

  bench('node -e 0', () => runNode(['-e', '0'], bare), few)
  // Judged in the run itself: tinybench waits for ever for a teardown that throws.
  const runHelp = () => {
    runNode([bin, ...args], help)
    const times = median(help) / median(bare)
    if (help.length < few.iterations || times <= MOST_TIMES) return
    throw new Error(`${line} took ${times.toFixed(2)} times a bare node, over ${MOST_TIMES}`)
  }
  bench(line, runHelp, few)
})

function runNode(args: readonly string[], tookMs: number[]): void {
  const startedAt = performance.now()
  const {status} = spawnSync(process.execPath, args, {stdio: 'ignore'})
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${String(status)}`)
  tookMs.push(performance.now() - startedAt)
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Infinity
}
