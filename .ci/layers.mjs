/** Holds the imports of src against .dependency-cruiser.cjs. Run: node .ci/layers.mjs [folder that holds src] */
import {spawnSync} from 'node:child_process'
import {join, resolve} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @typedef {{rule: string, from: string, to: string}} Violation
 * @typedef {{modules: number, violations: Violation[]}} Layers
 */

/**
 * @param {string} folder
 * @returns {Layers}
 */
export function cruiseLayers(folder) {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = join(root, '.dependency-cruiser.cjs')
  const args = [bin, 'src', '--config', config, '--output-type', 'json']
  const {stdout, stderr} = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${stderr || stdout}`)
  /** @type {{summary: {totalCruised: number, violations: {rule: {name: string}, from: string, to: string}[]}}} */
  const {summary} = JSON.parse(stdout)
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(({rule, from, to}) => ({rule: rule.name, from, to})),
  }
}

function main() {
  const {modules, violations} = cruiseLayers(resolve(process.argv[2] ?? root))
  for (const {rule, from, to} of violations) console.error(`${rule}: ${from} -> ${to}`)
  // With a TypeScript it does not know, dependency-cruiser sees no module and calls that clean.
  if (modules === 0) console.error('layers: no module was cruised, so nothing was checked')
  else console.log(`layers: ${modules} modules, ${violations.length} violations`)
  process.exitCode = modules === 0 || violations.length > 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
