/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c - the only file that includes libarchive.
 *
 * What a file is, its first bytes tell, not its name. In a zip the first entry that ends in .csv
 * is taken; INSEE puts exactly one there. A plain file is read directly: it is the largest case
 * by far and needs no library.
 */
#include "registry/source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/parse.h"

enum { MARK_BYTES = 64 * 1024, BLOCK_BYTES = 256 * 1024, ENTRIES_MAX = 1000 };

static enum err
fail(struct source *s, const char *why)
{
    snprintf(s->why, sizeof s->why, "%s", why);
    source_close(s);
    return ERR_INVALID;
}

static void
mark_make(struct source *s, const char *first, size_t len)
{
    unsigned char hash[SHA256_BYTES];
    char size[32];
    struct arena scratch = {0};
    struct str part[2];

    snprintf(size, sizeof size, "%lld", (long long)s->size);
    part[0] = str_of(size);
    part[1] = str_n(first, len);
    hmac_sha256(STR("register file"), part, 2, hash);
    struct str hex = hex_str(&scratch, hash, sizeof hash);
    memcpy(s->mark, hex.ptr, hex.len);
    s->mark[hex.len] = '\0';
    arena_release(&scratch);
}

static bool
ends_in_csv(const char *name)
{
    size_t len = name == NULL ? 0 : strlen(name);

    return len >= 4 && str_eq_nocase(str_n(name + len - 4, 4), STR(".csv"));
}

static enum err
archive_begin(struct source *s, bool zip)
{
    struct archive_entry *entry;

    s->archive = archive_read_new();
    if (s->archive == NULL)
        return fail(s, "out of memory");
    if (zip) {
        archive_read_support_format_zip(s->archive);
    } else {
        archive_read_support_filter_gzip(s->archive);
        archive_read_support_format_raw(s->archive);
    }
    if (archive_read_open_filename(s->archive, s->path, BLOCK_BYTES) != ARCHIVE_OK)
        return fail(s, archive_error_string(s->archive));
    for (int i = 0; i < ENTRIES_MAX; i++) {
        int rc = archive_read_next_header(s->archive, &entry);
        if (rc == ARCHIVE_EOF)
            return fail(s, "the archive holds no .csv file");
        if (rc != ARCHIVE_OK)
            return fail(s, archive_error_string(s->archive));
        if (!zip || ends_in_csv(archive_entry_pathname(entry)))
            return OK;
    }
    return fail(s, "the archive holds too many files before the .csv one");
}

enum err
source_open(struct source *s, const char *path)
{
    static const char zip[] = {'P', 'K', 3, 4}, gzip[] = {'\x1f', '\x8b'};
    struct stat st;

    *s = (struct source){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (s->fd < 0 || fstat(s->fd, &st) != 0)
        return fail(s, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(s, "not a file");
    s->size = st.st_size;
    char *first = malloc(MARK_BYTES);
    assert(first != NULL);
    ssize_t got = pread(s->fd, first, MARK_BYTES, 0);
    size_t len = got > 0 ? (size_t)got : 0;
    mark_make(s, first, len);
    bool is_zip = len >= sizeof zip && memcmp(first, zip, sizeof zip) == 0;
    bool is_gzip = len >= sizeof gzip && memcmp(first, gzip, sizeof gzip) == 0;
    free(first);
    if (got < 0)
        return fail(s, strerror(errno));
    if (len == 0)
        return fail(s, "the file is empty");
    if (is_zip || is_gzip)
        return archive_begin(s, is_zip);
    (void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return OK;
}

static long
archive_bytes(struct source *s, char *to, size_t cap)
{
    la_ssize_t n = archive_read_data(s->archive, to, cap);

    if (n < 0) {
        const char *why = archive_error_string(s->archive);
        snprintf(s->why, sizeof s->why, "%s", why == NULL ? "the archive is damaged" : why);
        return -1;
    }
    atomic_store_explicit(&s->at, archive_filter_bytes(s->archive, -1), memory_order_relaxed);
    return (long)n;
}

long
source_read(void *arg, char *to, size_t cap)
{
    struct source *s = arg;
    ssize_t n;

    if (s->archive != NULL)
        return archive_bytes(s, to, cap);
    do
        n = read(s->fd, to, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        snprintf(s->why, sizeof s->why, "%s", strerror(errno));
    else
        atomic_fetch_add_explicit(&s->at, n, memory_order_relaxed);
    return (long)n;
}

void
source_close(struct source *s)
{
    if (s->archive != NULL)
        archive_read_free(s->archive);
    if (s->fd >= 0)
        close(s->fd);
    s->archive = NULL;
    s->fd = -1;
}
