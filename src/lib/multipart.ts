/** One part of a form: a text, or a file with a name. */
export interface FormPart {
  name: string;
  content: string | Uint8Array;
  filename?: string;
  mimeType?: string;
  /** Files are written in base64 unless told otherwise, as Ansible does. */
  encoding?: 'base64' | '7or8bit';
}

/** A multipart/form-data body, and the Content-Type that goes with it. `boundary` must stand in no part. */
export function multipart(parts: FormPart[], boundary: string): { contentType: string; body: string } {
  const texts = parts.map((part) => `--${boundary}\r\n${head(part)}\r\n\r\n${content(part)}\r\n`);
  return {
    contentType: `multipart/form-data; boundary="${boundary}"`,
    body: `${texts.join('')}--${boundary}--\r\n`,
  };
}

function head(part: FormPart): string {
  const file = part.filename === undefined ? '' : `; filename="${part.filename.replaceAll('"', '%22')}"`;
  const type = part.mimeType ?? (part.filename === undefined ? 'text/plain' : 'application/octet-stream');
  return [
    `Content-Disposition: form-data; name="${part.name.replaceAll('"', '%22')}"${file}`,
    `Content-Type: ${type}`,
    ...(inBase64(part) ? ['Content-Transfer-Encoding: base64'] : []),
  ].join('\r\n');
}

function content(part: FormPart): string {
  const bytes = Buffer.from(part.content as Uint8Array);
  if (!inBase64(part)) return bytes.toString();
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}

function inBase64({ filename, encoding }: FormPart): boolean {
  return filename !== undefined && encoding !== '7or8bit';
}
