import { describe, expect, it } from 'vitest';
import { fulfilled, rejoinNames, requirementLines } from '../../../src/lib/pipRequirements.ts';

describe('rejoinNames', () => {
  it('puts together what commas cut apart', () => {
    const pieces = 'django>1.11.1, <1.11.3,ipaddress,uvicorn[standard,x]>=0.2,!=0.3, ,six'.split(',');
    expect(rejoinNames(pieces)).toEqual([
      'django>1.11.1,<1.11.3',
      'ipaddress',
      'uvicorn[standard,x]>=0.2,!=0.3',
      'six',
    ]);
  });
});

describe('requirementLines', () => {
  it('leaves comments and empty lines out', () => {
    const text = '# all\n\nflask>=2  # web\r\nx @ https://h/x.whl#sha256=1\nsix \\\n  ==1.16\n';
    expect(requirementLines(text)).toEqual(['flask>=2', 'x @ https://h/x.whl#sha256=1', 'six   ==1.16']);
  });
});

describe('fulfilled', () => {
  const installed = { flask: '3.1', six: '1.16.0' };
  it.each([
    [['Flask', 'six==1.16'], true],
    [['flask<3'], false],
    [['none'], false],
    [['flask[async]'], undefined],
    [['flask; python_version > "3"'], undefined],
    [['git+https://h/x.git', 'six'], undefined],
    [['git+https://h/x.git', 'none'], false],
  ])('%j: %s', (asked, expected) => expect(fulfilled(asked, installed)).toBe(expected));
});
