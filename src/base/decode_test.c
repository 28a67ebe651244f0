/* SPDX-License-Identifier: Apache-2.0 */
/* What people hand in for a CSV file: encodings, and what is none. */
#include "base/decode.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_decode(void);

#define BYTES(z) {(z), sizeof(z) - 1}

static void
texts_of_every_encoding_say_the_same(void **state)
{
    static const struct {
        struct str bytes;
        const char *encoding;
    } files[] = {
        {BYTES("colis;lieu\n8L1;Orl\xC3\xA9" "ans \xE2\x82\xAC\n"), "UTF-8"},
        {BYTES("\xEF\xBB\xBF" "colis;lieu\n8L1;Orl\xC3\xA9" "ans \xE2\x82\xAC\n"), "UTF-8"},
        {BYTES("colis;lieu\n8L1;Orl\xE9" "ans \x80\n"), "Windows-1252"},
        {BYTES("\xFF\xFE" "c\0o\0l\0i\0s\0;\0l\0i\0e\0u\0\n\0008\0L\0001\0;\0O\0r\0l\0\xE9\0a\0"
               "n\0s\0 \0\xAC\x20\n\0"), "UTF-16"},
        {BYTES("\xFE\xFF" "\0c\0o\0l\0i\0s\0;\0l\0i\0e\0u\0\n\0008\0L\0001\0;\0O\0r\0l\0\xE9\0a"
               "\0n\0s\0 \x20\xAC\0\n"), "UTF-16"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct str text, why = STR_NONE;
        const char *encoding;
        assert_int_equal(OK, text_decode(&a, files[i].bytes, &text, &encoding, &why));
        if (!str_eq(text, STR("colis;lieu\n8L1;Orléans €\n")))
            fail_msg("file %zu: %.*s", i, STR_FMT(text));
        assert_string_equal(files[i].encoding, encoding);
    }
    arena_release(&a);
}

static void
what_is_no_text_is_refused_with_its_reason(void **state)
{
    static const struct {
        struct str bytes;
        const char *why;
    } files[] = {
        {BYTES(""), "vide"},
        {BYTES("PK\x03\x04\x14\0\0\0"), "classeur"},
        {BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "classeur"},
        {BYTES("%PDF-1.7\0"), "PDF"},
        {BYTES("\x1F\x8B\x08\0"), "compressé"},
        {BYTES("a;b\n1\0;2\n"), "pas du texte"},
        {BYTES("\x7F" "ELF\x02\x01"), "pas du texte"},
        {BYTES("\xFF\xFEU\0U"), "pas du texte"},       /* An odd byte. */
        {BYTES("\xFF\xFE\x00\xD8U\0"), "pas du texte"}, /* Half a pair. */
        {BYTES("a;b\n1;2\n3\x07;4\n"), "La ligne 3 contient un caractère de contrôle (0x07)"},
        {BYTES("a;b\r\n1;2\r\n\x1A"), "La ligne 3 contient un caractère de contrôle (0x1A)"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct str text, why = STR_NONE;
        const char *encoding;
        assert_int_equal(ERR_INVALID, text_decode(&a, files[i].bytes, &text, &encoding, &why));
        if (!str_contains(why, str_of(files[i].why)))
            fail_msg("file %zu: %.*s", i, STR_FMT(why));
    }
    arena_release(&a);
}

int
test_decode(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_every_encoding_say_the_same),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_reason),
    };

    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
