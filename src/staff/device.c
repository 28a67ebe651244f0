/* SPDX-License-Identifier: Apache-2.0 */
/* device.c - browsers and systems by the marks they leave in User-Agent. See device.h. */
#include "staff/device.h"

struct mark {
    const char *mark, *word;
};

/* The first that is found: most browsers also bear the marks of those they descend from. */
static const struct mark browsers[] = {
    {"Edg/", "Edge"},       {"EdgA/", "Edge"},     {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},      {"SamsungBrowser/", "Samsung Internet"},
    {"FxiOS/", "Firefox"},  {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},  {"Safari/", "Safari"},
};
static const struct mark systems[] = {
    {"iPhone", "un iPhone"}, {"iPad", "un iPad"},       {"Android", "Android"},
    {"Windows", "Windows"},  {"CrOS", "un Chromebook"}, {"Macintosh", "un Mac"},
    {"Linux", "Linux"},
};

static struct str
word_of(const struct mark *marks, size_t count, struct str user_agent)
{
    for (size_t i = 0; i < count; i++)
        if (str_contains(user_agent, str_of(marks[i].mark)))
            return str_of(marks[i].word);
    return STR_NONE;
}

struct str
device_text(struct arena *a, struct str user_agent)
{
    struct str browser = word_of(browsers, sizeof browsers / sizeof browsers[0], user_agent);
    struct str host = word_of(systems, sizeof systems / sizeof systems[0], user_agent);

    if (browser.len == 0 || host.len == 0)
        return browser.len == 0 ? host : browser;
    return str_printf(a, "%.*s sur %.*s", STR_FMT(browser), STR_FMT(host));
}
