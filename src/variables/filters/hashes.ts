import { createHash } from 'node:crypto';
import { define, toText, valueError } from '../../jinja/index.ts';
import { bytesOfText } from './bytes.ts';
import type { Callables } from './register.ts';

// Python's names where OpenSSL's are others.
const OPENSSL_NAMES: Readonly<Record<string, string>> = {
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  sha3_224: 'sha3-224',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
  sha3_512: 'sha3-512',
  sha512_224: 'sha512-224',
  sha512_256: 'sha512-256',
};

/** The digest of a text in hexadecimal digits, by Python's name of the algorithm. */
export function hexDigest(algorithm: string, text: string): string {
  const name = algorithm.toLowerCase();
  try {
    return createHash(OPENSSL_NAMES[name] ?? name)
      .update(bytesOfText(text))
      .digest('hex');
  } catch {
    throw valueError(`unsupported hash type ${algorithm}`);
  }
}

const UUID_OF_ANSIBLE = '361e6d51faec444a9079341386da8e2e';

// Version 5 of RFC 4122.
function nameUuid(name: string, namespace: string): string {
  const digits = namespace.toLowerCase().replace(/^urn:|uuid:|[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(digits))
    throw valueError(`Invalid value '${namespace}' for 'namespace': it is no UUID`);
  const bytes = createHash('sha1')
    .update(Buffer.from(digits, 'hex'))
    .update(bytesOfText(name))
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Filters that digest texts. */
export const hashFilters: Callables = {
  hash: define(['data', ['hashtype', 'sha1']], (data, algorithm) =>
    hexDigest(toText(algorithm), toText(data)),
  ),
  md5: define(['data'], (data) => hexDigest('md5', toText(data))),
  sha1: define(['data'], (data) => hexDigest('sha1', toText(data))),
  checksum: define(['data'], (data) => hexDigest('sha1', toText(data))),
  to_uuid: define(['string', ['namespace', UUID_OF_ANSIBLE]], (name, namespace) =>
    nameUuid(toText(name), toText(namespace)),
  ),
};
