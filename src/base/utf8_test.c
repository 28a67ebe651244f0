/* SPDX-License-Identifier: Apache-2.0 */
/* utf8_test.c - the check against a plain second definition, and what Unicode's tables do. */
#include <stdlib.h>

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_utf8(void);

/* Decodes by arithmetic instead of by table: slow and plainly right. */
static bool
slow_valid(const unsigned char *p, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    for (size_t i = 0; i < len;) {
        size_t n = p[i] < 0x80       ? 1
                 : p[i] >> 5 == 0x06 ? 2
                 : p[i] >> 4 == 0x0E ? 3
                 : p[i] >> 3 == 0x1E ? 4
                                     : 0;
        if (n == 0 || i + n > len || p[i] == 0)
            return false;
        uint32_t code = n == 1 ? p[i] : p[i] & (0x7Fu >> n);
        for (size_t k = 1; k < n; k++) {
            if (p[i + k] >> 6 != 2)
                return false;
            code = code << 6 | (p[i + k] & 0x3Fu);
        }
        if (code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return false;
        i += n;
    }
    return true;
}

/* Exactly sized memory, so that a sanitizer sees a read past the end. */
static void
expect_agreement(const unsigned char *bytes, size_t len)
{
    char *exact = malloc(len + (len == 0));

    memcpy(exact, bytes, len);
    assert_int_equal(utf8_valid(str_n(exact, len)), slow_valid(bytes, len));
    free(exact);
}

static void
every_short_sequence_is_judged_rightly(void **state)
{
    static const unsigned char edge[] = {0,    1,    0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                         0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                         0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF};
    enum { COUNT = sizeof(edge) };
    unsigned char b[20];

    (void)state;
    for (int first = 0; first < 256; first++)
        for (int second = 0; second < 256; second++) {
            b[0] = (unsigned char)first;
            b[1] = (unsigned char)second;
            expect_agreement(b, 2);
            b[2] = 0x80;
            expect_agreement(b, 3);
        }
    for (int n = 0; n < COUNT * COUNT * COUNT * COUNT; n += 3) {
        memset(b, 'a', sizeof(b));
        b[8] = edge[n % COUNT];
        b[9] = edge[n / COUNT % COUNT];
        b[10] = edge[n / COUNT / COUNT % COUNT];
        b[11] = edge[n / COUNT / COUNT / COUNT];
        expect_agreement(b, 12);
        expect_agreement(b, 20);
    }
}

/* A NUL or a high byte anywhere in a stretch that is read eight bytes at a time. */
static void
long_text_is_checked_everywhere(void **state)
{
    unsigned char b[40];

    (void)state;
    memset(b, 'x', sizeof(b));
    expect_agreement(b, sizeof(b));
    assert_true(utf8_valid(STR_NONE));
    for (size_t i = 0; i < sizeof(b); i++) {
        for (int bad = 0; bad < 256; bad += 0x40) {
            b[i] = (unsigned char)bad;
            expect_agreement(b, sizeof(b));
        }
        b[i] = 0x01;
        assert_true(utf8_valid(str_n((char *)b, sizeof(b))));
        b[i] = 'x';
    }
}

static void
characters_are_counted(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(STR("")), 0);
    assert_int_equal(utf8_count(STR("aé€😀")), 4);
}

static void
text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_true(str_is(utf8_cut(STR("éàü"), 2), "éà"));
    assert_true(str_is(utf8_cut(STR("éàü"), 3), "éàü"));
    assert_int_equal(utf8_cut(STR("é"), 0).len, 0);
}

static void
control_characters_are_seen(void **state)
{
    (void)state;
    assert_false(utf8_has_control(STR("Élan, 5 €"), NULL));
    assert_true(utf8_has_control(STR("a\nb"), NULL));
    assert_false(utf8_has_control(STR("a\n\tb"), "\n\t"));
    assert_true(utf8_has_control(STR("a\rb"), "\n\t"));
    assert_true(utf8_has_control(str_n("a\0b", 3), "\n"));
    assert_true(utf8_has_control(STR("\x7f"), "\n"));
    assert_true(utf8_has_control(STR("a\xC2\x85"), "\n"));
    assert_false(utf8_has_control(STR("\u00a0"), NULL));
    assert_true(utf8_has_control(STR("a\u202eb"), "\n"));
    assert_true(utf8_has_control(STR("\u2069"), NULL));
    assert_true(utf8_has_control(STR("a\u2028"), "\n"));
    /* What joins an emoji or writes Hebrew is text; a cut character is only not read past. */
    assert_false(utf8_has_control(STR("\u200d\u2019\u202f\u05d0"), NULL));
    assert_false(utf8_has_control(STR("\xe2\x80"), NULL));
}

static void
plain_text_is_capitals_digits_and_single_spaces(void **state)
{
    static const char *const cases[][2] = {
        {"12 bis, rue de l’Église", "12 BIS RUE DE L EGLISE"},
        {"SAINT-ÉTIENNE", "SAINT ETIENNE"},
        {"Œuvre, cœur et ÆGIR", "OEUVRE COEUR ET AEGIR"},
        {"  Straße  nº 5  ", "STRASSE NO 5"},
        {"L'Haÿ-les-Roses", "L HAY LES ROSES"},
        {"e\u0301te\u0301", "ETE"},
        {"Łódź Øre Þing ﬁn ①", "LODZ ORE THING FIN 1"},
        {"Москва", ""},
        {"", ""},
        {"a\u00a0\u202fb", "A B"},
        {"co\u00adop", "COOP"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(utf8_plain_upper(&a, str_of(cases[i][0])).ptr, cases[i][1]);
    /* The longest decomposition there is, and bytes that are no characters. */
    assert_int_equal(utf8_plain_upper(&a, STR("\uFDFA")).len, 0);
    assert_string_equal(utf8_plain_upper(&a, STR("a\xff\xc3z\xe2\x82")).ptr, "A Z");
    assert_int_equal(utf8_plain_upper(&a, STR_NONE).len, 0);
    arena_release(&a);
}

static void
nfc_composes(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_string_equal(utf8_nfc(&a, STR("e\u0301t\u00e9")).ptr, "été");
    assert_string_equal(utf8_nfc(&a, STR("déjà")).ptr, "déjà");
    assert_string_equal(utf8_nfc(&a, STR("\u212b")).ptr, "Å");
    assert_string_equal(utf8_nfc(&a, STR("\u1112\u1161\u11ab")).ptr, "\ud55c");
    /* Not what it is for, but no crash: the text comes back. */
    assert_int_equal(utf8_nfc(&a, STR("\xff\xfe")).len, 2);
    assert_int_equal(utf8_nfc(&a, STR_NONE).len, 0);
    arena_release(&a);
}

int
test_utf8(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_sequence_is_judged_rightly),
        cmocka_unit_test(long_text_is_checked_everywhere),
        cmocka_unit_test(characters_are_counted),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(control_characters_are_seen),
        cmocka_unit_test(plain_text_is_capitals_digits_and_single_spaces),
        cmocka_unit_test(nfc_composes),
    };

    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
