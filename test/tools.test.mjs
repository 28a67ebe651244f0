// SPDX-License-Identifier: Apache-2.0
// The build-time tools: what they make of good input, and the file, line and
// reason they give for bad input.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";

const top = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");
const tool = (name) => join(top, "build/tool", name);
let dir;

before(() => {
  const make = spawnSync("make", ["-s", "build/tool/mksql", "build/tool/mktmpl",
    "build/tool/mkassets"], { cwd: top, encoding: "utf8" });
  assert.equal(make.status, 0, make.stderr);
  dir = mkdtempSync(join(tmpdir(), "maillon-tools."));
});

after(() => rmSync(dir, { recursive: true, force: true }));

function put(name, text) {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
  return name;
}

function run(name, ...args) {
  const r = spawnSync(tool(name), args, { cwd: dir, encoding: "utf8" });
  return { status: r.status, error: r.stderr.trimEnd() };
}

function made(name) {
  return readFileSync(join(dir, name), "utf8");
}

// ------------------------------------------------------------------ mksql

function sql(text, name = "order.sql") {
  return run("mksql", ".", put(name, text));
}

test("mksql makes an id, a row and a text for each engine", () => {
  const r = sql(`-- SPDX-License-Identifier: Apache-2.0
-- Orders. A comment line says what it likes: even this.

-- order_find: id, siren
SELECT id, '?1 -- not a comment' AS "?2" -- a comment with ?9
  FROM orders /* another
  comment */
 WHERE id = ?1 AND siren = ?2;

-- order_lock [pg]: key
SELECT pg_advisory_xact_lock(?1);
-- order_lock [sqlite]: key
SELECT ?1;
-- order_count:
SELECT count(*) FROM orders;
`);
  assert.deepEqual(r, { status: 0, error: "" });
  assert.match(made("sql.h"),
    /SQL_ORDER_FIND,[^]*SQL_ORDER_LOCK,[^]*SQL_ORDER_COUNT,[^]*SQL_COUNT/);
  const c = made("sql.c");
  assert.match(c, /\{ "order_find", "order.sql:4", 2, false,/);
  assert.match(c, /WHERE id = \\\?1 AND siren = \\\?2",/);
  assert.match(c, /WHERE id = \$1 AND siren = \$2" \}/);
  assert.equal(c.match(/'\\\?1 -- not a comment' AS \\"\\\?2\\"/g).length, 2);
  assert.doesNotMatch(c, /a comment with|another/);
  assert.match(c, /"order_lock", "order.sql:10", 1, false,\s+"SELECT \\\?1",/);
  assert.match(c, /"SELECT pg_advisory_xact_lock\(\$1\)" \}/);
  assert.match(c, /"order_count", "order.sql:14", 0, false/);
});

test("mksql gives statements that share a text each its own parts", () => {
  const text = ["-- order_all: after, until", "-- order_some: since", "SELECT id FROM orders",
    "-- [order_all]", " WHERE id > ?1 AND id <= ?2", "-- [order_some]", " WHERE changed_ms > ?1",
    "-- [all]", " ORDER BY id;", "-- order_none:", "SELECT 1 -- [order_all] is a comment", ";", ""];
  assert.equal(sql(text.join("\n")).status, 0);
  const c = made("sql.c");
  assert.match(c, /"order_all", "order.sql:2", 2, false,/);
  assert.match(c,
    /"SELECT id FROM orders\\n"\s+" WHERE id > \$1 AND id <= \$2\\n"\s+" ORDER BY id" \}/);
  assert.match(c,
    /"SELECT id FROM orders\\n"\s+" WHERE changed_ms > \$1\\n"\s+" ORDER BY id" \}/);
  assert.match(c, /"order_none", "order.sql:10", 0, false,\s+"SELECT 1",/);
});

test("mksql knows which statements write", () => {
  const write = {
    a: "INSERT INTO t VALUES (1) RETURNING id",
    b: "update t set a = 1",
    c: "DELETE FROM t",
    d: "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
    e: "WITH x AS (DELETE FROM t RETURNING id) SELECT id FROM x",
    f: "SELECT 1 FROM t FOR UPDATE",
    g: "SELECT 'DELETE' FROM updates",
    h: "WITH x AS (SELECT id FROM t FOR UPDATE SKIP LOCKED) SELECT id FROM x",
    i: "WITH x AS (SELECT ')') UPDATE t SET a = 1",
  };
  const text = Object.entries(write).map(([n, s]) => `-- ${n}:\n${s};\n`).join("");
  assert.equal(sql(text).status, 0);
  const flags = [...made("sql.c").matchAll(/\{ "(\w)", "[^"]+", 0, (true|false)/g)]
    .filter((m) => m[2] === "true").map((m) => m[1]).join("");
  assert.equal(flags, "abcdei");
});

const badStatements = [
  ["duplicate name", "-- a:\nSELECT 1;\n\n-- a:\nSELECT 2;\n",
    "order.sql:4: statement 'a' stands in order.sql:1 already"],
  ["duplicate half", "-- a [pg]:\nSELECT 1;\n-- a [pg]:\nSELECT 2;\n",
    "order.sql:3: statement 'a' stands in order.sql:1 already"],
  ["missing half", "-- b:\nSELECT 1;\n-- a [pg]:\nSELECT 1;\n",
    "order.sql:3: 'a' has no [sqlite] half"],
  ["other missing half", "-- a [sqlite]:\nSELECT 1;\n", "order.sql:1: 'a' has no [pg] half"],
  ["too few parameters used", "-- a: x, y\nSELECT ?1;\n",
    "order.sql:1: 'a' names 2 parameters and uses 1"],
  ["too many parameters used", "\n-- a: x\nSELECT ?1, ?2;\n",
    "order.sql:2: 'a' names 1 parameters and uses 2"],
  ["gap", "-- a: x, y\nSELECT ?2;\n", "order.sql:1: 'a' uses ?2 but never ?1"],
  ["halves that differ", "-- a [pg]: x\nSELECT ?1;\n-- a [sqlite]:\nSELECT 1;\n",
    "order.sql:3: 'a' takes 0 parameters here and 1 in order.sql:1"],
  ["two statements", "-- a:\nSELECT 1;\n\nSELECT 2;\n",
    "order.sql:4: SQL after the ';' of 'a': a second statement needs its own " +
    "'-- name: parameters' line"],
  ["no semicolon", "-- a:\nSELECT 1\n\n-- b:\nSELECT 2;\n",
    "order.sql:4: statement 'a' has no ';' before 'b'"],
  ["no semicolon at the end", "-- a:\nSELECT 1\n",
    "order.sql:1: statement 'a' has no ';' at its end"],
  ["nothing", "-- a:\n;\n", "order.sql:1: statement 'a' is empty"],
  ["SQL without a name", "-- text\nSELECT 1;\n",
    "order.sql:2: SQL before the first '-- name: parameters' line"],
  ["open quote", "-- a:\nSELECT 1,\n  'x;\n",
    "order.sql:3: the quote ' opened in 'a' is never closed"],
  ["part of a stranger", "-- a:\n-- b:\nSELECT 1\n-- [c]\n;\n",
    "order.sql:4: '[c]' is none of the statements of this text"],
  ["part that lacks", "-- a:\n-- b: x\nSELECT 1\n-- [b]\n, ?1\n-- [a]\n, ?1\n-- [all]\n;\n",
    "order.sql:2: 'a' names 0 parameters and uses 1"],
  ["bare parameter", "-- a:\nSELECT\n?;\n",
    "order.sql:3: a parameter of 'a' is written ?1 to ?99"],
];

for (const [what, text, error] of badStatements)
  test(`mksql refuses: ${what}`, () => assert.deepEqual(sql(text), { status: 1, error }));

test("mksql leaves files alone that would not change", () => {
  sql("-- a:\nSELECT 1;\n");
  const before = statSync(join(dir, "sql.h")).mtimeMs;
  sql("-- a:\nSELECT 2;\n");
  assert.equal(statSync(join(dir, "sql.h")).mtimeMs, before);
  assert.match(made("sql.c"), /SELECT 2/);
});

test("mksql gives each engine its own schema", () => {
  const r = run("mksql", ".", put("schema/0002_b.sql", "SELECT '{}';\n"),
    put("schema/0001_first_step.sql", `CREATE TABLE t (id {ID}, n {INT}, b {BLOB}){STRICT};
CREATE TABLE u (k {INT} PRIMARY KEY){NOROWID};
-- [pg]
CREATE INDEX p ON t USING brin (n);
-- [sqlite]
CREATE INDEX s ON t (n);
-- [all]
CREATE INDEX a ON t (b);
`));
  assert.deepEqual(r, { status: 0, error: "" });
  const c = made("schema.c");
  assert.match(c, /\{ 1, "first_step",[^]*\{ 2, "b",/);
  assert.match(c, /schema_step_count = 2;/);
  assert.match(c, /id INTEGER PRIMARY KEY, n INTEGER, b BLOB\) STRICT;/);
  assert.match(c, /k INTEGER PRIMARY KEY\) WITHOUT ROWID, STRICT;/);
  assert.match(c, /id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n BIGINT, b BYTEA\);/);
  assert.equal(c.match(/USING brin/g).length, 1);
  assert.equal(c.match(/INDEX s ON/g).length, 1);
  assert.equal(c.match(/INDEX a ON/g).length, 2);
  assert.match(c, /"[0-9a-f]{16}" \}/);
});

test("mksql refuses bad schema steps", () => {
  const one = (name, text) => run("mksql", ".", put(name, text));
  assert.deepEqual(one("s/0001_a.sql", "x;\nCREATE {TEXT};\n"),
    { status: 1, error: "s/0001_a.sql:2: no word {TEXT} is known" });
  assert.deepEqual(one("s/0001_a.sql", "x;\n-- [pg]\ny;\n"),
    { status: 1, error: "s/0001_a.sql:2: the block opened here has no '-- [all]' at its end" });
  assert.deepEqual(one("s/0001a.sql", ""),
    { status: 1, error: "s/0001a.sql: a step of the schema is named NNNN_name.sql" });
  assert.deepEqual(run("mksql", ".", put("s/0003_a.sql", ""), put("s/0003_b.sql", "")),
    { status: 1, error: "s/0003_b.sql: number 0003 is taken by another step, or is 0000" });
});

// ------------------------------------------------------------------ mktmpl

function tmpl(body) {
  return run("mktmpl", put("page.tmpl", body), ".");
}

// A template around one line of text; line 2 is the line in question.
function line(text) {
  return tmpl(`{{ template t(const struct v *v) }}\n${text}\n{{ end }}\n`);
}

const escapes = [
  ["<p>{{ v->x }}</p>", "HTML_TEXT(out, v->x);"],
  ["<textarea>{{ v->x }}</textarea>", "HTML_TEXT(out, v->x);"],
  ["1 < {{ v->x }}", "HTML_TEXT(out, v->x);"],
  ['<p class="a {{ v->x }}">', "HTML_ATTR(out, v->x);"],
  ["<p data-a='{{ v->x }}'>", "HTML_ATTR(out, v->x);"],
  ["<p title = \"{{ v->x }}\">", "HTML_ATTR(out, v->x);"],
  ['<a href="{{ v->x }}">', "HTML_URL(out, v->x);"],
  ['<a HREF="{{ v->x }}">', "HTML_URL(out, v->x);"],
  ['<form action="{{ v->x }}">', "HTML_URL(out, v->x);"],
  ['<button formaction="{{ v->x }}">', "HTML_URL(out, v->x);"],
  ['<img src="{{ v->x }}">', "HTML_URL(out, v->x);"],
  ['<a href="/p/{{ v->x }}">', "HTML_QUERY(out, v->x);"],
  ['<a href="{{ v->u }}?a={{ v->x }}">', "HTML_QUERY(out, v->x);"],
  ['<link href="{{ ASSET_APP_CSS }}">', "buf_lit(out, ASSET_APP_CSS, sizeof ASSET_APP_CSS - 1);"],
  ["{{ raw v->x }}", "HTML_RAW(out, v->x);"],
  ['<p class="{{ if v->y }}a {{ end }}{{ v->x }}">', "HTML_ATTR(out, v->x);"],
  ['<p class="{{ for c in v->y }}{{ v->x }} {{ end }}">', "HTML_ATTR(out, v->x);"],
  ['<a href="{{ if v->y }}/a{{ else }}/b{{ end }}?q={{ v->x }}">', "HTML_QUERY(out, v->x);"],
  ["{{ call other(v->x, 1) }}", "other(out, v->x, 1);"],
  ["{{ call other() }}", "other(out);"],
  ["<script>if (a < b) {}</script><p>{{ v->x }}", "HTML_TEXT(out, v->x);"],
  ["<!-- a > b --><p>{{ v->x }}", "HTML_TEXT(out, v->x);"],
  ['<a title="a>b" href="/{{ v->x }}">', "HTML_QUERY(out, v->x);"],
  ['{{ f(v->x, "}}\\"") }}', 'HTML_TEXT(out, f(v->x, "}}\\""));'],
];

for (const [text, code] of escapes)
  test(`mktmpl escapes by context: ${text}`, () => {
    assert.deepEqual(line(text), { status: 0, error: "" });
    assert.ok(made("page_tmpl.c").includes(`#line 2 "page.tmpl"\n    ${code}\n`),
      made("page_tmpl.c"));
  });

const badLines = [
  ["<p class={{ v->x }}>", "the attribute's value must be quoted to hold an expression"],
  ["<p class=a{{ v->x }}>", "the attribute's value must be quoted to hold an expression"],
  ["<p {{ v->x }}>", "no expression may stand in a tag outside a quoted value"],
  ["<p a{{ v->x }}>", "no expression may stand in a tag outside a quoted value"],
  ["<p{{ v->x }}>", "no expression may stand in the name of an element"],
  ["<{{ v->x }}>", "no expression may stand in the name of an element"],
  ["</{{ v->x }}>", "no expression may stand in the name of an element"],
  ["<script>{{ v->x }}</script>", "no expression may stand in script, style or other raw text"],
  ["<SCRIPT>a</scrip>{{ v->x }}", "no expression may stand in script, style or other raw text"],
  ["<style>{{ v->x }}</style>", "no expression may stand in script, style or other raw text"],
  ["<!-- {{ v->x }} -->", "no expression may stand in a comment or declaration"],
  ["<!doctype {{ v->x }}>", "no expression may stand in a comment or declaration"],
  ['<p onclick="{{ v->x }}">',
    "no expression may stand in an on..., style, srcdoc or srcset attribute"],
  ['<p OnLoad="a({{ v->x }})">',
    "no expression may stand in an on..., style, srcdoc or srcset attribute"],
  ['<p style="{{ v->x }}">',
    "no expression may stand in an on..., style, srcdoc or srcset attribute"],
  ['<a href="javascript:a()">', "a javascript: or vbscript: URL has no place in a page"],
  ['<a href=" Java{{ if v }}{{ end }}Script:{{ v->x }}">',
    "a javascript: or vbscript: URL has no place in a page"],
  ['<img src="data:image/png;base64,{{ v->x }}">', "no expression may stand in a data: URL"],
  ['<p class="{{ raw v->x }}">',
    "{{ raw }} can stand in text only, and this is in the value of an attribute"],
  ['<p class="{{ call x() }}">', "a template can be called in text only, and this is " +
    "at the beginning of the value of an attribute"],
  ["<p class='a'id='b'>", "a space is missing here, inside a tag"],
  ["<p{{ if v }} a{{ end }}b>", "a space is missing here, inside a tag"],
  ["<s{{ if v }}cript{{ end }}>", "a space is missing here, inside a tag"],
  ["<p class={{ if v }}a{{ end }}>", "a control tag cannot stand here"],
  ["{{ if v }}<p title=\"{{ end }}", "the block of line 2 begins in text and ends " +
    "at the beginning of the value of an attribute"],
  ["{{ if v }}<p>{{ else }}<p {{ end }}",
    "this branch of the block of line 2 ends in a tag, another one in text"],
  ["{{ for p in v->x }}<pre>{{ end }}",
    "the block of line 2 begins in text and ends in preformatted text"],
  ['<a href="{{ if v }}/x{{ end }}{{ v->u }}">', "the block of line 2 begins at the beginning of " +
    "the value of an attribute and ends in the value of an attribute"],
  ["{{ v->x = 1 }}", "an expression cannot assign; compare with '=='"],
  ["{{ v->x++ }}", "an expression cannot change a value"],
  ["{{ f(); g() }}", "';' has no place in an expression"],
  ["{{ (struct url){ 0 } }}", "'{' has no place in an expression"],
  ["{{ }}", "{{  }} lacks an expression"],
  ["{{ if }}{{ end }}", "{{ if }} lacks an expression"],
  ["{{ elif v }}", "{{ elif }} does not follow an {{ if }}"],
  ["{{ else }}", "{{ else }} does not follow an {{ if }} or {{ for }}"],
  ["{{ for p v->x }}{{ end }}",
    "write {{ for item in list }} or {{ for index, item in list }}"],
  ["{{ call other }}", "write {{ call name(arguments) }}"],
  ["{{ template u() }}{{ end }}", "a template inside the one of line 1"],
  ["{{ include \"a.h\" }}", "{{ include }} stands before the first template"],
  ["{{ v->x", "'{{' is never closed by '}}'"],
];

for (const [text, error] of badLines)
  test(`mktmpl refuses: ${text}`, () =>
    assert.deepEqual(line(text), { status: 1, error: `page.tmpl:2: ${error}` }));

test("mktmpl refuses text outside a template and blocks left open", () => {
  assert.equal(tmpl("\nhello\n").error, "page.tmpl:2: text outside a template");
  assert.equal(tmpl("\n{{ v->x }}\n").error, "page.tmpl:2: {{ v->x }} outside a template");
  assert.equal(tmpl("{{ template t() }}\n{{ if 1 }}\n{{ end }}\n").error,
    "page.tmpl:1: the block opened here has no {{ end }}");
  assert.equal(tmpl("{{ template t() }}\n<p class=\"a\n{{ end }}\n").error,
    "page.tmpl:3: the block of line 1 begins in text and ends in the value of an attribute");
});

// The compiled template is compiled and run, with a struct html.h needs.
test("what mktmpl makes compiles and prints what it should", () => {
  put("order/order.h", `
struct item { const char *name; int on; int id; };
struct items { const struct item *item; size_t count; };
struct view { const char *title; struct items items; struct items none; };
`);
  put("html/html.h", `
#include <stddef.h>
#include <stdio.h>
struct buf { int unused; };
#define buf_lit(out, s, n) ((void)(out), fwrite(s, 1, n, stdout))
#define HTML_TEXT(out, x) _Generic((x), const char *: print_z, int: print_i, size_t: print_n)(x)
#define HTML_ATTR HTML_TEXT
#define HTML_QUERY HTML_TEXT
static inline void print_z(const char *s) { printf("[%s]", s); }
static inline void print_i(int i) { printf("[%d]", i); }
static inline void print_n(size_t n) { printf("[%zu]", n); }
`);
  put("assets.h", "");
  const r = tmpl(`{{# A page. }}
{{ include "order/order.h" }}

{{ template row(const struct item *p, size_t i) }}
<li class="n{{ i }}"{{ if p->on }} data-on{{ end }}>{{ p->name }}
{{ end }}

{{ template page(const struct view *v) }}
<h1>{{ v->title }}</h1>

<ul>
  {{ for i, p in v->items }}
    {{ call row(p, i) }}
  {{ else }}
    <li>none
  {{ end }}
</ul>
{{ for p in v->none }}
<p>{{ p->id }}
{{ else }}
<pre>
  kept?
</pre>
{{ end }}
{{ end }}
`);
  assert.deepEqual(r, { status: 0, error: "" });
  put("main.c", `
#include "page_tmpl.h"
int main(void)
{
    static const struct item items[] = { { "a", 1, 7 }, { "b", 0, 8 } };
    struct view v = { "T", { items, 2 }, { NULL, 0 } };
    struct buf out;
    page(&out, &v);
    return 0;
}
`);
  const cc = spawnSync("gcc", ["-std=gnu17", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
    "-Wconversion", "-Werror", "-I.", "main.c", "page_tmpl.c", "-o", "main"],
  { cwd: dir, encoding: "utf8" });
  assert.equal(cc.status, 0, cc.stderr);
  const out = spawnSync(join(dir, "main"), { encoding: "utf8" }).stdout;
  assert.equal(out, '<h1>[T]</h1>\n<ul>\n<li class="n[0]" data-on>[a]\n\n' +
    '<li class="n[1]">[b]\n\n</ul>\n<pre>\n  kept?\n</pre>\n');

  put("page_bad.tmpl", "{{ include \"order/order.h\" }}\n{{ template x(struct view *v) }}\n" +
    "<p>\n{{ v->titel }}\n{{ end }}\n");
  assert.equal(run("mktmpl", "page_bad.tmpl", ".").status, 0);
  const bad = spawnSync("gcc", ["-I.", "-c", "page_bad_tmpl.c"], { cwd: dir, encoding: "utf8" });
  assert.match(bad.stderr, /page_bad\.tmpl:4:.*titel/);
});

// ------------------------------------------------------------------ mkassets

test("mkassets embeds files under a name that changes with them", () => {
  const first = run("mkassets", ".", put("app.css", "a{}\n"), put("a-logo.svg", "<svg/>"));
  assert.deepEqual(first, { status: 0, error: "" });
  const url = /ASSET_APP_CSS "(\/assets\/app\.[0-9a-f]{8}\.css)"/.exec(made("assets.h"))[1];
  assert.match(made("assets.h"), /ASSET_A_LOGO_SVG "\/assets\/a-logo\.[0-9a-f]{8}\.svg"/);
  assert.match(made("assets.c"),
    /\{ "a-logo.svg", [^]*image\/svg\+xml[^]*\{ "app.css", [^]*text\/css/);
  assert.match(made("assets.c"), /97,123,125,\n\}/);
  run("mkassets", ".", put("app.css", "b{}\n"));
  assert.ok(!made("assets.h").includes(url));
  run("mkassets", ".", put("app.css", `/* What for. */
a > b, a :is(b) {
  content: "  /* kept */ ; ";
  margin: 0 auto; /* why */
}
@media (min-width: 760px) and (x) { b { c: d } }
`));
  const bytes = /bytes_0\[\] = \{([^}]*)\}/.exec(made("assets.c"))[1];
  assert.equal(String.fromCharCode(...bytes.match(/\d+/g)),
    'a>b,a :is(b){content:"  /* kept */ ; ";margin:0 auto;}' +
    "@media (min-width:760px) and (x){b{c:d}}");
  assert.equal(run("mkassets", ".", put("app.css", "a{}/* ")).error,
    "app.css: a comment has no end");
  assert.equal(run("mkassets", ".", put("x.exe", "")).error,
    "x.exe: no content type is known for '.exe'");
  assert.equal(run("mkassets", ".", put("A b.css", "")).error,
    "A b.css: an asset is named with a-z, 0-9, '.', '_' and '-' only");
});

// ------------------------------------------------------------------ tidy

// Each rule finds its own breach, at the right line, in a small tree.
test("tidy finds what it is there to find", () => {
  const tree = join(dir, "tree");
  const spdx = "/* SPDX-License-Identifier: Apache-2.0 */\n";
  const file = (name, text) => put(join("tree", name), text);
  mkdirSync(join(tree, "tools"), { recursive: true });
  file("tools/tidy.allow", "state src/order/order.c known  # a cache of one\n" +
    "state src/order/order.c gone  # not there\nbad\n");
  file("src/stock/stock.h", spdx);
  file("src/stock/stock_web.h", spdx);
  file("src/base/a.c", spdx + '#include "order/order.h"\n#include <uv.h>\n');
  file("src/http/b.c", spdx + "#include <uv.h>\n");
  file("src/care/care.h", spdx + '#include "delivery/delivery.h"\n');
  file("src/delivery/delivery.h", spdx + '#include "care/care.h"\n');
  file("src/order/order.h", "int f(void);\n");
  file("src/order/order.c", spdx + `#include "stock/stock.h"
#include "stock/stock_web.h"
static int counter;
static int known;
static const char *const fine = "static int no;";
static const char *pointer;
int open_for_all = 1;
struct order;
static _Thread_local int mine;

int
f(void)
{
    static int calls = 0;
    strcpy(a, b); /* strcat(a, b) */
${"    g();\n".repeat(70)}}

int g(void)
{
    return 1;   ` + `
}
/* ${"x".repeat(100)} */
/* TO${""}DO */
`);
  file("src/order/other.sql", "-- SPDX-License-Identifier: Apache-2.0\n");
  const step = "-- SPDX-License-Identifier: Apache-2.0\nSELECT 1;\n";
  for (const name of ["0001_same", "0002_edited", "0003_between", "0005_last", "0006_new"])
    file(`schema/${name}.sql`, step);
  const sum = createHash("sha256").update(step).digest("hex");
  file("schema/released.sha256", ["0001_same", "0002_edited", "0004_gone", "0005_last"]
    .map((name) => `${name === "0002_edited" ? "0".repeat(64) : sum}  schema/${name}.sql\n`)
    .join(""));
  const r = spawnSync("node", [join(top, "tools/tidy.mjs"), "--fast", tree], { encoding: "utf8" });
  const expected = [
    "tools/tidy.allow:3: write: RULE FILE WORD  # reason",
    'src/base/a.c:2: base may not include "order/order.h": a layer includes lower ones only',
    "src/http/b.c:2: <uv.h> is included by src/base/a.c, which alone may",
    'src/delivery/delivery.h:2: delivery may not include "care/care.h": ' +
      "order < carrier < delivery < track < care",
    "src/order/order.h:1: the first line lacks 'SPDX-License-Identifier: Apache-2.0'",
    'src/order/order.c:3: "stock/stock_web.h" belongs to stock; use its public header',
    "src/order/order.c:4: 'counter' outlives the call and can change",
    "src/order/order.c:7: 'pointer' outlives the call and can change",
    "src/order/order.c:8: 'open_for_all' outlives the call and can change",
    "src/order/order.c:15: 'calls' outlives the call and can change",
    "src/order/order.c:16: strcpy is banned",
    "src/order/order.c:13: f has 75 lines; 70 are the limit",
    "src/order/order.c:89: the return type of a definition stands on its own line",
    "src/order/order.c:91: blanks at the end of the line",
    "src/order/order.c:93: 106 columns; 100 are the limit",
    "src/order/order.c:94: unfinished work has no place here",
    "src/order/other.sql:1: statements of src/order stand in order.sql or order_*.sql",
    "tools/tidy.allow:2: nothing needs 'state src/order/order.c gone' now",
    "schema/0002_edited.sql:1: is released: what changes it is a new step",
    "schema/0003_between.sql:1: a new step comes after the last released one, " +
      "schema/0005_last.sql",
    "schema/0004_gone.sql:1: is released: what changes it is a new step",
  ];
  assert.equal(r.status, 1);
  const said = r.stderr.split("\n").filter((line) => /^\S+:\d+: /.test(line));
  assert.deepEqual(said.sort(), expected.sort());
});
