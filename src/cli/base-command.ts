import {Command, Errors} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import {describeFailure, FailureError, failureDocument} from './failure.js'
import {json} from './flags.js'
import {wantsJson, writeDocument} from './json.js'
import {createOutput, type Output} from './output.js'
import {unknownFlagSentence} from './usage.js'

/** What every command shares: the --json flag, the way to speak, and the way to fail. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {json}

  #output: Output | undefined

  protected get output(): Output {
    this.#output ??= createOutput({json: this.jsonEnabled()})
    return this.#output
  }

  // oclif looks for the flag only, and would forget the variable.
  override jsonEnabled(): boolean {
    return wantsJson(this.argv, process.env)
  }

  // Ours, because oclif's cuts the document into tokens to colour them.
  protected override logJson(document: unknown): void {
    writeDocument(process.stdout, document)
  }

  /** Always throws, with the exit code in it: under --json oclif would go on, and exit with 1. */
  protected override catch(thrown: unknown): Promise<never> {
    this.output.live.clear()
    if (thrown instanceof Errors.ExitError) throw thrown
    const failure = describeFailure(this.blameFlag(thrown), this.id?.replaceAll(':', ' '))
    // Else oclif warns on stderr that nothing was parsed, wherever NODE_ENV says development.
    this.parsed = true
    process.exitCode = failure.exit
    if (!this.jsonEnabled()) throw new FailureError(failure)
    this.logJson(failureDocument(failure))
    throw new Errors.ExitError(failure.exit)
  }

  /** An argument that was refused may be the value of a flag that does not exist. */
  private blameFlag(thrown: unknown): unknown {
    if (this.parsed || !(thrown instanceof ExostreamError)) return thrown
    const flags = Object.keys({...this.ctor.baseFlags, ...this.ctor.flags})
    const sentence = unknownFlagSentence(this.argv, flags)
    return sentence === undefined ? thrown : new ExostreamError('EXO_USAGE', sentence)
  }
}
