// SPDX-License-Identifier: Apache-2.0
// tidy.mjs [--fast | --deep] [ROOT] - the rules of STYLE.md that a program can check.
// Prints "file:line: what is wrong" and exits 1. What a rule must let pass
// stands in tools/tidy.allow with its reason. Without --fast cppcheck looks too,
// with --deep clang-tidy as well, where they are installed, for a bounded time.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const LIMITS = { columns: 100, functionLines: 70, fileLines: 800 };
const FOLDERS = ["src", "tools", "test", "bench", "sandbox", "schema", "assets", "deploy"];
const SKIPPED = new Set(["node_modules", "corpus", "data"]);

// A folder may include folders of a lower rank. Those of one rank may include
// each other's public header from rank 2 on, as features do.
const RANKS = { base: 0, db: 1, html: 1, json: 1, net: 1, http: 2, job: 2, mail: 2 };
const FEATURE_RANK = 3;
const PRIVATE_HEADER = /_(web|api|job|cmd|store|priv|int)\.h$/;

// Rooms of one subject were cut so that each needs only those before it.
const ONE_WAY = [
  ["policy", "campaign", "manage"],
  ["policy", "campaign", "account"],
  ["order", "carrier", "delivery", "track", "care"],
];

// Each of these is included by one source file, which makes the rest of the
// program independent of the library.
const THIRD_PARTY = [
  "uv.h", "llhttp.h", "sqlite3.h", "libpq-fe.h", "curl/curl.h", "sodium.h", "archive.h",
  "archive_entry.h", "jansson.h", "utf8proc.h", "zlib.h",
];

const BANNED = new RegExp("\\b(" + [
  "strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf", "atoi", "atol", "atoll", "atof",
  "strtok", "gets", "sscanf", "localtime", "gmtime", "ctime", "asctime", "mktime", "system",
  "popen", "rand", "srand", "setenv", "putenv", "tmpnam", "mktemp", "alloca",
].join("|") + ")\\s*\\(");
// Split so that this file does not find itself.
const UNFINISHED = new RegExp("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");

const args = process.argv.slice(2);
const fast = args.includes("--fast");
const root = args.find((a) => !a.startsWith("--")) ?? ".";
const complaints = [];
const allowed = readAllowed(join(root, "tools/tidy.allow"));

// "RULE FILE WORD  # reason": the rule lets that word pass in that file.
function readAllowed(path) {
  const list = [];
  if (!existsSync(path)) return list;
  readFileSync(path, "utf8").split("\n").forEach((line, i) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    const m = /^(\S+)\s+(\S+)\s+(\S+)\s+#\s*\S+/.exec(line);
    if (m) list.push({ rule: m[1], file: m[2], word: m[3], line: i + 1, used: false });
    else complain("tools/tidy.allow", i + 1, "write: RULE FILE WORD  # reason");
  });
  return list;
}

function complain(file, line, text) {
  complaints.push({ file, line, text });
}

function isAllowed(rule, file, word) {
  const entry = allowed.find((a) => a.rule === rule && a.file === file && a.word === word);
  if (entry) entry.used = true;
  return entry !== undefined;
}

function* walk(folder) {
  if (!existsSync(join(root, folder))) return;
  for (const e of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (SKIPPED.has(e.name) || e.name.startsWith(".")) continue;
    const path = join(folder, e.name);
    if (e.isDirectory()) yield* walk(path);
    else yield path;
  }
}

// Comments and literals become blanks, newlines stay.
function codeOnly(text) {
  const literal = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return text.replace(literal, (m) => m.replace(/[^\n]/g, " "));
}

function checkText(file, bytes, lines) {
  if (bytes.includes(0)) return complain(file, 1, "holds a NUL byte");
  if (Buffer.compare(Buffer.from(bytes.toString("utf8")), bytes) !== 0)
    complain(file, 1, "is not UTF-8");
  const first = lines[0].startsWith("#!") ? lines[1] ?? "" : lines[0];
  if (/\.(c|h|sql|tmpl|mjs|js|css|sh)$/.test(file) &&
      !first.includes("SPDX-License-Identifier: Apache-2.0"))
    complain(file, 1, "the first line lacks 'SPDX-License-Identifier: Apache-2.0'");
  if (bytes.length > 0 && bytes[bytes.length - 1] !== 10)
    complain(file, lines.length, "no newline at the end of the file");
  lines.forEach((line, i) => {
    if (/[ \t\r]$/.test(line)) complain(file, i + 1, "blanks at the end of the line");
    if (/\.(c|h|sql|tmpl|mjs|js|css|sh)$/.test(file) && line.includes("\t"))
      complain(file, i + 1, "a tab");
    if (/\.(c|h|sql|mjs|js|sh)$/.test(file) && [...line].length > LIMITS.columns &&
        !/https?:\/\/\S+$/.test(line) && !/^-- \w+( \[\w+\])?:/.test(line) &&
        !isAllowed("columns", file, "*"))
      complain(file, i + 1, `${[...line].length} columns; ${LIMITS.columns} are the limit`);
    if (UNFINISHED.test(line)) complain(file, i + 1, "unfinished work has no place here");
  });
  if (/\.(c|h|sql|tmpl|mjs|js|css)$/.test(file) && lines.length - 1 > LIMITS.fileLines &&
      !isAllowed("length", file, "*"))
    complain(file, LIMITS.fileLines + 1,
      `${lines.length - 1} lines; ${LIMITS.fileLines} are the limit`);
}

// A definition begins with its name in column 0 and ends with "}" in column 0.
function checkFunctions(file, code) {
  let name = null;
  let start = 0;
  code.forEach((line, i) => {
    const m = /^([a-z_]\w*)\(/.exec(line);
    if (m && !/;\s*$/.test(line)) [name, start] = [m[1], i];
    if (/^(?!return\b)[a-z][\w *]*[ *]\w+\([^;]*$/.test(line) && !/^(else|do)\b/.test(line) &&
        !/[=;]/.test(line) && /^\{/.test(code[i + 1] ?? ""))
      complain(file, i + 1, "the return type of a definition stands on its own line");
    if (/^}/.test(line) && name !== null) {
      if (i - start + 1 > LIMITS.functionLines)
        complain(file, start + 1,
          `${name} has ${i - start + 1} lines; ${LIMITS.functionLines} are the limit`);
      name = null;
    } else if (/^[^\s{].*;\s*$/.test(line)) {
      name = null;
    }
  });
}

function isConstant(declaration) {
  const star = declaration.lastIndexOf("*");
  const tail = star < 0 ? declaration : declaration.slice(star);
  return /\bconst\b/.test(tail);
}

const NOT_A_VARIABLE =
  /^(static|extern|typedef|return|goto|case|default|(struct|enum|union) \w+;)/;

// Threads share nothing by accident: no variable outlives a call, except
// constants, thread-locals, atomics and what tidy.allow lists.
function checkState(file, code) {
  code.forEach((line, i) => {
    const held = /^\s*static\s+([^(=;]*)([=;]|\[)/.exec(line);
    const open = NOT_A_VARIABLE.test(line) ? null
      : /^([a-z_][\w ]*[ *]+\w+)(\[[^\]]*\])*\s*(=|;)/.exec(line);
    const declaration = held?.[1] ?? open?.[1];
    if (declaration === undefined) return;
    if (isConstant(declaration) || /\b(_Thread_local|_Atomic|atomic_\w+)\b/.test(declaration))
      return;
    const name = /(\w+)\s*(\[[^\]]*\]\s*)*$/.exec(declaration)?.[1] ?? "?";
    if (!isAllowed("state", file, name))
      complain(file, i + 1, `'${name}' outlives the call and can change`);
  });
}

const templateFolders = new Map();

function checkInclude(file, line, header, owners) {
  const folder = file.split("/").length > 2 ? file.split("/")[1] : "main";
  // Commands and pages of a low layer stand on the features' level.
  const own = /_(cmd|web|api)\.c$/.test(file) ? FEATURE_RANK : RANKS[folder] ?? FEATURE_RANK;
  const rank = folder === "main" ? 99 : own;
  const loose = /_(test|fuzz)\.c$/.test(file);
  if (THIRD_PARTY.includes(header) && !loose) {
    const owner = owners.get(header);
    if (owner === undefined) owners.set(header, file);
    else if (owner !== file && !isAllowed("library", file, header))
      complain(file, line, `<${header}> is included by ${owner}, which alone may`);
  }
  const target = header.includes("/") ? header.split("/")[0] : templateFolders.get(header);
  if (target === undefined || target === folder || !existsSync(join(root, "src", target))) return;
  if (loose || isAllowed("layer", file, header)) return;
  const targetRank = RANKS[target] ?? FEATURE_RANK;
  const way = ONE_WAY.find((rooms) => rooms.includes(folder) && rooms.includes(target));
  if (way !== undefined && way.indexOf(target) > way.indexOf(folder))
    complain(file, line, `${folder} may not include "${header}": ${way.join(" < ")}`);
  if (targetRank > rank || (targetRank === rank && rank < 2))
    complain(file, line, `${folder} may not include "${header}": a layer includes lower ones only`);
  else if (targetRank >= 2 && folder !== "main" &&
      (PRIVATE_HEADER.test(header) || (targetRank === FEATURE_RANK && !header.includes("/"))))
    complain(file, line, `"${header}" belongs to ${target}; use its public header`);
}

function checkSource(file, text, owners) {
  const code = codeOnly(text).split("\n");
  checkFunctions(file, code);
  code.forEach((line, i) => {
    const banned = BANNED.exec(line);
    if (banned && !isAllowed("banned", file, banned[1]))
      complain(file, i + 1, `${banned[1]} is banned`);
  });
  if (!file.startsWith("src/")) return;
  if (file.endsWith(".c") && !/_(test|fuzz)\.c$/.test(file)) checkState(file, code);
  text.split("\n").forEach((line, i) => {
    const m = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(line);
    if (m) checkInclude(file, i + 1, m[1], owners);
  });
}

function checkStatements(file) {
  const folder = basename(dirname(file));
  const name = basename(file, ".sql");
  if (name !== folder && !name.startsWith(folder + "_"))
    complain(file, 1, `statements of src/${folder} stand in ${folder}.sql or ${folder}_*.sql`);
}

function checkAll() {
  const files = FOLDERS.flatMap((f) => [...walk(f)]).concat("Makefile", "packages.apt")
    .filter((f) => existsSync(join(root, f)));
  const owners = new Map();
  for (const f of files)
    if (f.endsWith(".tmpl")) templateFolders.set(basename(f, ".tmpl") + "_tmpl.h", f.split("/")[1]);
  for (const file of files) {
    if (!/\.(c|h|sql|tmpl|mjs|js|css|sh|json|svg|txt)$|^Makefile$|^packages/.test(file)) continue;
    const bytes = readFileSync(join(root, file));
    const text = bytes.toString("utf8");
    checkText(file, bytes, text.split("\n"));
    if (/\.[ch]$/.test(file)) checkSource(file, text, owners);
    if (/^src\/.*\.sql$/.test(file)) checkStatements(file);
  }
  checkReleasedSteps(files);
  for (const a of allowed)
    if (!a.used)
      complain("tools/tidy.allow", a.line, `nothing needs '${a.rule} ${a.file} ${a.word}' now`);
  return files;
}

// Databases have gone through the steps of schema/released.sha256: one of these that changed, or a
// new one before the last of them, leaves no way to upgrade.
function checkReleasedSteps(files) {
  const list = "schema/released.sha256";
  if (!files.includes(list)) return;
  const sums = new Map(readFileSync(join(root, list), "utf8").trim().split("\n")
    .map((line) => line.split(/\s+/).reverse()));
  const last = [...sums.keys()].sort().at(-1);
  for (const file of files.filter((f) => /^schema\/.*\.sql$/.test(f)))
    if (!sums.has(file) && file < last)
      complain(file, 1, `a new step comes after the last released one, ${last}`);
  for (const [file, sum] of sums) {
    const now = existsSync(join(root, file)) &&
      createHash("sha256").update(readFileSync(join(root, file))).digest("hex");
    if (now !== sum) complain(file, 1, "is released: what changes it is a new step");
  }
}

const FLAGS = ["-Isrc", "-Ibuild/gen", "-D_GNU_SOURCE"];

function cppcheck() {
  mkdirSync("build/tidy/cppcheck", { recursive: true });
  const run = spawnSync("cppcheck", [
    "--quiet", "--std=c11", "--enable=warning,portability", "--inline-suppr", "-j2",
    "--cppcheck-build-dir=build/tidy/cppcheck", "--error-exitcode=1", ...FLAGS,
    "--suppress=missingIncludeSystem", "--suppress=internalAstError", "--suppress=unknownMacro",
    "--suppress=syntaxError", "--template={file}:{line}: {message} ({id})",
    "src", "tools",
  ], { timeout: 120e3, encoding: "utf8" });
  if (run.error?.code === "ENOENT") return console.log("tidy: cppcheck is not installed");
  if (run.error?.code === "ETIMEDOUT") return console.log("tidy: cppcheck took too long; stopped");
  if (run.status !== 0) {
    process.stderr.write(run.stdout + run.stderr);
    process.exitCode = 1;
  }
}

const CLANG_CHECKS = "-*,clang-analyzer-core.*,-clang-analyzer-core.NonNullParamChecker," +
  "clang-analyzer-unix.*,clang-analyzer-deadcode.*," +
  "bugprone-sizeof-*,bugprone-suspicious-*,-bugprone-suspicious-include,bugprone-infinite-loop," +
  "bugprone-integer-division,bugprone-macro-repeated-side-effects";

// A file that passed is not looked at again until it changes; the time left
// goes to those never seen.
function clangTidy(files) {
  const deadline = Date.now() + 180e3;
  const packages = ["libuv", "libsodium", "jansson", "libcurl", "libpq", "libarchive"];
  const cflags = spawnSync("pkg-config", ["--cflags", ...packages], { encoding: "utf8" });
  const system = ["-isystem", "node_modules/better-sqlite3/deps/sqlite3",
    "-isystem", "/usr/share/include/llhttp", ...(cflags.stdout ?? "").split(/\s+/).filter(Boolean)];
  let left = 0;
  for (const file of files.filter((f) => /^(src|tools)\/.*\.c$/.test(f))) {
    const stamp = join("build/tidy", file + ".ok");
    if (existsSync(stamp) && statSync(stamp).mtimeMs > statSync(file).mtimeMs) continue;
    if (Date.now() > deadline) {
      left++;
      continue;
    }
    const run = spawnSync("clang-tidy", ["--quiet",
      // A tool ends before its memory matters.
      `--checks=${CLANG_CHECKS}${file.startsWith("tools/") ? ",-clang-analyzer-unix.Malloc" : ""}`,
      "--warnings-as-errors=*", file, "--", "-std=gnu17", "-I.",
      ...(file.startsWith("src/") ? ["-include", "src/base/banned.h"] : []), ...FLAGS, ...system],
    { timeout: 60e3, encoding: "utf8" });
    if (run.error?.code === "ENOENT") return console.log("tidy: clang-tidy is not installed");
    if (run.status === 0) {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, "");
    } else if (run.error === undefined) {
      process.stderr.write(run.stdout);
      process.exitCode = 1;
    }
  }
  if (left > 0) console.log(`tidy: time is up; clang-tidy has not seen ${left} files`);
}

const files = checkAll();
for (const c of complaints) console.error(`${c.file}:${c.line}: ${c.text}`);
if (complaints.length > 0) process.exitCode = 1;
if (!fast) cppcheck();
if (args.includes("--deep")) clangTidy(files);
console.log(`tidy: ${files.length} files, ${complaints.length} complaints`);
