// A folder of served files: a content hash in each name, brotli and gzip beside, and the manifest that maps the names.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// These are compressed already; a second pass only costs the client time.
const COMPRESSED = new Set(['.woff2', '.png', '.jpg', '.jpeg', '.webp']);

export class Output {
  constructor(folder) {
    this.folder = folder;
    // Logical name -> { hashed, bytes, sent }; `sent` is what travels to a browser that takes brotli.
    this.files = new Map();
  }

  // Writes one file and answers its hashed name.
  add(name, data) {
    const bytes = Buffer.from(data);
    const ext = extname(name);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const hashed = `${name.slice(0, name.length - ext.length)}.${hash}${ext}`;
    writeFileSync(join(this.folder, hashed), bytes);
    let sent = bytes.length;
    if (!COMPRESSED.has(ext)) {
      const br = brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      });
      writeFileSync(join(this.folder, `${hashed}.br`), br);
      writeFileSync(join(this.folder, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
      sent = br.length;
    }
    this.files.set(name, { hashed, bytes: bytes.length, sent });
    return hashed;
  }

  writeManifest() {
    const names = [...this.files].map(([name, { hashed }]) => [name, hashed]).sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(join(this.folder, 'manifest.json'), `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`);
  }
}
