import type {Rule} from '../finding.js'
import {asyncWouldDo, endsWithStream, noGreeting, nothingAfterBot} from './order/advice.js'
import {asyncBranch, sameBranches} from './order/branches.js'
import {noStream, noStreamAfterPassthru} from './order/missing-stream.js'
import {branchWhileStreaming, outcomeAskedBefore} from './order/passthru-place.js'
import {endlessCircle, stopWithoutStart, unreachableApplet} from './order/ways.js'
import {streamCannotTalk} from './stream/direction.js'
import {fieldNotInDashboard, mulawClaimed} from './stream/foreign-fields.js'
import {
  parametersTooLong,
  parameterTwice,
  tooManyParameters,
  urlTooLong,
} from './stream/parameters.js'
import {rateMisspelt, rateNotOffered, rateUnset, twoRates} from './stream/rates.js'
import {callDetailInAskedUrl, callDetailInStaticUrl} from './urls/call-details.js'
import {credentialsInUrl, secretInTheOpen} from './urls/credentials.js'
import {unreachableHost} from './urls/host.js'
import {placeholder} from './urls/placeholder.js'
import {malformedUrl, wrongScheme} from './urls/spelling.js'
import {credentialsWithoutTls, dynamicUrlNotHttps, withoutTls} from './urls/tls.js'
import {urlMissing} from './urls/url-missing.js'

/** All rules, in the order in which they are told: the flow as a whole, its URLs, its streams, then advice. */
export const RULES: readonly Rule[] = [
  noStreamAfterPassthru,
  noStream,
  streamCannotTalk,
  unreachableApplet,
  endlessCircle,
  asyncBranch,
  sameBranches,
  outcomeAskedBefore,
  branchWhileStreaming,
  stopWithoutStart,
  urlMissing,
  placeholder,
  wrongScheme,
  malformedUrl,
  callDetailInStaticUrl,
  callDetailInAskedUrl,
  unreachableHost,
  dynamicUrlNotHttps,
  credentialsWithoutTls,
  withoutTls,
  credentialsInUrl,
  secretInTheOpen,
  rateNotOffered,
  twoRates,
  rateMisspelt,
  rateUnset,
  tooManyParameters,
  parametersTooLong,
  parameterTwice,
  urlTooLong,
  mulawClaimed,
  fieldNotInDashboard,
  endsWithStream,
  nothingAfterBot,
  noGreeting,
  asyncWouldDo,
]
