/**
 * Runs every check:* script of package.json, two at a time, also after one has failed, and says at the end which did.
 * What builds runs alone and last: it takes away what the others may read.
 */
import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** One core's work each, and the least machine has two. */
const AT_ONCE = 2

/** @type {{scripts: Record<string, string>}} */
const {scripts} = JSON.parse(readFileSync('package.json', 'utf8'))
const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'))
const builds = checks.filter((name) => scripts[name]?.includes('npm run build'))
const waiting = checks.filter((name) => !builds.includes(name))
/** @type {string[]} */
const failed = []

await Promise.all(Array.from({length: AT_ONCE}, () => runAll(waiting)))
await runAll(builds)

if (failed.length > 0) console.error(`check: ${failed.join(', ')} failed`)
process.exitCode = failed.length > 0 ? 1 : 0

/**
 * One after the other, until none is left.
 * @param {string[]} names
 */
async function runAll(names) {
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const {status, said} = await runScript(name)
    process.stdout.write(said)
    console.log(`${status === 0 ? 'pass' : 'fail'}  ${name}`)
    if (status !== 0) failed.push(name)
  }
}

/**
 * What it said is told as a whole, so that two at once stay readable.
 * @param {string} name
 * @returns {Promise<{status: number | null, said: string}>}
 */
function runScript(name) {
  const child = spawn(`npm run --silent ${name} 2>&1`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      resolve({status, said})
    })
  })
}
