/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.c - settings from the environment.
 *
 * A secret may also stand in a file, the way service managers hand them over; naming both is an
 * error, because one of them would be silently out of date one day. A message names the variable
 * and never shows a value.
 */
#include "base/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>


enum { CONF_FILE_BYTES_MAX = 64 * 1024 };

static enum err
conf_complain(const char *variable, const char *what)
{
    fprintf(stderr, "maillon: %s: %s\n", variable, what);
    return ERR_INVALID;
}

static enum err
conf_check(const char *variable, const char *value)
{
    struct str s = str_of(value);

    if (!utf8_valid(s))
        return conf_complain(variable, "the value is not UTF-8");
    if (utf8_has_control(s, NULL))
        return conf_complain(variable, "the value holds a control character");
    return OK;
}

/* The content of the file without its last line end, malloc'ed for the life of the process. */
static enum err
conf_read_file(const char *variable, const char *path, struct str *out)
{
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return conf_complain(variable, strerror(errno));
    char *text = malloc(CONF_FILE_BYTES_MAX + 1);
    if (text == NULL)
        abort();
    size_t len = fread(text, 1, CONF_FILE_BYTES_MAX + 1, f);
    int failed = ferror(f) ? errno : 0;
    fclose(f);

    enum err e = OK;
    if (failed != 0)
        e = conf_complain(variable, strerror(failed));
    else if (len > CONF_FILE_BYTES_MAX)
        e = conf_complain(variable, "the file is larger than 64 KiB");
    if (e == OK) {
        len -= len > 0 && text[len - 1] == '\n';
        len -= len > 0 && text[len - 1] == '\r';
        text[len] = '\0';
        if (len == 0)
            e = conf_complain(variable, "the file is empty");
        else if (strlen(text) != len)
            e = conf_complain(variable, "the file holds a NUL byte");
        else
            e = conf_check(variable, text);
    }
    if (e != OK) {
        free(text);
        return e;
    }
    *out = str_n(text, len);
    return OK;
}

/* variable_file is NULL for what is no secret. */
static enum err
conf_read(const char *variable, const char *variable_file, struct str *out)
{
    const char *value = getenv(variable);
    const char *path = variable_file == NULL ? NULL : getenv(variable_file);

    if (path != NULL && value != NULL)
        return conf_complain(variable_file, "the same setting is given without _FILE too");
    if (path != NULL)
        return conf_read_file(variable_file, path, out);
    if (value == NULL)
        return OK;
    TRY(conf_check(variable, value));
    *out = str_of(value);
    return OK;
}

enum err
conf_load(struct conf *c)
{
    struct conf made = {
#define CONF_DEFAULT(field, env, def, secret, help) .field = STR(def),
        CONF_MAP(CONF_DEFAULT)
#undef CONF_DEFAULT
    };

#define CONF_READ(field, env, def, secret, help)                                                  \
    TRY(conf_read("MAILLON_" env, (secret) ? "MAILLON_" env "_FILE" : NULL, &made.field));
    CONF_MAP(CONF_READ)
#undef CONF_READ
    *c = made;
    return OK;
}

struct str
conf_default(struct str name)
{
#define CONF_DEFAULT(field, env, def, secret, help)                                               \
    if (str_is(name, env))                                                                        \
        return STR(def);
    CONF_MAP(CONF_DEFAULT)
#undef CONF_DEFAULT
    return STR_NONE;
}

bool
conf_set(struct conf *c, struct str name, struct str value)
{
#define CONF_SET(field, env, def, secret, help)                                                   \
    if (str_is(name, env)) {                                                                      \
        c->field = value;                                                                         \
        return true;                                                                              \
    }
    CONF_MAP(CONF_SET)
#undef CONF_SET
    return false;
}
