import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

/** PEM texts, as a TLS server takes them; the certificate with the chain behind it that it sends. */
type Leaf = {readonly cert: string; readonly key: string}

export type Certificates = {
  /** The only authority that is to be trusted: goes into `world.ca`. */
  readonly ca: string
  readonly leaf: (name: LeafName) => Leaf
}

export type LeafName = keyof typeof LEAVES

/** The name that the good ones are for. */
export const BOT_HOST = 'bot.lab'

/** Where the certificate without its chain says that its issuer is to be had. */
export const ISSUER_URL = 'http://authority.lab/intermediate.crt'

type LeafPlan = {
  readonly san?: string
  readonly fromDay: number
  readonly toDay: number
  /** Who signs it; `itself` is a certificate that signs itself. */
  readonly by?: 'intermediate' | 'stale' | 'early' | 'stranger' | 'itself'
  readonly isAlone?: true
  readonly more?: string
}

const CURRENT = {san: `DNS:${BOT_HOST},DNS:*.${BOT_HOST}`, fromDay: -10, toDay: 90} as const

const LEAVES = {
  good: CURRENT,
  expired: {...CURRENT, fromDay: -100, toDay: -10},
  'not-yet-valid': {...CURRENT, fromDay: 10, toDay: 100},
  'expiring-soon': {...CURRENT, toDay: 5.5},
  'wrong-host': {...CURRENT, san: 'DNS:other.lab,DNS:www.other.lab'},
  'common-name': {fromDay: -10, toDay: 90},
  address: {...CURRENT, san: 'IP:127.0.0.1,IP:::1'},
  'self-signed': {...CURRENT, by: 'itself'},
  'unknown-authority': {...CURRENT, by: 'stranger'},
  'missing-intermediate': {
    ...CURRENT,
    isAlone: true,
    more: `authorityInfoAccess=caIssuers;URI:${ISSUER_URL}`,
  },
  'expired-intermediate': {...CURRENT, by: 'stale'},
  'early-intermediate': {...CURRENT, by: 'early'},
  'for-clients': {...CURRENT, more: 'extendedKeyUsage=clientAuth'},
} as const satisfies Record<string, LeafPlan>

const ROOT_DAYS = {fromDay: -2000, toDay: 4000}

/** A certificate authority with all that can be wrong with a leaf; about half a second, once a test file. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'exostream-certificates-'))
  try {
    return await makeIn(folder)
  } finally {
    await rm(folder, {recursive: true})
  }
}

async function makeIn(folder: string): Promise<Certificates> {
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, {cwd: folder})
  const text = (name: string) => readFile(join(folder, name), 'utf8')
  await writeFile(join(folder, 'ca.cnf'), config())
  await writeFile(join(folder, 'index.txt'), '')
  for (const key of ['root', 'stranger', 'intermediate', 'stale', 'early', 'leaf']) {
    const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    await openssl('genpkey', ...curve, '-out', `${key}.key`)
    const ask = ['req', '-new', '-config', 'ca.cnf', '-key', `${key}.key`, '-subj', '/CN=any']
    await openssl(...ask, '-out', `${key}.csr`)
  }
  const sign = async (name: string, how: Signing) => {
    const {key, subject, by, section, fromDay, toDay} = how
    const signer = by === 'itself' ? ['-selfsign'] : ['-cert', `${by}.pem`]
    await openssl(
      ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', `${key}.csr`],
      ...['-keyfile', `${by === 'itself' ? key : by}.key`, ...signer],
      ...['-subj', `/CN=${subject}`, '-extensions', section],
      ...['-startdate', day(fromDay), '-enddate', day(toDay), '-out', `${name}.pem`],
    )
  }
  const authority = {section: 'authority', ...ROOT_DAYS}
  await sign('root', {...authority, key: 'root', subject: 'Test Root', by: 'itself'})
  await sign('stranger', {...authority, key: 'stranger', subject: 'Strange Root', by: 'itself'})
  const below = {...authority, key: 'intermediate', by: 'root'}
  await sign('intermediate', {...below, subject: 'Test Intermediate'})
  await sign('stale', {...below, key: 'stale', subject: 'Stale Intermediate', toDay: -3})
  await sign('early', {...below, key: 'early', subject: 'Early Intermediate', fromDay: 3})

  const key = await text('leaf.key')
  const leaves = new Map<string, Leaf>()
  for (const [name, plan] of Object.entries<LeafPlan>(LEAVES)) {
    const {by = 'intermediate', isAlone = false, fromDay, toDay} = plan
    const subject = name === 'common-name' ? BOT_HOST : 'A Bot'
    await sign(name, {key: 'leaf', subject, by, section: name, fromDay, toDay})
    const chain = by === 'itself' || isAlone ? '' : await text(`${by}.pem`)
    leaves.set(name, {cert: (await text(`${name}.pem`)) + chain, key})
  }
  return {
    ca: await text('root.pem'),
    leaf: (name) => {
      const leaf = leaves.get(name)
      if (!leaf) throw new Error(`no certificate is called ${name}`)
      return leaf
    },
  }
}

type Signing = {
  readonly key: string
  readonly subject: string
  readonly by: string
  readonly section: string
  readonly fromDay: number
  readonly toDay: number
}

/** OpenSSL 3.0 sets both dates of a certificate only by `openssl ca`, which wants a configuration. */
function config(): string {
  const leaves = Object.entries<LeafPlan>(LEAVES).flatMap(([name, {san, more}]) => [
    `[${name}]`,
    'basicConstraints=CA:FALSE',
    ...(san === undefined ? [] : [`subjectAltName=${san}`]),
    ...(more === undefined ? [] : [more]),
  ])
  return [
    '[ca]',
    'default_ca=lab',
    '[lab]',
    'new_certs_dir=.',
    'database=index.txt',
    'rand_serial=yes',
    'default_md=sha256',
    'policy=any',
    'unique_subject=no',
    '[any]',
    'commonName=supplied',
    '[req]',
    'distinguished_name=any_name',
    '[any_name]',
    '[authority]',
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier=hash',
    ...leaves,
    '',
  ].join('\n')
}

/** So many days from now, as `openssl ca` reads it. */
function day(days: number): string {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString()
  return `${iso.slice(0, 19).replace(/\D/g, '')}Z`
}
