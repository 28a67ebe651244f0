/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures: recognised by content, freed of what the camera wrote. */
#include "care/photo.h"
#include "test/fixture.h"

int test_photo(void);

#define FRAME "\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0"
#define JFIF "\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
#define SCAN "\xff\xda\0\x08\x01\x01\0\0\x3f\0" "abc\xff\0def"
#define GPS "\xff\xe1\0\x2c" "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0" \
            "\0\0\0\0GPS 48.85N"
#define BYTES(literal) str_n(literal, sizeof(literal) - 1)

static void
a_jpeg_keeps_its_orientation_and_loses_its_place(void **state)
{
    struct str file = BYTES("\xff\xd8" JFIF "\xff\xe0\0\x0fJFXX\0secret x" GPS
                            "\xff\xfe\0\x0fsecret words" "x" FRAME SCAN
                            "\xff\xd9" "trailing secret");
    struct photo p, again;
    struct arena a;

    (void)state;
    arena_init(&a);
    /* The comment's length counts one sign more than the words. */
    assert_int_equal(OK, photo_read(&a, file, &p));
    assert_string_equal("image/jpeg", p.type);
    assert_int_equal(32, p.width);
    assert_int_equal(16, p.height);
    assert_false(str_contains(p.bytes, STR("GPS")));
    assert_false(str_contains(p.bytes, STR("secret")));
    assert_true(str_contains(p.bytes, BYTES(JFIF)));
    assert_true(str_contains(p.bytes, BYTES("\x01\x12\0\x03\0\0\0\x01\0\x06")));
    assert_true(str_contains(p.bytes, BYTES("abc\xff\0def")));
    assert_int_equal(OK, photo_read(&a, p.bytes, &again));
    assert_true(str_eq(p.bytes, again.bytes));
    arena_release(&a);
}

static void
a_jpeg_that_draws_nothing_is_none(void **state)
{
    struct photo p;
    struct arena a;

    (void)state;
    arena_init(&a);
    assert_int_equal(ERR_INVALID, photo_read(&a, BYTES("\xff\xd8" FRAME "\xff\xd9"), &p));
    assert_int_equal(ERR_INVALID, photo_read(&a, BYTES("\xff\xd8" GPS FRAME "\xff\xda\0\x08"
                                                       "\x01\x01\0\0\x3f\0\xff\xd9"), &p));
    arena_release(&a);
}

static void
a_png_loses_its_texts_and_a_webp_its_exif(void **state)
{
    struct str png = BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x05\0\0\0\x07\x08\x02\0\0\0crc1"
                           "\0\0\0\x04tEXtGPS!crc2\0\0\0\x02IDATabcrc3\0\0\0\0IENDcrc4after");
    struct str webp = BYTES("RIFF\x3a\0\0\0WEBPVP8X\x0a\0\0\0\x18\0\0\0\x04\0\0\x06\0\0"
                            "VP8L\x06\0\0\0\x2f\x04\x80\x01\0\0"
                            "EXIF\x04\0\0\0GPS!XMP \x02\0\0\0xy");
    struct photo p;
    struct arena a;

    (void)state;
    arena_init(&a);
    assert_int_equal(OK, photo_read(&a, png, &p));
    assert_int_equal(5, p.width);
    assert_int_equal(7, p.height);
    assert_false(str_contains(p.bytes, STR("GPS")));
    assert_false(str_contains(p.bytes, STR("after")));
    assert_int_equal(OK, photo_read(&a, webp, &p));
    assert_int_equal(5, p.width);
    assert_int_equal(7, p.height);
    assert_false(str_contains(p.bytes, STR("GPS")));
    assert_int_equal(0x10, p.bytes.ptr[20]);
    assert_int_equal(p.bytes.len - 8, (unsigned char)p.bytes.ptr[4]);
    arena_release(&a);
}

static void
what_is_no_picture_or_cut_off_is_refused(void **state)
{
    struct str file = BYTES("\xff\xd8" GPS FRAME SCAN "\xff\xd9");
    struct photo p;
    struct arena a;

    (void)state;
    arena_init(&a);
    for (size_t n = 0; n < file.len; n++)
        assert_int_equal(ERR_INVALID, photo_read(&a, str_sub(file, 0, n), &p));
    assert_int_equal(ERR_INVALID, photo_read(&a, STR("<svg onload=alert(1)>............."), &p));
    assert_int_equal(ERR_INVALID, photo_read(&a, STR("GIF89a........................."), &p));
    char *big = arena_alloc(&a, PHOTO_BYTES_MAX + 1);
    memset(big, 0, PHOTO_BYTES_MAX + 1);
    assert_int_equal(ERR_LIMIT, photo_read(&a, str_n(big, PHOTO_BYTES_MAX + 1), &p));
    struct str wide = BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
                            "\0\0\xff\xff\0\0\0\x07\x08\x02\0\0\0crc1"
                            "\0\0\0\x02IDATabcrc3\0\0\0\0IENDcrc4");
    assert_int_equal(ERR_LIMIT, photo_read(&a, wide, &p));
    arena_release(&a);
}

int
test_photo(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_keeps_its_orientation_and_loses_its_place),
        cmocka_unit_test(a_jpeg_that_draws_nothing_is_none),
        cmocka_unit_test(a_png_loses_its_texts_and_a_webp_its_exif),
        cmocka_unit_test(what_is_no_picture_or_cut_off_is_refused),
    };
    return cmocka_run_group_tests_name("photo", tests, NULL, NULL);
}
