// SPDX-License-Identifier: Apache-2.0
// unzip.mjs - the files of a .zip in memory, by name: read from its directory at the end.
import { inflateRawSync } from "node:zlib";

export function unzip(bytes) {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== 0x06054b50) end--;
  if (end < 0) throw new Error("no .zip: its directory is missing");
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = bytes.readUInt16LE(end + 10); i > 0; i--) {
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const size = bytes.readUInt32LE(at + 24);
    const name = bytes.readUInt16LE(at + 28);
    const more = bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const raw = bytes.subarray(from, from + packed);
    const content = method === 8 ? inflateRawSync(raw) : raw;
    if (content.length !== size) throw new Error("a file of the .zip is broken");
    files.set(bytes.subarray(at + 46, at + 46 + name).toString("utf8"), content);
    at += 46 + name + more;
  }
  return files;
}
