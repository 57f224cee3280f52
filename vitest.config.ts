import {defineConfig} from 'vitest/config'

const TIMED = 'test/integration/timed/**/*.test.ts'

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
    projects: [
      project('unit', {testTimeout: 20_000}),
      project('integration', {testTimeout: 20_000, exclude: [TIMED]}),
      timed(),
      project('e2e', {testTimeout: 120_000}),
      {
        extends: true,
        test: {name: 'bench', include: [], benchmark: {include: ['test/bench/**/*.bench.ts']}},
      },
    ],
  },
})

/** What measures in real time runs by itself, when all else is done: it would measure the others. */
function timed() {
  const {extends: whole, test} = project('integration', {testTimeout: 20_000})
  const alone = {maxWorkers: 1, sequence: {groupOrder: 1}}
  return {extends: whole, test: {...test, ...alone, name: 'timed', include: [TIMED]}}
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
      benchmark: {include: []},
      testTimeout,
      hookTimeout: testTimeout,
    },
  }
}
