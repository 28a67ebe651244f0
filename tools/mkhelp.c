/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mkhelp OUT_DIR FILE.txt... - makes OUT_DIR/help.h and help.c: the long help
 * of each command, doc/commands/WORDS-JOINED.txt, in the order given.
 */
#include "tool.h"

#include <string.h>

int
main(int argc, char **argv)
{
    struct text c = { 0 };
    struct text h = { 0 };

    if (argc < 2)
        fail_at("usage", 0, "mkhelp OUT_DIR FILE.txt...");
    text_puts(&h, "/* Made by tools/mkhelp from doc/commands. */");
    text_puts(&h, "#ifndef GEN_HELP_H\n#define GEN_HELP_H\n\nstruct help_text {");
    text_puts(&h, "    const char *name; /* registry-import */\n    const char *text;\n};\n");
    text_puts(&h, "/* Ends in a row of NULLs. */\nextern const struct help_text help_texts[];\n");
    text_puts(&h, "#endif");
    text_puts(&c, "/* Made by tools/mkhelp. */\n#include \"help.h\"\n\n#include <stddef.h>\n");
    text_puts(&c, "const struct help_text help_texts[] = {");
    for (int i = 2; i < argc; i++) {
        struct text body = file_read(argv[i]);
        const char *name = base_name(argv[i]);
        const char *dot = strrchr(name, '.');

        if (dot == NULL || strcmp(dot, ".txt") != 0)
            fail_at(argv[i], 0, "the name of a help text ends in .txt");
        text_fmt(&c, "    { \"%.*s\",\n      ", (int)(dot - name), name);
        text_literal(&c, body.at, body.len, "      ");
        text_puts(&c, " },");
    }
    text_puts(&c, "    { NULL, NULL },\n};");
    file_write_in(argv[1], "help.h", &h);
    file_write_in(argv[1], "help.c", &c);
    return 0;
}
