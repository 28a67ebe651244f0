/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files: what is taken, and what is refused. */
#include "http/multipart.h"
#include "test/fixture.h"

int test_multipart(void);

static bool
reads(struct arena *a, const char *body, struct pair_list *form, struct form_file_list *files)
{
    return multipart_form(a, str_of(body), STR("XX"), form, files);
}

static void
texts_and_files_are_told_apart(void **state)
{
    struct form_file_list files;
    struct pair_list form;
    struct arena a;

    (void)state;
    arena_init(&a);
    assert_true(reads(&a,
                      "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n"
                      "--XX\r\nContent-Disposition: form-data; name=\"photo\"; "
                      "filename=\"a\\\"b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\r\n--X\r\n"
                      "--XX\r\ncontent-disposition: form-data; name=photo; filename=\"\"\r\n"
                      "Content-Type: application/octet-stream\r\n\r\n\r\n--XX--\r\n",
                      &form, &files));
    assert_int_equal(1, form.count);
    assert_true(str_is(form.item[0].value, "abc"));
    assert_int_equal(1, files.count);
    assert_true(str_is(files.item[0].name, "a\"b.jpg"));
    assert_true(str_is(files.item[0].type, "image/jpeg"));
    assert_true(str_is(files.item[0].body, "\r\n--X"));
    arena_release(&a);
}

static void
what_is_malformed_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "--XX", "--XX\r\n", "--YY--", "x--XX--", "--XX--x",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nabc",
        "--XX\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nabc\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\nabc\r\n--XX--",
        "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nabc\r\n--XX--",
        "--XX\r\nContent-Type: text/plain\r\n\r\nabc\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n2\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\n1\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--XX--",
    };
    struct form_file_list files;
    struct pair_list form;
    struct arena a;

    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(reads(&a, bad[i], &form, &files));
    arena_release(&a);
}

static void
a_boundary_is_read_from_the_content_type(void **state)
{
    (void)state;
    assert_true(str_is(multipart_boundary(STR("multipart/form-data; boundary=abc")), "abc"));
    assert_true(str_is(multipart_boundary(STR("Multipart/Form-Data;charset=utf-8; "
                                              "boundary=\"a;c\"")), "a;c"));
    assert_int_equal(0, multipart_boundary(STR("multipart/form-data")).len);
    assert_int_equal(0, multipart_boundary(STR("multipart/mixed; boundary=abc")).len);
    assert_int_equal(0, multipart_boundary(STR("multipart/form-data; boundary=")).len);
    assert_int_equal(0, multipart_boundary(STR("multipart/form-data; boundary=\"a b\"")).len);
}

int
test_multipart(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_files_are_told_apart),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(a_boundary_is_read_from_the_content_type),
    };
    return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
