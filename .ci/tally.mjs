/** Adds up the stages of .ci/run. Run: node .ci/tally.mjs NAME:EXIT[:RESULT_FILE] … */
import {readFileSync} from 'node:fs'
import {relative} from 'node:path'
import {pathToFileURL} from 'node:url'

/** Of one failure: the first lines say what was wrong. */
const MOST_SAID = 1000

/**
 * The part of vitest's JSON report that counts; a file's message is set for errors outside its tests.
 * @typedef {{status: string, fullName?: string, failureMessages?: string[]}} TestResult
 * @typedef {{name?: string, status: string, message: string, assertionResults: TestResult[]}} FileResult
 * @typedef {{testResults: FileResult[]}} Report
 * @typedef {{exit: number, report?: Report | 'none' | undefined}} Stage a report of 'none' was never to be written
 * @typedef {{passed: number, failed: number}} Count
 */

/**
 * @param {Stage} stage
 * @returns {Count}
 */
export function tallyStage({exit, report}) {
  if (report === 'none') return {passed: 0, failed: exit === 0 ? 0 : 1}
  if (report === undefined) return {passed: 0, failed: 1}
  const total = sum(report.testResults.map(tallyFile))
  // An unhandled error or a dead worker is only in the exit code, and no tests at all prove nothing.
  const unaccounted = total.failed === 0 && (exit !== 0 || total.passed === 0)
  return unaccounted ? {...total, failed: 1} : total
}

/**
 * @param {FileResult} file
 * @returns {Count}
 */
function tallyFile({status, message, assertionResults}) {
  const passed = assertionResults.filter((test) => test.status === 'passed').length
  const failed = assertionResults.filter((test) => test.status === 'failed').length
  // A failed import or hook fails the file, and its tests then count as skipped, or are not there.
  const failedOutsideTests = message !== '' || (status === 'failed' && failed === 0)
  return {passed, failed: failed + (failedOutsideTests ? 1 : 0)}
}

/**
 * What failed, and what passed only when tried again, with the beginning of why: in the long output above
 * it is not found.
 * @param {Report} report
 * @returns {string[]}
 */
function remarksOn(report) {
  return report.testResults.flatMap(({name = '', message, assertionResults}) => {
    const file = relative(process.cwd(), name)
    const tests = assertionResults
      .filter(({failureMessages = []}) => failureMessages.length > 0)
      .map(({status, fullName = '', failureMessages = []}) => {
        const word = status === 'passed' ? 'passed the second time' : 'failed'
        return `${word}: ${file}: ${fullName}: ${failureMessages.join('; ')}`
      })
    return [...(message === '' ? [] : [`failed: ${file}: ${message}`]), ...tests]
  })
}

/**
 * @param {Count[]} counts
 * @returns {Count}
 */
export function sum(counts) {
  return {
    passed: counts.reduce((total, {passed}) => total + passed, 0),
    failed: counts.reduce((total, {failed}) => total + failed, 0),
  }
}

/**
 * @param {string} path
 * @returns {Report | undefined}
 */
function readReport(path) {
  try {
    /** @type {Partial<Report>} */
    const report = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(report.testResults) ? {testResults: report.testResults} : undefined
  } catch {
    // Missing or cut short: the caller counts that as a failure.
    return undefined
  }
}

/** @param {string[]} stages */
function main(stages) {
  const counts = stages.map((stage) => {
    const [name = '', exit = '', ...path] = stage.split(':')
    const report = path.length > 0 ? readReport(path.join(':')) : 'none'
    const count = tallyStage({exit: Number(exit), report})
    if (typeof report === 'object') {
      for (const remark of remarksOn(report)) console.log(remark.slice(0, MOST_SAID))
    }
    const missing = report === undefined ? ', no readable result file' : ''
    console.log(`${name}: exit ${exit}, ${count.passed} passed, ${count.failed} failed${missing}`)
    return count
  })
  const {passed, failed} = sum(counts)
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
