import {defineConfig} from 'vitest/config'

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
      project('integration', {testTimeout: 20_000}),
      project('e2e', {testTimeout: 120_000}),
      {
        extends: true,
        test: {name: 'bench', include: [], benchmark: {include: ['test/bench/**/*.bench.ts']}},
      },
    ],
  },
})

function project(name: string, {testTimeout}: {testTimeout: number}) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      benchmark: {include: []},
      testTimeout,
      hookTimeout: testTimeout,
    },
  }
}
