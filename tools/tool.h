/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool.h - what the build-time tools share.
 *
 * A tool reads a few small files, writes generated C and ends; nothing is
 * freed. Every failure ends the program with "file:line: what is wrong".
 */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOOL_FILE_BYTES_MAX = 8 * 1024 * 1024 };

/* Text that grows; always ends in a NUL that len does not count. */
struct text {
    char *at;
    size_t len;
    size_t cap;
};

void text_add(struct text *t, const char *bytes, size_t len);
void text_puts(struct text *t, const char *line);
__attribute__((format(printf, 2, 3))) void text_fmt(struct text *t, const char *format, ...);

/* Adds `bytes` as C string literals, one source line for each line of text. */
void text_literal(struct text *t, const char *bytes, size_t len, const char *indent);

/* Ends the program when the file cannot be read or is too long. */
struct text file_read(const char *path);

/* Leaves the file alone when it holds this already, so that make does not
 * compile again what has not changed. */
void file_write(const char *path, const struct text *t);

/* The same for dir/name. */
void file_write_in(const char *dir, const char *name, const struct text *t);

/* Line 0 leaves the number out. */
__attribute__((noreturn, format(printf, 3, 4))) void fail_at(const char *file, int line,
                                                             const char *format, ...);

/* malloc and strndup that never return NULL. */
void *take(size_t bytes);
char *take_str(const char *bytes, size_t len);

uint64_t fnv1a(const char *bytes, size_t len);

bool ident_first(char c);
bool ident_rest(char c);
bool is_ident(const char *bytes, size_t len);
bool is_blank(char c); /* Space, tab, carriage return, newline. */
char upper(char c);
char lower(char c);

/* The part after the last slash. */
const char *base_name(const char *path);

#endif
