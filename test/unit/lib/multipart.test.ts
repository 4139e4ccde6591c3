import { expect, it } from 'vitest';
import { multipart } from '../../../src/lib/multipart.ts';

it('writes texts as they are and files in lines of base64', () => {
  const { contentType, body } = multipart(
    [
      { name: 'a"b', content: 'text' },
      { name: 'f', content: Buffer.alloc(60, 0xff), filename: 'x.bin' },
      { name: 'g', content: 'plain', filename: 'y.txt', mimeType: 'text/x', encoding: '7or8bit' },
    ],
    'cut',
  );
  expect(contentType).toBe('multipart/form-data; boundary="cut"');
  expect(body).toBe(
    [
      '--cut',
      'Content-Disposition: form-data; name="a%22b"',
      'Content-Type: text/plain',
      '',
      'text',
      '--cut',
      'Content-Disposition: form-data; name="f"; filename="x.bin"',
      'Content-Type: application/octet-stream',
      'Content-Transfer-Encoding: base64',
      '',
      '/'.repeat(76),
      '/'.repeat(4),
      '--cut',
      'Content-Disposition: form-data; name="g"; filename="y.txt"',
      'Content-Type: text/x',
      '',
      'plain',
      '--cut--',
      '',
    ].join('\r\n'),
  );
});
