/* SPDX-License-Identifier: Apache-2.0 */
/* show_cmd.c - "maillon registry show": all we know of a company or an establishment. */
#include "base/format.h"
#include "db/command.h"
#include "json/json.h"
#include "registry/registry.h"

struct show {
    int64_t siren, siret; /* siret 0: the whole company. */
    struct company company;
    struct establishment_list places;
    struct freshness mirror;
    bool more;
};

static const char *const source_names[] = {
    [NETWORK_UNKNOWN] = "unknown",
    [NETWORK_NOT] = "none",
    [NETWORK_DERIVED] = "derived",
    [NETWORK_LISTED] = "listed",
};

static enum err
show_unit(struct ctx *cx, void *arg)
{
    struct show *s = arg;
    TRY(registry_freshness(cx, &s->mirror));
    TRY(registry_company(cx, s->siren, &s->company));
    if (s->siret == 0) {
        TRY(registry_establishments(cx, s->siren, 0, &s->places));
        s->more = s->places.count == 50;
        return OK;
    }
    s->places.item = ARENA_NEW(cx->arena, struct establishment);
    s->places.count = 1;
    return registry_establishment(cx, s->siret, s->places.item);
}

/* ---- text ---- */

static void
line(struct buf *out, const char *label, struct str value)
{
    if (value.len > 0)
        buf_printf(out, "%-18s %.*s\n", label, STR_FMT(value));
}

static struct str
networks_text(struct arena *a, const struct company *c)
{
    const char *names = c->networks == (NETWORK_CCI | NETWORK_CMA) ? "CCI and CMA"
                        : c->networks == NETWORK_CCI              ? "CCI"
                        : c->networks == NETWORK_CMA              ? "CMA"
                                                                  : "";

    return str_printf(a, "%s%s%s%s", names, names[0] == '\0' ? "" : " (",
                      source_names[c->network_source], names[0] == '\0' ? "" : ")");
}

static struct str
band_text(struct arena *a, enum band band, int year)
{
    int min, max;

    if (!band_bounds(band, &min, &max))
        return STR("unknown");
    if (max == INT32_MAX)
        return str_printf(a, "%s: %d employees or more%s", band_code(band), min,
                          year == 0 ? "" : str_printf(a, ", in %d", year).ptr);
    return str_printf(a, "%s: %d to %d employees%s", band_code(band), min, max,
                      year == 0 ? "" : str_printf(a, ", in %d", year).ptr);
}

/* The first letter and the domain: enough to recognise, too little to write to. */
static struct str
email_masked(struct arena *a, struct str email)
{
    size_t at = str_find_byte(email, '@');

    if (email.len == 0 || at == email.len)
        return STR_NONE;
    return str_printf(a, "%.1s***%.*s", email.ptr, (int)(email.len - at), email.ptr + at);
}

static struct str
day_text(struct arena *a, int64_t day)
{
    if (day == 0)
        return STR_NONE;
    struct civil c = civil_from_day(day);
    return str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static void
company_text(struct arena *a, struct buf *out, const struct show *s)
{
    const struct company *c = &s->company;

    line(out, "SIREN", siren_str(a, c->siren));
    line(out, "name", c->partial ? STR("(not published by the register)") : c->name);
    line(out, "state", c->active ? STR("active") : STR("ceased"));
    line(out, "VAT number", vat_number(a, c->siren));
    line(out, "headcount", band_text(a, c->band, c->band_year));
    if (c->legal_category != 0)
        line(out, "legal category", str_printf(a, "%04d", c->legal_category));
    line(out, "activity (NAF)", c->naf);
    line(out, "networks", networks_text(a, c));
    line(out, "chamber's e-mail", email_masked(a, c->chamber_email));
    line(out, "territory", str_printf(a, "%s%s%.*s", territory_code(c->territory),
                                      c->department.len > 0 ? ", department " : "",
                                      STR_FMT(c->department)));
    line(out, "head office",
         c->head_siret == 0 ? STR("not in our mirror") : siret_str(a, c->head_siret));
    line(out, "created", day_text(a, c->created_day));
    line(out, "register of", instant_str(a, s->mirror.imported_ms));
}

static void
place_text(struct arena *a, struct buf *out, const struct establishment *e, struct str company)
{
    struct postal_in in = {.company = company.len > 0 ? company : STR("-"),
                           .complement = e->complement, .street = e->street,
                           .special = e->special, .postal_code = e->postal_code,
                           .city = e->city, .country = e->country};
    struct postal postal;
    const char *field;

    buf_z(out, "\n");
    line(out, "SIRET", siret_str(a, e->siret));
    line(out, "state", str_printf(a, "%s%s", e->active ? "active" : "closed",
                                  e->head_office ? ", head office" : ""));
    line(out, "sign", e->sign);
    line(out, "headcount", band_text(a, e->band, 0));
    line(out, "craft code", e->craft_code);
    line(out, "commune", str_printf(a, "%.*s %.*s", STR_FMT(e->commune), STR_FMT(e->city)));
    line(out, "territory", str_printf(a, "%s%s%.*s", territory_code(e->territory),
                                      e->department.len > 0 ? ", department " : "",
                                      STR_FMT(e->department)));
    if (e->partial)
        line(out, "address", STR("(not published by the register)"));
    else if (postal_lines(a, &in, &postal, &field) != OK)
        line(out, "address", str_printf(a, "(does not fit an envelope: %s)", field));
    else
        for (int i = 0; i < postal.count; i++)
            line(out, i == 0 ? "address" : "", postal.line[i]);
}

/* ---- JSON ---- */

static void
networks_json(struct jw *w, const struct company *c)
{
    jw_key(w, "networks");
    jw_array(w);
    if (c->networks & NETWORK_CCI)
        jw_z(w, "CCI");
    if (c->networks & NETWORK_CMA)
        jw_z(w, "CMA");
    jw_close_array(w);
    jw_kz(w, "network_source", source_names[c->network_source]);
}

static void
place_json(struct arena *a, struct jw *w, const struct establishment *e)
{
    jw_object(w);
    jw_kstr(w, "siret", siret_str(a, e->siret));
    jw_kbool(w, "active", e->active);
    jw_kbool(w, "head_office", e->head_office);
    jw_kbool(w, "partial", e->partial);
    jw_kz(w, "band", band_code(e->band));
    jw_kstr(w, "sign", e->sign);
    jw_kstr(w, "complement", e->complement);
    jw_kstr(w, "street", e->street);
    jw_kstr(w, "special", e->special);
    jw_kstr(w, "postal_code", e->postal_code);
    jw_kstr(w, "city", e->city);
    jw_kstr(w, "commune", e->commune);
    jw_kstr(w, "department", e->department);
    jw_kz(w, "territory", territory_code(e->territory));
    jw_kstr(w, "craft_code", e->craft_code);
    jw_kstr(w, "country", e->country);
    jw_close_object(w);
}

static void
show_json(struct arena *a, struct buf *out, const struct show *s)
{
    const struct company *c = &s->company;
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_kstr(&w, "siren", siren_str(a, c->siren));
    jw_kstr(&w, "name", c->name);
    jw_kbool(&w, "active", c->active);
    jw_kbool(&w, "partial", c->partial);
    jw_kstr(&w, "vat_number", vat_number(a, c->siren));
    jw_kz(&w, "band", band_code(c->band));
    jw_kint(&w, "band_year", c->band_year);
    jw_kint(&w, "legal_category", c->legal_category);
    jw_kstr(&w, "naf", c->naf);
    networks_json(&w, c);
    jw_kstr(&w, "chamber_email", email_masked(a, c->chamber_email));
    jw_kz(&w, "territory", territory_code(c->territory));
    jw_kstr(&w, "department", c->department);
    jw_kstr(&w, "head_siret", c->head_siret == 0 ? STR_NONE : siret_str(a, c->head_siret));
    jw_kstr(&w, "created", day_text(a, c->created_day));
    jw_ktime(&w, "imported", s->mirror.imported_ms);
    jw_key(&w, "establishments");
    jw_array(&w);
    for (size_t i = 0; i < s->places.count; i++)
        place_json(a, &w, &s->places.item[i]);
    jw_close_array(&w);
    jw_kbool(&w, "more", s->more);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

enum err
registry_show_cmd(struct ctx *cx, struct command_args *args)
{
    struct show s = {0};
    struct buf out = {0};
    struct str text;

    TRY(arg_word(args, "SIRET or SIREN", &text));
    TRY(arg_end(args));
    if (siret_parse(text, &s.siret) == NUMBER_OK)
        s.siren = siret_siren(s.siret);
    else if (siren_parse(text, &s.siren) != NUMBER_OK)
        return command_fail("'%.*s' is neither a valid SIRET (14 digits) nor a valid SIREN (9)",
                            STR_FMT(text));
    enum err e = db_read(cx, show_unit, &s);
    if (e == ERR_NOT_FOUND) {
        (void)command_fail("the register has no %s %.*s", s.siret != 0 ? "SIRET" : "SIREN",
                           STR_FMT(text));
        return e;
    }
    TRY(e);
    if (args->json) {
        show_json(cx->arena, &out, &s);
    } else {
        company_text(cx->arena, &out, &s);
        for (size_t i = 0; i < s.places.count; i++)
            place_text(cx->arena, &out, &s.places.item[i], s.company.name);
        if (s.more)
            buf_z(&out, "\n(the first 50 establishments)\n");
    }
    e = command_print(&out);
    buf_release(&out);
    return e;
}
