type Listed = {readonly name: string; readonly description: string}

/** What `--scenario` takes besides the files. */
const RUNS: readonly Listed[] = [
  {name: 'all', description: 'Every scenario above, one call after another.'},
  {
    name: 'conformance',
    description: 'Many short calls that try every rule of the protocol, and a table of what held.',
  },
]

/** One line a scenario, its name first. */
export function scenarioLines(scenarios: readonly Listed[]): readonly string[] {
  const all = [...scenarios, ...RUNS]
  const width = Math.max(...all.map(({name}) => name.length))
  return all.map(({name, description}) => `${name.padEnd(width)}  ${description}`)
}
