// SPDX-License-Identifier: Apache-2.0
// photos.mjs - real pictures, drawn and encoded by the browser, with what a camera writes beside
// them: a place, a name, a comment.
//
//   const { jpeg, png, webp } = await takePhotos(eye.browser);   // { name, type, body }
import * as zlib from "node:zlib";

export const SECRET = "GPS 48.8584 N 2.2945 E - telephone de Camille";

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const le32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };

// TIFF with an orientation (6: turned to the right) and a text where a camera puts its name.
function exif(little) {
  const words = Buffer.from(`${SECRET}\0`);
  const tiff = Buffer.alloc(38);
  const w16 = (at, n) => (little ? tiff.writeUInt16LE(n, at) : tiff.writeUInt16BE(n, at));
  const w32 = (at, n) => (little ? tiff.writeUInt32LE(n, at) : tiff.writeUInt32BE(n, at));
  tiff.write(little ? "II" : "MM", 0, "latin1");
  w16(2, 42); w32(4, 8); w16(8, 2);
  w16(10, 0x0110); w16(12, 2); w32(14, words.length); w32(18, 38);
  w16(22, 0x0112); w16(24, 3); w32(26, 1); w16(30, 6);
  return Buffer.concat([tiff, words]);
}

export function jpegWith(plain, { orientation = true } = {}) {
  const segment = (marker, body) => Buffer.concat([Buffer.from([0xff, marker]),
    u16(body.length + 2), body]);
  const app1 = Buffer.concat([Buffer.from("Exif\0\0"), exif(true)]);
  return Buffer.concat([plain.subarray(0, 2), ...(orientation ? [segment(0xe1, app1)] : []),
    segment(0xfe, Buffer.from(SECRET)), segment(0xed, Buffer.from(`Photoshop 3.0\0${SECRET}`)),
    plain.subarray(2)]);
}

function pngWith(plain) {
  const chunk = (name, body) => {
    const head = Buffer.concat([Buffer.from(name), body]);
    return Buffer.concat([u32(body.length), head, u32(crc(head))]);
  };
  return Buffer.concat([plain.subarray(0, 33), chunk("tEXt", Buffer.from(`Author\0${SECRET}`)),
    chunk("eXIf", exif(false)), plain.subarray(33)]);
}

// Node 18 has no crc32 of its own.
function crc(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  }
  return ~c >>> 0;
}

// The simple form becomes the extended one, which may hold more than the picture.
function webpWith(plain, width, height) {
  const chunk = (name, body) => Buffer.concat([Buffer.from(name), le32(body.length), body,
    Buffer.alloc(body.length & 1)]);
  const head = Buffer.alloc(10);
  head[0] = 0x0c; // Announces Exif and XMP.
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  const from = plain.subarray(12, 16).toString() === "VP8X" ? 30 : 12;
  const rest = Buffer.concat([Buffer.from("WEBP"), chunk("VP8X", head), plain.subarray(from),
    chunk("EXIF", exif(true)), chunk("XMP ", Buffer.from(`<x:xmpmeta>${SECRET}</x:xmpmeta>`))]);
  return Buffer.concat([Buffer.from("RIFF"), le32(rest.length), rest]);
}

async function draw(browser, type, width, height) {
  const page = await browser.newPage();
  try {
    const bytes = await page.evaluate(async ([t, w, h]) => {
      const canvas = new globalThis.OffscreenCanvas(w, h);
      const x = canvas.getContext("2d");
      x.fillStyle = "#c9b28f"; // A torn box.
      x.fillRect(0, 0, w, h);
      x.fillStyle = "#8a6d45";
      x.fillRect(w / 8, h / 3, w * 0.75, h / 2);
      x.fillStyle = "#2c2115";
      x.beginPath();
      x.moveTo(w / 3, h / 3);
      x.lineTo(w / 2, h * 0.7);
      x.lineTo(w * 0.6, h / 3);
      x.fill();
      const blob = await canvas.convertToBlob({ type: t, quality: 0.5 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    }, [type, width, height]);
    return Buffer.from(bytes);
  } finally {
    await page.close();
  }
}

export async function takePhotos(browser, { width = 160, height = 120 } = {}) {
  const jpeg = await draw(browser, "image/jpeg", width, height);
  const png = await draw(browser, "image/png", width, height);
  const webp = await draw(browser, "image/webp", width, height);
  return {
    plain: jpeg,
    jpeg: { name: "IMG_0001.JPG", type: "image/jpeg", body: jpegWith(jpeg) },
    png: { name: "capture.png", type: "image/png", body: pngWith(png) },
    webp: { name: "photo.webp", type: "image/webp", body: webpWith(webp, width, height) },
  };
}

// What a browser makes of bytes said to be a picture: its size, or null.
export async function decode(browser, bytes, type) {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async ([b, t]) => {
      try {
        const image = await globalThis.createImageBitmap(new Blob([new Uint8Array(b)],
          { type: t }));
        return { width: image.width, height: image.height };
      } catch {
        return null;
      }
    }, [[...bytes], type]);
  } finally {
    await page.close();
  }
}
