import type {CloudIds} from '../check.js'
import type {HttpAnswer, HttpQuestion} from './asking/ask-http.js'

/** Asks the metadata address; an answer of status 200, or nothing. */
export type AskMetadata = (
  path: string,
  options?: Pick<HttpQuestion, 'method' | 'headers'>,
) => Promise<HttpAnswer | undefined>

type Cloud = {
  readonly title: string
  /** Undefined: this is not the cloud. */
  readonly find: (ask: AskMetadata) => Promise<CloudIds | undefined>
  /** Lets the port in from everywhere; a word in capitals stands for what was not told. */
  readonly openPort: (port: number, ids: CloudIds) => string
}

/** Each by the documentation of its metadata service and of its command line. */
const CLOUDS: Readonly<Record<string, Cloud>> = {
  aws: {
    title: 'AWS',
    find: async (ask) => {
      const ttl = {'X-aws-ec2-metadata-token-ttl-seconds': '60'}
      const token = text(await ask('/latest/api/token', {method: 'PUT', headers: ttl}))
      if (!/^[\w+/=-]{1,200}$/.test(token)) return undefined
      const get = async (path: string) =>
        text(await ask(`/latest/meta-data/${path}`, {headers: {'X-aws-ec2-metadata-token': token}}))
      const [instance, address, region, mac] = await Promise.all(
        ['instance-id', 'public-ipv4', 'placement/region', 'mac'].map(get),
      )
      if (!/^i-[\da-f]{8,20}$/.test(instance ?? '')) return undefined
      const interfacePath = `network/interfaces/macs/${mac ?? ''}`
      const isMac = /^[\da-f]{2}(?::[\da-f]{2}){5}$/.test(mac ?? '')
      const [group] = isMac ? (await get(`${interfacePath}/security-group-ids`)).split('\n') : []
      return {instance, address, region, group}
    },
    openPort: (port, {group = 'GROUP_ID', region}) =>
      `aws ec2 authorize-security-group-ingress --group-id ${group} --protocol tcp --port ${String(port)} --cidr 0.0.0.0/0${option('region', region)}`,
  },
  gcp: {
    title: 'Google Cloud',
    find: async (ask) => {
      const headers = {'Metadata-Flavor': 'Google'}
      const get = (path: string) => ask(`/computeMetadata/v1/${path}`, {headers})
      const [name, network, address, project] = await Promise.all([
        get('instance/name'),
        get('instance/network-interfaces/0/network'),
        get('instance/network-interfaces/0/access-configs/0/external-ip'),
        get('project/project-id'),
      ])
      if (name?.headers['metadata-flavor'] !== 'Google' || text(name) === '') return undefined
      return {
        instance: text(name),
        network: text(network).split('/').at(-1),
        address: text(address),
        project: text(project),
      }
    },
    openPort: (port, {network = 'default', project}) =>
      `gcloud compute firewall-rules create exostream-${String(port)} --network ${network} --direction INGRESS --allow tcp:${String(port)} --source-ranges 0.0.0.0/0${option('project', project)}`,
  },
  azure: {
    title: 'Azure',
    find: async (ask) => {
      const path = '/metadata/instance/compute?api-version=2021-02-01'
      const compute = fields(await ask(path, {headers: {Metadata: 'true'}}))
      if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(compute('vmId') ?? ''))
        return undefined
      return {
        instance: compute('name'),
        group: compute('resourceGroupName'),
        subscription: compute('subscriptionId'),
      }
    },
    // Finds the network security group by the machine, which the metadata does not name.
    openPort: (port, {group = 'RESOURCE_GROUP', instance = 'MACHINE', subscription}) =>
      `az vm open-port --resource-group ${group} --name ${instance} --port ${String(port)} --priority 900${option('subscription', subscription)}`,
  },
  digitalocean: {
    title: 'DigitalOcean',
    find: async (ask) => {
      const [instance, address] = await Promise.all(
        ['id', 'interfaces/public/0/ipv4/address'].map(async (path) =>
          text(await ask(`/metadata/v1/${path}`)),
        ),
      )
      return /^\d{1,20}$/.test(instance ?? '') ? {instance, address} : undefined
    },
    openPort: (port, {instance = 'DROPLET_ID'}) =>
      `doctl compute firewall list-by-droplet ${instance}\ndoctl compute firewall add-rules FIREWALL_ID --inbound-rules protocol:tcp,ports:${String(port)},address:0.0.0.0/0`,
  },
  hetzner: {
    title: 'Hetzner',
    find: async (ask) => {
      const [instance, address] = await Promise.all(
        ['instance-id', 'public-ipv4'].map(async (path) =>
          text(await ask(`/hetzner/v1/metadata/${path}`)),
        ),
      )
      return /^\d{1,20}$/.test(instance ?? '') ? {instance, address} : undefined
    },
    openPort: (port) =>
      `hcloud firewall list\nhcloud firewall add-rule FIREWALL --direction in --protocol tcp --port ${String(port)} --source-ips 0.0.0.0/0`,
  },
  oracle: {
    title: 'Oracle Cloud',
    find: async (ask) => {
      const headers = {Authorization: 'Bearer Oracle'}
      const instance = fields(await ask('/opc/v2/instance/', {headers}))
      const id = instance('id')
      return id?.startsWith('ocid1.instance.')
        ? {instance: id, region: instance('region')}
        : undefined
    },
    openPort: (port, {region}) =>
      `oci network nsg rules add --nsg-id NSG_ID --security-rules '[{"direction":"INGRESS","protocol":"6","source":"0.0.0.0/0","tcpOptions":{"destinationPortRange":{"min":${String(port)},"max":${String(port)}}}}]'${option('region', region)}`,
  },
}

/** The command that lets the port in, of a cloud as `known.cloud` names it; one line or two. */
export function openPortCommand(
  cloud: string | undefined,
  port: number,
  ids: CloudIds = {},
): string | undefined {
  return cloudNamed(cloud)?.openPort(port, ids)
}

export function cloudTitle(cloud: string): string {
  return cloudNamed(cloud)?.title ?? cloud
}

export type FoundCloud = {readonly cloud: string; readonly ids: CloudIds}

/** Tries all of them at the same time; at most one is true of a machine. */
export async function findCloud(ask: AskMetadata): Promise<FoundCloud | undefined> {
  const tried = await Promise.all(
    Object.entries(CLOUDS).map(async ([cloud, {find}]) => {
      const ids = await find(ask)
      return ids && {cloud, ids: harmless(ids)}
    }),
  )
  return tried.find((found) => found !== undefined)
}

/** They are copied into a shell: whatever is more than a plain word is left out. */
function harmless(ids: CloudIds): CloudIds {
  const plain = Object.entries(ids).filter(([, id]) => /^[a-z\d][\w.:-]{0,200}$/i.test(id ?? ''))
  return Object.fromEntries(plain)
}

function cloudNamed(cloud: string | undefined): Cloud | undefined {
  return cloud !== undefined && Object.hasOwn(CLOUDS, cloud) ? CLOUDS[cloud] : undefined
}

function option(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` --${name} ${value}`
}

function text(answer: HttpAnswer | undefined): string {
  return answer?.body?.trim() ?? ''
}

/** The texts of a JSON object, by name. */
function fields(answer: HttpAnswer | undefined): (name: string) => string | undefined {
  let read: unknown
  try {
    read = JSON.parse(text(answer))
  } catch {
    // Any server may stand at that address; what is no JSON is not the one that was looked for.
  }
  const members = new Map(Object.entries(typeof read === 'object' && read !== null ? read : {}))
  return (name) => {
    const value: unknown = members.get(name)
    return typeof value === 'string' ? value : undefined
  }
}
