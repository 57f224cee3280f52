import {resolve} from 'node:path'

import {type Documents, findScenario, type Place, type ScenarioDocument} from './documents.js'
import {misplaced} from './format/order.js'
import {MOST_STEPS} from './format/schema.js'
import type {StepFile} from './format/verbs.js'

const DEEPEST_INCLUDE = 8

/** A step of a call, from whichever file it came. */
export type PlacedStep = {
  readonly step: Exclude<StepFile, {include: string}>
  readonly place: Place
  readonly isIncluded: boolean
}

/** A list of steps, and where it stands. */
type StepList = Place & {readonly steps: readonly StepFile[]}

/** The steps of a call with those of other files in the place of each include; mistakes are noted. */
export async function expandSteps(
  list: StepList,
  documents: Documents,
): Promise<readonly PlacedStep[]> {
  const expansion = new Expansion(documents)
  await expansion.add(list, [resolve(list.document.path)])
  const steps = expansion.steps.filter(({step, isIncluded}, index, all) => {
    if (!isIncluded) return true
    if ('greet' in step) return index === 0
    return isEnd(step) ? index === all.length - 1 : true
  })
  for (const {index, problem} of misplaced(steps.map(({step}) => step))) {
    const at = steps[index]
    if (at) documents.note(at.place, problem)
  }
  return steps
}

function isEnd(step: StepFile): boolean {
  return 'hangUp' in step || 'botHangsUp' in step
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
    for (const [index, step] of steps.entries()) {
      if (this.#isOver) return
      const place = {document, path: [...path, index]}
      if ('include' in step) {
        await this.#include(step.include, place, files)
        continue
      }
      this.steps.push({step, place, isIncluded: files.length > 1})
    }
  }

  async #include(nameOrPath: string, place: Place, files: readonly string[]): Promise<void> {
    const at = {...place, path: [...place.path, 'include']}
    this.#includes += 1
    if (this.#includes > MOST_STEPS) {
      this.#tooMany(at)
      return
    }
    const found = await findScenario(nameOrPath, place.document.folder)
    const problem = this.#refusal(nameOrPath, found, files)
    if (found === undefined || problem !== undefined) {
      this.#documents.note(at, problem ?? 'a scenario')
      return
    }
    const document = await this.#documents.open(found)
    if (!document) {
      this.#documents.note(at, `a scenario without mistakes; those of ${found} are told as well`)
      return
    }
    await this.#addFrom(document, at, files)
  }

  async #addFrom(document: ScenarioDocument, at: Place, files: readonly string[]): Promise<void> {
    const {steps} = document.content
    if (!steps) {
      this.#documents.note(at, `a scenario of steps; ${document.path} holds several calls`)
      return
    }
    await this.add({document, path: ['steps'], steps}, [...files, resolve(document.path)])
    if (this.steps.length > MOST_STEPS && !this.#isOver) this.#tooMany(at)
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
