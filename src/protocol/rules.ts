import {conversationRules} from './rules/conversation.js'
import {endpointRules} from './rules/endpoint.js'
import {messageRules} from './rules/message.js'
import type {RuleText} from './rules/rule.js'
import {toleranceRules} from './rules/tolerance.js'

export type {Severity} from './rules/rule.js'

const texts = {...messageRules, ...conversationRules, ...endpointRules, ...toleranceRules}

export type RuleId = keyof typeof texts
export type Rule = RuleText & {readonly id: RuleId}

// The cast restores the keys, which Object.entries forgets.
export const rules = Object.fromEntries(
  Object.entries(texts).map(([id, text]) => [id, Object.freeze({id, ...text})]),
) as Readonly<Record<RuleId, Rule>>
