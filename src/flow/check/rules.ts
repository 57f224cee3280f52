import type {Rule} from '../finding.js'
import {asyncWouldDo, endsWithStream, noGreeting, nothingAfterBot, WAYS} from './order/advice.js'
import {fieldNotInDashboard, mulawClaimed} from './stream/foreign-fields.js'
import {
  parametersTooLong,
  parameterTwice,
  tooManyParameters,
  urlTooLong,
} from './stream/parameters.js'
import {rateInAskedUrl, rateMisspelt, rateNotOffered, rateUnset, twoRates} from './stream/rates.js'
import {callDetailInAskedUrl, callDetailInStaticUrl} from './urls/call-details.js'
import {credentialsInUrl, secretInTheOpen} from './urls/credentials.js'
import {passingHost, unreachableHost} from './urls/host.js'
import {placeholder} from './urls/placeholder.js'
import {malformedUrl, wrongScheme} from './urls/spelling.js'
import {credentialsWithoutTls, dynamicUrlNotHttps, withoutTls} from './urls/tls.js'
import {urlMissing} from './urls/url-missing.js'

/** All rules, in the order in which they are told: the flow as a whole, its URLs, its streams, then advice. */
export const RULES: readonly Rule[] = [
  ...WAYS,
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
  rateInAskedUrl,
  passingHost,
  endsWithStream,
  nothingAfterBot,
  noGreeting,
  asyncWouldDo,
]
