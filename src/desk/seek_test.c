/* SPDX-License-Identifier: Apache-2.0 */
/* seek_test.c - a table of what agents type, and how it is understood. */
#include "desk/seek.h"
#include "test/fixture.h"

int test_seek(void);

static const struct {
    const char *typed;
    int64_t siren, siret;
    const char *ref, *invoice, *parcel, *email, *words;
    bool fault;
} rows[] = {
    {"", 0, 0, "", "", "", "", "", false},
    {"   ", 0, 0, "", "", "", "", "", false},
    {"732829320", 732829320, 0, "", "", "", "", "", false},
    {" 732 829 320 ", 732829320, 0, "", "", "", "", "", false},
    {"732\u00a0829\u202f320", 732829320, 0, "", "", "", "", "", false},
    {"732.829.320", 732829320, 0, "", "", "", "", "", false},
    {"SIREN : 732 829 320", 732829320, 0, "", "", "", "", "", false},
    {"005410220", 5410220, 0, "", "", "", "", "", false},
    {"FR 44 732 829 320", 732829320, 0, "", "", "", "", "", false},
    {"732 829 320 00074", 732829320, 73282932000074, "", "", "", "", "", false},
    {"N° SIRET 73282932000074", 732829320, 73282932000074, "", "", "", "", "", false},
    {"35600000049837", 356000000, 35600000049837, "", "", "", "", "", false}, /* La Poste's rule. */
    {"732829321", 0, 0, "", "", "", "", "", true},
    {"73282932000075", 0, 0, "", "", "", "", "", true},
    {"7328293200007", 0, 0, "", "", "", "", "", true},
    {"73282932", 0, 0, "", "", "", "", "", true},
    {"0123ABCDEF", 0, 0, "0123ABCDEF", "", "", "", "0123ABCDEF", false},
    {"o123-abcde-f", 0, 0, "0123ABCDEF", "", "", "", "O123 ABCDE", false},
    {"il23 abcd ef", 0, 0, "1123ABCDEF", "", "", "", "IL23 ABCD EF", false},
    {"commande 0123ABCDEF", 0, 0, "0123ABCDEF", "", "", "", "COMMANDE 0123ABCDEF", false},
    {"0123ABCDEF-2", 0, 0, "0123ABCDEF", "", "", "", "0123ABCDEF", false},
    {"0123ABCDEU", 0, 0, "", "", "", "", "0123ABCDEU", false},
    {"MASQ-2026-000123", 0, 0, "", "MASQ-2026-000123", "", "", "MASQ 2026 000123", false},
    {"masq av 2026 000007", 0, 0, "", "MASQ-AV-2026-000007", "", "", "MASQ AV 2026 000007", false},
    {"facture MASQ-2026-000123", 0, 0, "", "MASQ-2026-000123", "", "",
     "FACTURE MASQ 2026 000123", false},
    {"6A 12345 67890 1", 0, 0, "", "", "6A12345678901", "", "6A 12345 67890", false},
    {"LX123456785FR", 0, 0, "", "", "LX123456785FR", "", "LX123456785FR", false},
    {"Jeanne.Martin@Exemple.fr", 0, 0, "", "", "", "jeanne.martin@exemple.fr", "", false},
    {"jeanne @ exemple", 0, 0, "", "", "", "", "JEANNE EXEMPLE", false},
    {"@exemple.fr", 0, 0, "", "", "", "", "EXEMPLE FR", false},
    {"69001", 0, 0, "", "", "", "", "69001", false},
    {"boulangerie de l’Église 69001", 0, 0, "", "", "", "", "BOULANGERIE DE EGLISE 69001", false},
    {"Œufs & Cie", 0, 0, "", "", "", "", "OEUFS CIE", false},
    {"a", 0, 0, "", "", "", "", "", false},
    {"un deux trois quatre cinq six sept", 0, 0, "", "", "", "", "UN DEUX TROIS QUATRE CINQ SIX",
     false},
    {"GARAGEDANS", 0, 0, "GARAGEDANS", "", "", "", "GARAGEDANS", false},
    {"'; DROP TABLE orders; --", 0, 0, "", "", "", "", "DROP TABLE ORDERS", false},
};

static void
what_is_typed_is_understood(void **state)
{
    struct arena a = {0};
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seek s = seek_read(&a, str_of(rows[i].typed));
        struct str words = STR("");
        for (size_t w = 0; w < s.words; w++)
            words = str_printf(&a, "%.*s%s%.*s", STR_FMT(words), w > 0 ? " " : "",
                               STR_FMT(s.word[w]));
        bool good = s.siren == rows[i].siren && s.siret == rows[i].siret &&
                    str_is(s.ref, rows[i].ref) && str_is(s.invoice, rows[i].invoice) &&
                    str_is(s.parcel, rows[i].parcel) && str_is(s.email, rows[i].email) &&
                    str_is(words, rows[i].words) && (s.fault.len > 0) == rows[i].fault;
        if (!good)
            print_error("\"%s\": siren %lld, siret %lld, ref \"%.*s\", invoice \"%.*s\", parcel "
                        "\"%.*s\", email \"%.*s\", words \"%.*s\", fault \"%.*s\"\n",
                        rows[i].typed, (long long)s.siren, (long long)s.siret, STR_FMT(s.ref),
                        STR_FMT(s.invoice), STR_FMT(s.parcel), STR_FMT(s.email), STR_FMT(words),
                        STR_FMT(s.fault));
        bad += !good;
    }
    assert_int_equal(0, bad);
    arena_release(&a);
}

static void
text_that_is_too_long_is_not_read(void **state)
{
    struct arena a = {0};
    char text[SEEK_TEXT_MAX + 3];

    (void)state;
    memset(text, 'A', sizeof text);
    text[SEEK_TEXT_MAX] = ' ';
    text[SEEK_TEXT_MAX + 1] = '\0';
    assert_int_equal(1, seek_read(&a, str_of(text)).words);
    text[SEEK_TEXT_MAX] = 'A';
    struct seek s = seek_read(&a, str_of(text));
    assert_true(s.words == 0 && s.fault.len > 0);
    arena_release(&a);
}

static void
a_postal_code_among_words_is_seen(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_true(str_is(seek_read(&a, STR("dupont 69001")).postal_code, "69001"));
    assert_int_equal(0, seek_read(&a, STR("dupont 6900")).postal_code.len);
    arena_release(&a);
}

int
test_seek(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_understood),
        cmocka_unit_test(text_that_is_too_long_is_not_read),
        cmocka_unit_test(a_postal_code_among_words_is_seen),
    };
    return cmocka_run_group_tests_name("seek", tests, NULL, NULL);
}
