import { describe, expect, it } from 'vitest';
import { hasId, publicKeys } from '../../../src/lib/openpgp.ts';

// Made for this test: an Ed25519 key with a subkey, and the same together with an RSA key in binary form.
const ARMORED = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawMNOhYJKwYBBAHaRw8BAQdAXwg49KsXLyVpKueN2jbuw1PwKlo8a0nGiGnV
yZHsFWS0GlRlc3QgT25lIDxvbmVAZXhhbXBsZS5vcmc+iJAEExYIADgWIQSrNGmJ
6LtNXaOJCBXEv6wIZzvdaQUCawMNOgIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIX
gAAKCRDEv6wIZzvdaXWJAQCOw5mxLf1yggtQgOuGTN4pd2fs3rIuRkIp86atwlWx
yAEA8R9kbTS6eAXLHQLzGmN5zzXKc2hJ+YM/3xwjaFUTiwu4OARrAw07EgorBgEE
AZdVAQUBAQdA3ekc1cxSW7jhWf+koEnSLnStcf0f52kkTExm/lbpOkADAQgHiHgE
GBYIACAWIQSrNGmJ6LtNXaOJCBXEv6wIZzvdaQUCawMNOwIbDAAKCRDEv6wIZzvd
aYKgAQCuYG2z4L4UQsT6tWbR7P3fITaejA3DSDgocndEImtO7gD/WYEtUMH9kX0s
BWlnblxi5pNuAxJkxNNnBLHEV3npfgo=
=+k8k
-----END PGP PUBLIC KEY BLOCK-----
`;
const BINARY = Buffer.from(
  `
mDMEawMNOhYJKwYBBAHaRw8BAQdAXwg49KsXLyVpKueN2jbuw1PwKlo8a0nGiGnVyZHsFWS0GlRlc3QgT25lIDxvbmVAZXhhbXBs
ZS5vcmc+iJAEExYIADgWIQSrNGmJ6LtNXaOJCBXEv6wIZzvdaQUCawMNOgIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRDE
v6wIZzvdaXWJAQCOw5mxLf1yggtQgOuGTN4pd2fs3rIuRkIp86atwlWxyAEA8R9kbTS6eAXLHQLzGmN5zzXKc2hJ+YM/3xwjaFUT
iwu4OARrAw07EgorBgEEAZdVAQUBAQdA3ekc1cxSW7jhWf+koEnSLnStcf0f52kkTExm/lbpOkADAQgHiHgEGBYIACAWIQSrNGmJ
6LtNXaOJCBXEv6wIZzvdaQUCawMNOwIbDAAKCRDEv6wIZzvdaYKgAQCuYG2z4L4UQsT6tWbR7P3fITaejA3DSDgocndEImtO7gD/
WYEtUMH9kX0sBWlnblxi5pNuAxJkxNNnBLHEV3npfgqYjQRrAw07AQQA0xlF0Umfn4Es6CPi08cxs0fC5IMVqIQn7TroYTr56oa8
s3vqkEZNeQp9NH58A4qWxtrcSg5xevDbK3BWenKkhAn3iDtP4lf87IagT9u8RkFVWMNtI7qa8y7KMidqIf5cQzNINmH2XCzO5HLl
KGULiZi4mJxsljocSpKfeMoe0t8AEQEAAbQDVHdviM4EEwEKADgWIQQ1kAR4xKeFNjscJdf1XwQIjVue5gUCawMNOwIbAwULCQgH
AgYVCgkICwIEFgIDAQIeAQIXgAAKCRD1XwQIjVue5mpXBACFniMabQ2SXQJ4s2DiWKHic80ArbBL/5mwaJt7tt0f/w4qufvoyTgN
+xF3632RLOfGFCAecQO+R33iuj/vX4DFi0nGzDRqTr9v4r27gVIDzQ73SxcH5cSMud05teEpY3BhdTT4Wr6lLZyJPSgPbDs//xIt
GCJebQyQ/ofAQP9sMw==
`,
  'base64',
);

const ONE = 'AB346989E8BB4D5DA3890815C4BFAC08673BDD69';
const TWO = '35900478C4A785363B1C25D7F55F04088D5B9EE6';
const SUBKEY = '08362D051B8F562670D88B22E92C804AEE9B3185';

describe('publicKeys', () => {
  it('reads an armored key with its subkeys', () => {
    const [key, ...others] = publicKeys(Buffer.from(ARMORED));
    expect(key).toMatchObject({ fingerprint: ONE, all: [ONE, SUBKEY] });
    expect(others).toEqual([]);
  });

  it('takes a keyring apart so that its keys can be put together again', () => {
    const keys = publicKeys(BINARY);
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual([ONE, TWO]);
    expect(Buffer.concat(keys.map(({ bytes }) => bytes))).toEqual(BINARY);
    expect(publicKeys(Buffer.from(ARMORED))[0]!.bytes).toEqual(keys[0]!.bytes);
  });

  it.each(['hello', '', '\x99'])('refuses %j or finds nothing in it', (text) => {
    let found = 0;
    try {
      found = publicKeys(Buffer.from(text, 'latin1')).length;
    } catch (error) {
      expect(String(error)).toMatch(/OpenPGP/);
    }
    expect(found).toBe(0);
  });
});

describe('hasId', () => {
  const [key] = publicKeys(BINARY);
  it.each([
    [ONE, true],
    ['0xC4BFAC08673BDD69', true],
    ['673bdd69', true],
    ['EE9B 3185', true],
    ['8D5B9EE6', false],
    ['', false],
  ])('%s: %s', (id, expected) => expect(hasId(key!, id)).toBe(expected));
});
