// The vectors that AWS publishes: of the SigV4 test suite and of the documentation of Amazon S3.
import { describe, expect, test } from 'vitest'
import { canonicalQuery, percent, sha256, signed, type Unsigned } from './sign.ts'

const SUITE = {
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
  scope: { region: 'us-east-1', service: 'service', nowMs: Date.UTC(2015, 7, 30, 12, 36, 0) },
}
const S3 = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  scope: { region: 'us-east-1', service: 's3', nowMs: Date.UTC(2013, 4, 24) },
}
const EMPTY = sha256('')

const signatureOf = (
  { credentials, scope }: typeof SUITE,
  request: Partial<Unsigned> & Pick<Unsigned, 'headers'>,
): string => {
  const whole = { method: 'GET', path: '/', query: [], payload: EMPTY, ...request }
  return /Signature=(.*)$/.exec(signed(whole, credentials, scope)['authorization'] ?? '')?.[1] ?? ''
}

describe('the SigV4 test suite', () => {
  const headers = { host: 'example.amazonaws.com' }
  test.each<[string, Partial<Unsigned>, string]>([
    ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      {
        query: [
          ['Param2', 'value2'],
          ['Param1', 'value1'],
        ],
      },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'post-vanilla',
      { method: 'POST' },
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'get-header-value-trim',
      { headers: { ...headers, 'my-header1': ' value1', 'my-header2': ' "a   b   c"' } },
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
  ])('%s', (_, request, signature) => {
    expect(signatureOf(SUITE, { headers, ...request })).toBe(signature)
  })

  test('the whole header', () => {
    const request = { method: 'GET', path: '/', query: [], payload: EMPTY, headers }
    const { authorization } = signed(request, SUITE.credentials, SUITE.scope)
    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, ' +
        'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    )
  })
})

describe('the examples of Amazon S3', () => {
  const host = 'examplebucket.s3.amazonaws.com'
  const read = { host, 'x-amz-content-sha256': EMPTY }
  const body = 'Welcome to Amazon S3.'
  test.each<[string, Partial<Unsigned> & Pick<Unsigned, 'headers'>, string]>([
    [
      'GET a range of an object',
      { path: '/test.txt', headers: { ...read, range: 'bytes=0-9' } },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'PUT an object whose key needs encoding',
      {
        method: 'PUT',
        path: `/${percent('test$file.text')}`,
        payload: sha256(body),
        headers: {
          host,
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-content-sha256': sha256(body),
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    [
      'GET with a parameter without a value',
      { query: [['lifecycle', '']], headers: read },
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'GET a list',
      {
        query: [
          ['max-keys', '2'],
          ['prefix', 'J'],
        ],
        headers: read,
      },
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('%s', (_, request, signature) => {
    expect(signatureOf(S3, request)).toBe(signature)
  })
})

test('temporary credentials bring their token, which is signed', () => {
  const request = { method: 'GET', path: '/', query: [], payload: EMPTY, headers: { host: 'a' } }
  const credentials = { ...S3.credentials, sessionToken: 'token' }
  const headers = signed(request, credentials, S3.scope)
  expect(headers['x-amz-security-token']).toBe('token')
  expect(headers['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
})

test('a query is sorted by name and value, as it is encoded', () => {
  const query = [
    ['b', '2'],
    ['a', 'ü/ '],
    ['b', '10'],
    ["'", '*'],
  ] as const
  expect(canonicalQuery(query)).toBe('%27=%2A&a=%C3%BC%2F%20&b=10&b=2')
})
