import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

import {bench, describe} from 'vitest'

/**
 * Whole processes, from the built bin: run `npm run build` first. The budget of --help is 4 times a
 * bare `node -e 0`; the summary prints the ratio.
 */

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

// A process takes long enough that a few say it all.
const few = {iterations: 15, time: 0, warmupIterations: 2, warmupTime: 0}

describe.each([['exostream --help'], ['exostream simulate --help']])('%s', (line) => {
  const args = line.split(' ').slice(1)

  bench('node -e 0', () => runNode(['-e', '0']), few)
  bench(line, () => runNode([bin, ...args]), few)
})

function runNode(args: readonly string[]): void {
  const {status} = spawnSync(process.execPath, args, {stdio: 'ignore'})
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${String(status)}`)
}
