/* SPDX-License-Identifier: Apache-2.0 */
/* theme.c - finds an organiser's colours and logo among the assets. */
#include <stdio.h>

#include "html/assets.h"
#include "html/parts.h"

enum { THEME_NAME_MAX = 80 };

static struct url
asset_find(struct arena *a, const char *kind, struct str slug, const char *ending)
{
    char name[THEME_NAME_MAX];
    int len = snprintf(name, sizeof name, "%s-%.*s.%s", kind, STR_FMT(slug), ending);

    for (size_t i = 0; len > 0 && len < (int)sizeof name && i < asset_count; i++)
        if (strcmp(assets[i].name, name) == 0)
            return url_path(a, "/assets/%s", assets[i].file);
    return (struct url){STR_NONE};
}

void
page_theme(struct page *p, struct arena *a, struct str slug)
{
    p->theme = asset_find(a, "theme", slug, "css");
    p->logo = asset_find(a, "logo", slug, "svg");
}
