import {lookup} from 'node:dns/promises'

import type {DoctorWorld} from '../world.js'

/** As the system finds a name: its resolver, its hosts file and whatever else it is set to. */
export const systemLookup: DoctorWorld['lookup'] = (hostname) => lookup(hostname, {all: true})
