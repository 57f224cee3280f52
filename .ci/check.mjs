/** Runs every check:* script of package.json, also after one has failed, and says at the end which did. */
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** @type {{scripts: Record<string, string>}} */
const {scripts} = JSON.parse(readFileSync('package.json', 'utf8'))
const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'))

const failed = checks.filter((name) => {
  const {status} = spawnSync(`npm run --silent ${name}`, {shell: true, stdio: 'inherit'})
  console.log(`${status === 0 ? 'pass' : 'fail'}  ${name}`)
  return status !== 0
})

if (failed.length > 0) console.error(`check: ${failed.join(', ')} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
