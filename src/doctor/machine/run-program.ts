import {execFile, type ExecFileException} from 'node:child_process'

import {printable} from '../../report/text/plain.js'
import type {ProgramResult, RunProgram} from '../world.js'

const LIMIT_MS = 3000
/** Windows lists its some 600 rules in about half of it. */
const MOST_OUTPUT_BYTES = 1024 * 1024
const MOST_WORDS_CHARACTERS = 300
/** Where firewalls are, which a user who is not root often has not on the PATH. */
const SYSTEM_FOLDERS = '/usr/local/sbin:/usr/sbin:/sbin'

/** Runs it without a shell, in English; its exit code is a result like any other. */
export const runProgram: RunProgram = (program, args, signal) =>
  new Promise((resolve) => {
    const options = {
      signal,
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_BYTES,
      encoding: 'utf8',
      env: foreignEnv(process.platform),
      windowsHide: true,
    } as const
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve(
        error
          ? resultOf(error, {program, stdout, stderr})
          : {kind: 'ended', code: 0, stdout, stderr},
      )
    })
    // A program that reads would wait for somebody to type.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end()
  })

type Said = {readonly program: string; readonly stdout: string; readonly stderr: string}

function resultOf(error: ExecFileException, {program, stdout, stderr}: Said): ProgramResult {
  const {code, name} = error
  if (typeof code === 'number') return {kind: 'ended', code, stdout, stderr}
  const words = printable(error.message).slice(0, MOST_WORDS_CHARACTERS)
  if (code === 'ENOENT') return {kind: 'missing', words: `${program}: not found`}
  if (code === 'EACCES' || code === 'EPERM') return {kind: 'refused', words}
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return {kind: 'late', words: `${program} said more than can be read`}
  }
  if (name === 'AbortError') return {kind: 'late', words: `${program} was interrupted`}
  if (error.killed === true) {
    return {kind: 'late', words: `${program} did not end within ${String(LIMIT_MS / 1000)} s`}
  }
  return {kind: 'late', words}
}

function foreignEnv(platform: NodeJS.Platform): NodeJS.ProcessEnv {
  const {PATH = ''} = process.env
  const english = {...process.env, LC_ALL: 'C', LANGUAGE: 'C'}
  return platform === 'win32' ? english : {...english, PATH: `${PATH}:${SYSTEM_FOLDERS}`}
}
