import {spawnSync} from 'node:child_process'
import {chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Test files as vitest meets them, and the line that the stage has to end in. */
const stages = {
  'a test that passes': {
    'fine.test.ts': `import {test} from 'vitest'; test('a', () => {}); test('b', () => {})`,
    line: '2 passed, 0 failed',
  },
  'a test that fails': {
    'wrong.test.ts': `import {test} from 'vitest'
      test('a', () => {}); test('b', () => { throw new Error('b') }); test('c', () => { throw new Error('c') })`,
    line: '1 passed, 2 failed',
  },
  'a file that cannot be imported, beside a test that fails': {
    'lost.test.ts': `import './nowhere.js'; import {test} from 'vitest'; test('a', () => {})`,
    'wrong.test.ts': `import {test} from 'vitest'; test('b', () => { throw new Error('b') })`,
    line: '0 passed, 2 failed',
  },
  'a file that does not parse': {
    'cut.test.ts': `import {test} from 'vitest'; test('a', () => {`,
    line: '0 passed, 1 failed',
  },
  'a throw in beforeAll of a file': {
    'before.test.ts': `import {beforeAll, test} from 'vitest'
      beforeAll(() => { throw new Error('before') }); test('a', () => {}); test('b', () => {})`,
    line: '0 passed, 1 failed',
  },
  'a throw in beforeAll of a describe': {
    'before.test.ts': `import {beforeAll, describe, test} from 'vitest'
      describe('d', () => { beforeAll(() => { throw new Error('before') }); test('a', () => {}) })
      test('b', () => {})`,
    line: '1 passed, 1 failed',
  },
  'a throw in afterAll, beside a test that fails': {
    'after.test.ts': `import {afterAll, test} from 'vitest'
      afterAll(() => { throw new Error('after') }); test('a', () => { throw new Error('a') })`,
    line: '0 passed, 2 failed',
  },
  'a rejection that nobody handles': {
    'late.test.ts': `import {test} from 'vitest'; test('a', () => { void Promise.reject(new Error('late')) })`,
    line: '1 passed, 1 failed',
  },
  'a test that kills its process': {
    'dead.test.ts': `import {test} from 'vitest'
      test('a', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}) })`,
    line: '0 passed, 1 failed',
  },
  'a folder without tests': {line: '0 passed, 1 failed'},
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-ci-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(() => rm(folder, {recursive: true}))

describe('a stage of vitest', () => {
  test.each(Object.entries(stages))('%s is counted', async (name, {line, ...files}) => {
    const dir = await planted(name, files)
    const exit = runVitest(dir)

    const tally = runTally(`stage:${String(exit)}:${join(dir, 'results.json')}`)

    expect(tally).toEqual({lastLine: line, status: line.endsWith(' 0 failed') ? 0 : 1})
  })
})

describe('the tally', () => {
  test('a stage that exits non-zero and writes no result file is one failure', () => {
    expect(runTally('check:2')).toEqual({lastLine: '0 passed, 1 failed', status: 1})
  })

  test('a stage that exits 0 and writes no result file is no failure', () => {
    expect(runTally('check:0')).toEqual({lastLine: '0 passed, 0 failed', status: 0})
  })

  test('a result file that is missing is one failure, whatever the exit code', () => {
    const missing = join(folder, 'missing.json')

    expect(runTally(`test:0:${missing}`, `e2e:1:${missing}`)).toEqual({
      lastLine: '0 passed, 2 failed',
      status: 1,
    })
  })

  test('a result file that was cut short is one failure', async () => {
    const cut = join(folder, 'cut.json')
    await writeFile(cut, '{"numPassedTests": 3, "testResults": [')

    expect(runTally(`test:0:${cut}`)).toEqual({lastLine: '0 passed, 1 failed', status: 1})
  })

  test('stages are added up', async () => {
    const green = join(folder, 'green.json')
    await writeFile(green, report(['passed', 'passed', 'skipped']))
    const red = join(folder, 'red.json')
    await writeFile(red, report(['passed', 'failed']))

    expect(runTally('install:0', 'check:1', `test:0:${green}`, `e2e:1:${red}`)).toEqual({
      lastLine: '3 passed, 2 failed',
      status: 1,
    })
  })
})

describe('what the tally says before', () => {
  test('names a test that failed, and one that passed when tried again', async () => {
    const dir = await planted('again', {
      'again.test.ts': `import {test} from 'vitest'; let tries = 0
        test('shy', {retry: 1}, () => { tries += 1; if (tries === 1) throw new Error('not yet') })
        test('wrong', () => { throw new Error('never') })`,
    })
    const exit = runVitest(dir)

    const {said} = tallied(`stage:${String(exit)}:${join(dir, 'results.json')}`)

    expect(said).toMatch(/^passed the second time: .*again\.test\.ts: shy: Error: not yet$/m)
    expect(said).toMatch(/^failed: .*again\.test\.ts: wrong: Error: never$/m)
    expect(said).toMatch(/^1 passed, 1 failed$/m)
  })
})

describe('the run', () => {
  test('all stages pass: the last line says so and the exit is 0', async () => {
    const {calls, ...end} = await runWithNpm(`
      test) mkdir -p .results; printf '%s' '${report(['passed'])}' > .results/test.json ;;
      'run test:e2e') printf '%s' '${report(['passed'])}' > .results/e2e.json ;;`)

    expect(calls).toEqual(['ci', 'run check', 'test', 'run test:e2e'])
    expect(end).toEqual({lastLine: '2 passed, 0 failed', status: 0})
  })

  test('a check that fails does not stop the tests, and counts as one failure', async () => {
    const {calls, ...end} = await runWithNpm(`
      'run check') exit 1 ;;
      test) mkdir -p .results; printf '%s' '${report(['passed'])}' > .results/test.json ;;
      'run test:e2e') printf '%s' '${report(['failed', 'passed'])}' > .results/e2e.json; exit 1 ;;`)

    expect(calls).toEqual(['ci', 'run check', 'test', 'run test:e2e'])
    expect(end).toEqual({lastLine: '2 passed, 2 failed', status: 1})
  })

  test('a result file of an earlier run is not taken for one of this run', async () => {
    const {lastLine} = await runWithNpm('', {
      'test.json': report(['passed']),
      'e2e.json': report(['passed']),
    })

    expect(lastLine).toBe('0 passed, 2 failed')
  })
})

function report(tests: string[]): string {
  const status = tests.includes('failed') ? 'failed' : 'passed'
  const assertionResults = tests.map((state) => ({status: state}))
  return JSON.stringify({testResults: [{status, message: '', assertionResults}]})
}

async function planted(name: string, files: Record<string, string>): Promise<string> {
  const dir = join(folder, name.replaceAll(/\W+/g, '-'))
  await mkdir(dir)
  for (const [file, source] of Object.entries(files)) await writeFile(join(dir, file), source)
  return dir
}

function runVitest(dir: string): number | null {
  const bin = join(root, 'node_modules/vitest/vitest.mjs')
  const args = ['run', '--root', dir, '--reporter=json', '--outputFile=results.json']
  return spawnSync(process.execPath, [bin, ...args], {cwd: dir, env: outerEnv()}).status
}

function runTally(...args: string[]) {
  const {said, status} = tallied(...args)
  return {lastLine: said.trimEnd().split('\n').at(-1), status}
}

function tallied(...args: string[]) {
  const {stdout, status} = spawnSync(process.execPath, [join(root, '.ci/tally.mjs'), ...args], {
    encoding: 'utf8',
  })
  return {said: stdout, status}
}

/** Runs .ci/run in a folder of its own, with an npm that notes its arguments and does as the cases say. */
async function runWithNpm(cases: string, oldResults: Record<string, string> = {}) {
  const dir = await mkdtemp(join(folder, 'run-'))
  await cp(join(root, '.ci'), join(dir, '.ci'), {recursive: true})
  await mkdir(join(dir, '.results'))
  for (const [file, text] of Object.entries(oldResults)) {
    await writeFile(join(dir, '.results', file), text)
  }
  await mkdir(join(dir, 'bin'))
  await writeFile(
    join(dir, 'bin/npm'),
    `#!/bin/sh\necho "npm was called: $*"\ncase "$*" in ${cases}\nesac\n`,
  )
  await chmod(join(dir, 'bin/npm'), 0o755)

  const env = {...process.env, PATH: [join(dir, 'bin'), process.env['PATH']].join(delimiter)}
  const {stdout, status} = spawnSync(join(dir, '.ci/run'), {cwd: tmpdir(), encoding: 'utf8', env})
  const calls = [...stdout.matchAll(/^npm was called: (.*)$/gm)].map((match) => match[1])
  return {calls, lastLine: stdout.split('\n').at(-2), status}
}

/** The environment without what vitest sets for its own workers. */
function outerEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(name)),
  )
}
