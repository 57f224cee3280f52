import {defineConfig} from 'vitest/config'

const TIMED = 'test/integration/timed/**/*.test.ts'

/**
 * What waits in real time is tried a second time where others share the machine: a core that was away for
 * a second is no fault of ours. The tally of `.ci/run` names what needed it.
 */
const AGAIN = process.env['CI'] === undefined ? {} : {retry: 1}

const SHARED = ['audio', 'doctor', 'flow', 'protocol', 'report', 'simulate', 'stream'].map(
  (folder) => `test/unit/${folder}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    // The console of a test is the console of the command in it: stdout and stderr are what we test.
    disableConsoleIntercept: true,
    pool: 'forks',
    maxWorkers: 2,
    // Where a run by hand writes; the npm scripts name a file for each stage.
    reporters: ['default', 'json', 'junit'],
    outputFile: {json: '.results/by-hand.json', junit: '.results/by-hand.xml'},
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary', 'html'],
    },
    projects: [unit(), shared(), integration(), timed(), e2e()],
  },
})

/** What runs commands changes the process: its variables, its arguments, its exit code. */
function unit() {
  return project('unit', {testTimeout: 20_000, exclude: SHARED})
}

/**
 * These are functions of their arguments, so their files share a process and the modules it has loaded:
 * most of the time of a file went into loading them again. A rig of theirs takes a hook into each file that
 * uses it, since its own module is run once.
 */
function shared() {
  const {extends: whole, test} = project('unit', {testTimeout: 20_000})
  const leaveNothing = {unstubEnvs: true, unstubGlobals: true, restoreMocks: true}
  const alike = {name: 'unit-shared', include: SHARED, isolate: false, ...leaveNothing}
  return {extends: whole, test: {...test, ...alike}}
}

/** These wait more than they compute, so more of them run at once than there are cores; after the unit tests, which compute. */
function integration() {
  const {extends: whole, test} = project('integration', {testTimeout: 20_000, exclude: [TIMED]})
  return {extends: whole, test: {...test, ...AGAIN, maxWorkers: 3, sequence: {groupOrder: 1}}}
}

/** What measures in real time runs by itself, when all else is done: it would measure the others. */
function timed() {
  const {extends: whole, test} = project('integration', {testTimeout: 20_000})
  const alone = {maxWorkers: 1, sequence: {groupOrder: 2}}
  return {extends: whole, test: {...test, ...AGAIN, ...alone, name: 'timed', include: [TIMED]}}
}

function e2e() {
  const {extends: whole, test} = project('e2e', {testTimeout: 120_000})
  return {extends: whole, test: {...test, ...AGAIN, maxWorkers: 3, sequence: {groupOrder: 3}}}
}

function project(
  name: string,
  {testTimeout, exclude = []}: {testTimeout: number; exclude?: readonly string[]},
) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      exclude: [...exclude],
      testTimeout,
      hookTimeout: testTimeout,
    },
  }
}
