/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - runs a fuzz target over files, without libFuzzer: every file
 * given, or every file of every folder given.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 4 * 1024 * 1024 };

/* The input gets a block of exactly its size, so that a read past its end is
 * seen by the sanitizer. */
static int
file_run(const char *path)
{
    static uint8_t bytes[INPUT_BYTES_MAX];
    FILE *f = fopen(path, "rb");
    size_t len;
    uint8_t *exact;

    if (f == NULL) {
        perror(path);
        return 1;
    }
    len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    exact = malloc(len > 0 ? len : 1);
    if (exact == NULL)
        return 1;
    for (size_t i = 0; i < len; i++)
        exact[i] = bytes[i];
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return 0;
}

int
main(int argc, char **argv)
{
    int failed = 0;
    int count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);

        if (dir == NULL) {
            failed += file_run(argv[i]);
            count++;
            continue;
        }
        for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
            char path[4096];

            if (e->d_name[0] == '.')
                continue;
            if (snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name) >= (int)sizeof path)
                continue;
            failed += file_run(path);
            count++;
        }
        closedir(dir);
    }
    printf("%d inputs\n", count);
    return failed != 0;
}
