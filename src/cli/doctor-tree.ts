import {setTimeout as delay} from 'node:timers/promises'

import type {ListrTask} from 'listr2'

import type {CheckEvent, EndedCheck} from '../doctor/run-checks.js'
import type {PlannedCheck} from '../doctor/plan-checks.js'
import {withoutControls} from '../mask.js'
import type {Env} from './look.js'

/** What a person sees while the checks are made. */
export type DoctorTree = {
  readonly on: (event: CheckEvent) => void
  /** Takes the tree away, so that the report stands alone. */
  close(): Promise<void>
}

export const NO_TREE: DoctorTree = {on: () => undefined, close: () => Promise.resolve()}

const BRANCHES: Readonly<Record<PlannedCheck['check']['group'], string>> = {
  url: 'The URL as it is written',
  host: 'The way to the host',
  answer: 'What answers there',
  call: 'A call',
  machine: 'This machine',
}

const BEFORE: Readonly<Record<PlannedCheck['role'], string>> = {
  stream: '',
  dynamic: 'Dynamic URL: ',
  passthru: 'Passthru URL: ',
}

/** A tree on stderr that fills in while the checks are made: only for a person, never in a pipe or a CI job. */
export async function openDoctorTree(env: Env): Promise<DoctorTree> {
  const {stdout, stderr} = process
  const isPerson = stdout.isTTY && stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb'
  if (!isPerson) return NO_TREE
  const listr2 = await import('listr2')
  const leaves = new Map<string, Leaf>()
  let shown: Promise<unknown> = Promise.resolve()
  const begin = (checks: readonly PlannedCheck[]) => {
    for (const {id} of checks) leaves.set(id, makeLeaf())
    const output = new listr2.ProcessOutput(stderr, stderr, {leaveEmptyLine: false})
    const tree = new listr2.Listr(branches(checks, leaves), {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C is heard elsewhere, and what is known by then is reported.
      registerSignalListeners: false,
      rendererOptions: {
        clearOutput: true,
        // A branch where all is well folds up; one with a failure stays open.
        collapseSubtasks: true,
        formatOutput: 'truncate',
        logger: new listr2.ListrLogger({processOutput: output}),
      },
    })
    shown = tree.run()
  }
  return {
    on(event) {
      if (event.type === 'planned') begin(event.checks)
      if (event.type === 'began') leaves.get(event.id)?.begin()
      if (event.type === 'ended') leaves.get(event.ended.id)?.end(event.ended)
    },
    async close() {
      await shown
    },
  }
}

/** A check as the tree waits for it. */
type Leaf = {
  readonly began: Promise<void>
  readonly ended: Promise<EndedCheck>
  begin(): void
  end(ended: EndedCheck): void
}

// Node 20 has no Promise.withResolvers.
function makeLeaf(): Leaf {
  let begin: Leaf['begin'] = () => undefined
  let end: Leaf['end'] = () => undefined
  const began = new Promise<void>((resolve) => {
    begin = resolve
  })
  const ended = new Promise<EndedCheck>((resolve) => {
    end = resolve
  })
  return {began, ended, begin, end}
}

type Leaves = ReadonlyMap<string, Leaf>

function branches(checks: readonly PlannedCheck[], leaves: Leaves): ListrTask[] {
  const names = new Map<string, PlannedCheck[]>()
  for (const one of checks) {
    const name = BEFORE[one.role] + BRANCHES[one.check.group]
    names.set(name, [...(names.get(name) ?? []), one])
  }
  return [...names].map(([title, its]) => ({
    title,
    task: (_context, task) => {
      void sayIfNoneMade(its, leaves, (words) => {
        task.title = `${title}: ${words}`
      })
      return task.newListr(
        its.map((one) => taskOf(one, leaves)),
        {concurrent: true, exitOnError: false},
      )
    },
  }))
}

/** Else a branch of nothing but skipped checks would end with the sign of success alone. */
async function sayIfNoneMade(
  its: readonly PlannedCheck[],
  leaves: Leaves,
  say: (words: string) => void,
): Promise<void> {
  const ended = await Promise.all(its.flatMap(({id}) => leaves.get(id)?.ended ?? []))
  if (ended.every(({result}) => result.status === 'skip')) say('not checked')
}

/** What is not shown at once is over before anybody could read it. */
const SHOWN_AFTER_MS = 150

/** Without a title, and so without a line, until its check is being made; one that is skipped has none. */
function taskOf({id, check}: PlannedCheck, leaves: Leaves): ListrTask {
  return {
    async task(_context, task) {
      const leaf = leaves.get(id)
      if (!leaf) return
      const first = await Promise.race([leaf.began, leaf.ended])
      const late = first ?? (await Promise.race([delay(SHOWN_AFTER_MS), leaf.ended]))
      // A question, because nobody knows yet.
      if (late === undefined) task.title = `${id}  ${check.title}?`
      const {result} = await leaf.ended
      const {status, summary} = result
      const words = `${id}  ${withoutControls(summary)}`
      if (status === 'fail') throw new Error(words)
      if (status !== 'skip') task.title = status === 'warn' ? `${words} (warning)` : words
      else if (late === undefined) task.skip(words)
    },
  }
}
