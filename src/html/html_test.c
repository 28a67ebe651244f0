/* SPDX-License-Identifier: Apache-2.0 */
/* html_test.c - hostile text through every escaper, and links that must not leave the site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "html/html.h"
#include "html/parts.h"
#include "layout_tmpl.h"
#include "parts_tmpl.h"

int test_html(void);

static const char hostile[] = "<script>alert('\"&')</script>\xC3\xA9 --> ]]> {{x}} `$`";

struct shown {
    struct buf buf;
};

static int
setup(void **state)
{
    struct shown *s = test_malloc(sizeof *s);

    buf_init(&s->buf, 0);
    *state = s;
    return 0;
}

static int
teardown(void **state)
{
    struct shown *s = *state;

    buf_release(&s->buf);
    test_free(s);
    return 0;
}

static void
expect(struct buf *b, const char *wanted)
{
    assert_int_equal(b->len, strlen(wanted));
    assert_memory_equal(b->ptr, wanted, b->len);
    buf_clear(b);
}

static void
text_is_escaped_as_its_place_demands(void **state)
{
    struct buf *b = &((struct shown *)*state)->buf;

    HTML_TEXT(b, hostile);
    expect(b, "&lt;script&gt;alert('\"&amp;')&lt;/script&gt;\xC3\xA9 --&gt; ]]&gt; {{x}} `$`");
    HTML_ATTR(b, hostile);
    expect(b, "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;\xC3\xA9 --&gt; "
              "]]&gt; {{x}} `$`");
    HTML_QUERY(b, "a b&c=d/\xC3\xA9#%");
    expect(b, "a%20b%26c%3Dd%2F%C3%A9%23%25");
    HTML_TEXT(b, ((struct short_str){"1 < 2"}));
    expect(b, "1 &lt; 2");
    HTML_TEXT(b, str_n("a\0b", 3));
    expect(b, "a\xEF\xBF\xBD" "b");
    HTML_TEXT(b, STR_NONE);
    HTML_TEXT(b, (const char *)NULL);
    expect(b, "");
    HTML_TEXT(b, INT64_MIN);
    HTML_ATTR(b, -1);
    HTML_TEXT(b, (size_t)7);
    expect(b, "-9223372036854775808-17");
}

static void
a_path_takes_unreserved_text_and_queries_are_encoded(void **state)
{
    struct arena a = {0};
    struct url u = url_path(&a, "/commandes/%s/%d/%.*s", "M-2F", 12, 3, "abcdef");

    (void)state;
    assert_string_equal(u.s.ptr, "/commandes/M-2F/12/abc");
    u = url_path(&a, "/x/%lld", (long long)INT64_MAX);
    assert_string_equal(u.s.ptr, "/x/9223372036854775807");
    u = url_with(&a, u, "q", STR("a&b=c \"<"));
    u = url_with(&a, u, "page", STR("2"));
    assert_string_equal(u.s.ptr, "/x/9223372036854775807?q=a%26b%3Dc%20%22%3C&page=2");
    u = url_with(&a, URL("liste#fin"), "page", STR("2"));
    assert_string_equal(u.s.ptr, "/liste?page=2#fin");
    arena_release(&a);
}

static void
an_outside_link_is_http_or_nothing(void **state)
{
    static const char *const bad[] = {
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//evil.example",
        "https://", "http:///x", "https://a b", "https://a\nb", "https://a\"b", "ftp://a",
        " https://a", "https://a\\b", "https://a<b", "", "https:evil", "https://@host",
    };
    struct str good = STR("https://exemple.fr/a?b=c&d=e#f");

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(url_external(str_of(bad[i])).s.len, 0);
    assert_true(str_eq(url_external(good).s, good));
    assert_int_equal(url_external(str_n("https://a\0b", 11)).s.len, 0);
}

static bool
holds(const struct buf *b, const char *part)
{
    return str_contains(buf_view(b), str_of(part));
}

/* No typed value may reach the page as markup, whatever part shows it. */
static void
parts_never_print_what_was_typed_as_markup(void **state)
{
    struct buf *b = &((struct shown *)*state)->buf;
    struct str h = str_of(hostile);
    struct choice choice = {h, h, h, true};
    struct choice_list choices = {&choice, 1};
    struct field f = {.name = "siret", .label = h, .hint = h, .value = h, .error = h};
    struct field_error error = {"siret", h};
    struct summary_row row = {h, h, STR_NONE, URL("x"), h};
    struct timeline_step step = {.title = h, .text = h, .at_ms = 0, .state = STEP_DONE};
    struct crumb crumb = {h, {STR_NONE}};
    struct page p = {.title = h, .service = h, .organiser = h, .home = URL(""), .who = h,
                     .company = h, .csrf = h, .crumbs = {&crumb, 1}, .notice = h};

    page_head(b, &p);
    field_text(b, &f);
    field_long(b, &f);
    field_radios(b, &f, choices);
    field_select(b, &f, choices);
    field_check(b, &f, true);
    error_summary(b, (struct field_error_list){&error, 1});
    summary_list(b, (struct summary_row_list){&row, 1});
    notice(b, &(struct notice){TONE_BAD, h, h});
    timeline(b, (struct timeline_step_list){&step, 1});
    tag(b, TONE_GOOD, h);
    stat_tile(b, &(struct stat){h, h, h, TONE_INFO});
    empty_state(b, &(struct empty_state){h, h, URL("x"), h});
    page_foot(b, &p);
    assert_true(holds(b, "&lt;script&gt;alert("));
    assert_false(holds(b, "<script>alert"));
    assert_false(holds(b, "value=\"<"));
    assert_false(holds(b, "alert('\"&')</"));
    assert_false(b->overflow);
}

static void
an_error_is_tied_to_its_field(void **state)
{
    struct buf *b = &((struct shown *)*state)->buf;
    struct field f = {.name = "siret", .label = STR("SIRET"), .hint = STR("14 chiffres"),
                      .value = STR("123"), .error = STR("Il manque 11 chiffres."),
                      .required = true, .inputmode = "numeric"};
    struct field_error error = {"siret", STR("Il manque 11 chiffres.")};

    error_summary(b, (struct field_error_list){&error, 1});
    assert_true(holds(b, "href=\"#f-siret\""));
    buf_clear(b);
    field_text(b, &f);
    assert_true(holds(b, "id=\"f-siret\""));
    assert_true(holds(b, "for=\"f-siret\""));
    assert_true(holds(b, "value=\"123\""));
    assert_true(holds(b, "aria-invalid=\"true\""));
    assert_true(holds(b, "aria-describedby=\"f-siret-hint f-siret-error\""));
    assert_true(holds(b, "id=\"f-siret-error\""));
}

int
test_html(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_escaped_as_its_place_demands, setup, teardown),
        cmocka_unit_test(a_path_takes_unreserved_text_and_queries_are_encoded),
        cmocka_unit_test(an_outside_link_is_http_or_nothing),
        cmocka_unit_test_setup_teardown(parts_never_print_what_was_typed_as_markup, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_error_is_tied_to_its_field, setup, teardown),
    };

    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
