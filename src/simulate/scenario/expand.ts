import {resolve} from 'node:path'

import {type Documents, findScenario, type Place, type ScenarioDocument} from './documents.js'
import {misplaced} from './format/order.js'
import {MOST_STEPS} from './format/schema.js'
import {type StepFile, verbsOf} from './format/verbs.js'
import type {WrittenStep} from './parts.js'

const DEEPEST_INCLUDE = 8

/** A step of a call, from whichever file it came; without `step` when nothing of it can be read. */
export type PlacedStep = {
  readonly raw: unknown
  readonly step?: Exclude<StepFile, {include: string}>
  readonly place: Place
  readonly isIncluded: boolean
}

/** A list of steps, and where it stands. */
type StepList = Place & {readonly steps: readonly WrittenStep[]}

/**
 * The steps of a call with those of other files in the place of each include; mistakes are noted. An
 * include that brings nothing stays where it is.
 */
export async function expandSteps(
  list: StepList,
  documents: Documents,
): Promise<readonly PlacedStep[]> {
  const expansion = new Expansion(documents)
  await expansion.add(list, [resolve(list.document.path)])
  const steps = expansion.steps.filter(({raw, isIncluded}, index, all) => {
    if (!isIncluded) return true
    const [verb] = verbsOf(raw)
    if (verb === 'greet') return index === 0
    return verb === 'hangUp' || verb === 'botHangsUp' ? index === all.length - 1 : true
  })
  for (const {index, problem} of misplaced(steps.map(({raw}) => raw))) {
    const at = steps[index]
    if (at) documents.note(at.place, problem)
  }
  return steps
}

class Expansion {
  readonly steps: PlacedStep[] = []
  readonly #documents: Documents
  #includes = 0
  /** Files that include each other twice over would grow without end: it is told once. */
  #isOver = false

  constructor(documents: Documents) {
    this.#documents = documents
  }

  /** @param files those that are open around the list, the innermost last */
  async add({document, path, steps}: StepList, files: readonly string[]): Promise<void> {
    for (const [index, {raw, step}] of steps.entries()) {
      if (this.#isOver) return
      const place = {document, path: [...path, index]}
      const unread = {raw, place, isIncluded: files.length > 1}
      if (step && 'include' in step) {
        const isRead = await this.#include(step.include, place, files)
        if (!isRead) this.steps.push(unread)
        continue
      }
      this.steps.push(step ? {...unread, step} : unread)
    }
  }

  /** @returns whether it brought its steps */
  async #include(nameOrPath: string, place: Place, files: readonly string[]): Promise<boolean> {
    const at = {...place, path: [...place.path, 'include']}
    this.#includes += 1
    if (this.#includes > MOST_STEPS) {
      this.#tooMany(at)
      return false
    }
    const found = await findScenario(nameOrPath, place.document.folder)
    const problem = this.#refusal(nameOrPath, found, files)
    if (found === undefined || problem !== undefined) {
      this.#documents.note(at, problem ?? 'a scenario')
      return false
    }
    const document = await this.#documents.open(found)
    if (!document.isWhole) {
      this.#documents.note(at, `a scenario without mistakes; those of ${found} are told as well`)
    }
    return this.#addFrom(document, at, files)
  }

  async #addFrom(
    document: ScenarioDocument,
    at: Place,
    files: readonly string[],
  ): Promise<boolean> {
    const {steps, calls} = document.parts
    if (calls.length > 0) {
      this.#documents.note(at, `a scenario of steps; ${document.path} holds several calls`)
    }
    if (!steps) return false
    await this.add({document, path: ['steps'], steps}, [...files, resolve(document.path)])
    if (this.steps.length > MOST_STEPS && !this.#isOver) this.#tooMany(at)
    return true
  }

  #refusal(
    nameOrPath: string,
    found: string | undefined,
    files: readonly string[],
  ): string | undefined {
    const quoted = JSON.stringify(nameOrPath)
    if (found === undefined) {
      return `a scenario by its built-in name or by its path from here; there is no ${quoted}`
    }
    if (files.includes(resolve(found))) {
      return `a scenario that does not include itself in the end, as ${quoted} does`
    }
    return files.length > DEEPEST_INCLUDE
      ? `includes at most ${String(DEEPEST_INCLUDE)} deep`
      : undefined
  }

  #tooMany(at: Place): void {
    this.#isOver = true
    this.#documents.note(at, `at most ${String(MOST_STEPS)} steps in all, with those of includes`)
  }
}
