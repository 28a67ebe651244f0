/* SPDX-License-Identifier: Apache-2.0 */
/* import_test.c - the two stock files into both engines: layouts, differences, damage, restarts. */
#include "test/fixture.h"

#include <stdio.h>

#include "registry/generate.h"
#include "registry/import.h"

int test_import(void);

/* ---- small files ---- */

#define UNIT_HEADER                                                                               \
    "siren,statutDiffusionUniteLegale,dateCreationUniteLegale,prenom1UniteLegale,"                \
    "trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,etatAdministratifUniteLegale,"         \
    "nomUniteLegale,denominationUniteLegale,categorieJuridiqueUniteLegale,"                       \
    "activitePrincipaleUniteLegale,nicSiegeUniteLegale"
#define PLACE_HEADER                                                                              \
    "siren,siret,statutDiffusionEtablissement,trancheEffectifsEtablissement,"                     \
    "activitePrincipaleRegistreMetiersEtablissement,etablissementSiege,"                          \
    "numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,"                \
    "libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"               \
    "codeCommuneEtablissement,etatAdministratifEtablissement"

static const char units_1[] =
    UNIT_HEADER "\n"
    "005410220,O,1954-12-25,,12,2023,A,,\"AUCHAN, \"\"LE GRAND\"\"\",5710,47.11F,00015\n"
    "300000460,P,2005-07-03,[ND],NN,,A,[ND],[ND],1000,94.99Z,00018\n"
    "732829320,O,1974-02-01,JEAN,,,A,DUPONT,,1000,10.71C,00074\n"
    "775670417,O,1956-01-01,,21,2023,C,,VIEILLE SOCIETE,5499,46.90Z,00010\n";

static const char places_1[] =
    PLACE_HEADER "\n"
    "005410220,00541022000015,O,12,,true,12,B,RUE,DE LA PAIX,20200,BASTIA,2B033,A\n"
    "005410220,00541022000023,O,,,false,,,,LE BOURG,97150,SAINT-MARTIN,97801,A\n"
    "300000460,30000046000018,P,NN,,true,[ND],[ND],[ND],[ND],[ND],GUERET,23096,A\n"
    "732829320,73282932000074,O,,1071CA,true,3,,PLACE,DU MARCHE,75008,PARIS,75108,A\n"
    "775670417,77567041700010,O,21,,true,1,,RUE,HAUTE,38000,GRENOBLE,38185,F\n";

static const char *
path_in(struct fixture *f, const char *name)
{
    return str_printf(&f->arena, "%s/%s", f->dir, name).ptr;
}

static void
file_put(struct fixture *f, const char *name, const char *bytes, size_t len)
{
    FILE *file = fopen(path_in(f, name), "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static struct import_options
options(struct fixture *f)
{
    return (struct import_options){.units = path_in(f, "u.csv"), .places = path_in(f, "e.csv"),
                                   .quiet = true, .bad_share_bp = 100, .gone_share_bp = 10000};
}

static enum err
import_texts(struct fixture *f, const char *units, const char *places, struct import_result *r)
{
    struct import_options opt = options(f);

    file_put(f, "u.csv", units, strlen(units));
    file_put(f, "e.csv", places, strlen(places));
    return import_run(&f->cx, &opt, r);
}

static void
import_ok(struct fixture *f, const char *units, const char *places, struct import_result *r)
{
    enum err e = import_texts(f, units, places, r);

    if (e != OK)
        print_error("%s\n", r->why);
    assert_int_equal(e, OK);
}

struct find {
    int64_t number;
    struct company company;
    struct establishment place;
};

static enum err
company_unit(struct ctx *cx, void *arg)
{
    struct find *find = arg;

    return registry_company(cx, find->number, &find->company);
}

static enum err
place_unit(struct ctx *cx, void *arg)
{
    struct find *find = arg;

    return registry_establishment(cx, find->number, &find->place);
}

static struct company
company(struct fixture *f, int64_t siren)
{
    struct find find = {.number = siren};

    assert_int_equal(db_read(&f->cx, company_unit, &find), OK);
    return find.company;
}

static struct establishment
place(struct fixture *f, int64_t siret)
{
    struct find find = {.number = siret};

    assert_int_equal(db_read(&f->cx, place_unit, &find), OK);
    return find.place;
}

/* text with every from replaced by to. */
static const char *
replaced(struct fixture *f, const char *text, const char *from, const char *to)
{
    struct buf b = {0};
    const char *at;

    while ((at = strstr(text, from)) != NULL) {
        buf_put(&b, text, (size_t)(at - text));
        buf_z(&b, to);
        text = at + strlen(from);
    }
    buf_z(&b, text);
    const char *z = buf_dup(&b, &f->arena).ptr;
    buf_release(&b);
    return z;
}

/* ---- tests ---- */

static void
a_first_month_fills_the_register(void **state)
{
    struct fixture *f = *state;
    struct import_result r;

    import_ok(f, units_1, places_1, &r);
    assert_int_equal(r.counts.companies_created, 4);
    assert_int_equal(r.counts.places_created, 5);
    assert_int_equal(r.rejected, 0);
    assert_int_equal(r.companies, 4);

    struct company c = company(f, 5410220);
    assert_true(str_is(c.name, "AUCHAN, \"LE GRAND\""));
    assert_true(c.active && !c.partial);
    assert_int_equal(c.band, BAND_12);
    assert_int_equal(c.band_year, 2023);
    assert_int_equal(c.legal_category, 5710);
    assert_int_equal(c.head_siret, 541022000015);
    assert_int_equal(c.territory, TERRITORY_CORSICA);
    assert_true(str_is(c.department, "2B"));
    assert_int_equal(c.networks, NETWORK_CCI);
    assert_int_equal(c.network_source, NETWORK_DERIVED);
    assert_int_equal(c.created_day, civil_day(1954, 12, 25));

    c = company(f, 300000460);
    assert_true(c.partial && c.name.len == 0);
    assert_int_equal(c.network_source, NETWORK_UNKNOWN);
    c = company(f, 732829320);
    assert_true(str_is(c.name, "JEAN DUPONT"));
    assert_int_equal(c.networks, NETWORK_CMA);
    assert_int_equal(c.band, BAND_UNKNOWN);
    assert_false(company(f, 775670417).active);

    struct establishment e = place(f, 541022000015);
    assert_true(str_is(e.street, "12 B RUE DE LA PAIX"));
    assert_true(str_is(e.postal_code, "20200"));
    assert_int_equal(place(f, 541022000023).territory, TERRITORY_MARTIN);
    e = place(f, 30000046000018);
    assert_true(e.street.len == 0 && e.postal_code.len == 0 && str_is(e.city, "GUERET"));
}

static void
postal_codes_in_use_are_kept(void **state)
{
    struct fixture *f = *state;
    struct import_result r;

    import_ok(f, units_1, places_1, &r);
    /* Neither what is not told nor what is closed. */
    assert_int_equal(3, fixture_count(f, "registry_postal_code"));
    assert_int_equal(TERRITORY_MARTIN, fixture_int(f, "SELECT territory FROM registry_postal_code "
                                                      "WHERE code = '97150'"));
    assert_int_equal(3, r.counts.units_active);
    import_ok(f, units_1, places_1, &r);
    assert_int_equal(3, fixture_count(f, "registry_postal_code"));
}

/* More of them in a row than the reader may hold batches. */
static void
many_establishments_without_their_unit_do_not_stop_it(void **state)
{
    enum { ROWS = 30 * BATCH_ROWS };
    struct fixture *f = *state;
    struct import_options opt = options(f);
    struct import_result r;
    struct buf places = {0};

    opt.bad_share_bp = 10000;
    buf_z(&places, PLACE_HEADER "\n"
                   "005410220,00541022000015,O,,,true,,,,LE BOURG,20200,BASTIA,2B033,A\n");
    for (int i = 0; i < ROWS; i++)
        buf_printf(&places, "732829320,732829320%05d,O,,,false,,,,LE BOURG,75008,PARIS,75108,A\n",
                   i);
    static const char units[] = UNIT_HEADER "\n"
                                            "005410220,O,,,,,A,,UNE,5710,47.11F,00015\n"
                                            "775670417,O,,,,,A,,AUTRE,5710,47.11F,00010\n";
    file_put(f, "u.csv", units, sizeof units - 1);
    file_put(f, "e.csv", places.ptr, places.len);
    buf_release(&places);
    assert_int_equal(OK, import_run(&f->cx, &opt, &r));
    assert_int_equal(ROWS, r.rejected);
    assert_int_equal(1, fixture_count(f, "establishment"));
    assert_int_equal(2, fixture_count(f, "company"));
}

static void
the_same_files_again_write_nothing(void **state)
{
    struct fixture *f = *state;
    struct import_result r;

    import_ok(f, units_1, places_1, &r);
    import_ok(f, units_1, places_1, &r);
    assert_int_equal(r.counts.companies_same, 4);
    assert_int_equal(r.counts.places_same, 5);
    assert_int_equal(r.counts.companies_created + r.counts.companies_changed, 0);
    assert_int_equal(r.companies, 4);
    assert_false(r.resumed);
}

static void
a_second_month_is_a_difference(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    /* The first moves to its other establishment, the third closes, the fourth is missing, a
     * new one appears. */
    const char *units = UNIT_HEADER
        "\n"
        "005410220,O,1954-12-25,,12,2023,A,,\"AUCHAN, \"\"LE GRAND\"\"\",5710,47.11F,00023\n"
        "300000460,P,2005-07-03,[ND],01,2024,A,[ND],[ND],1000,94.99Z,00018\n"
        "356000000,O,1991-01-01,,53,2023,A,,LA POSTE,5510,53.10Z,00048\n"
        "732829320,O,1974-02-01,JEAN,,,C,DUPONT,,1000,10.71C,00074\n";
    const char *places = PLACE_HEADER
        "\n"
        "005410220,00541022000015,O,12,,false,12,B,RUE,DE LA PAIX,20200,BASTIA,2B033,F\n"
        "005410220,00541022000023,O,,,true,,,,LE BOURG,97150,SAINT-MARTIN,97801,A\n"
        "300000460,30000046000018,P,NN,,true,[ND],[ND],[ND],[ND],[ND],GUERET,23096,A\n"
        "356000000,35600000000048,O,53,,true,9,,RUE,DU COLONEL AVIA,75015,PARIS,75115,A\n"
        "356000000,35600000009075,O,,,false,1,,RUE,HAUTE,38000,GRENOBLE,38185,A\n"
        "732829320,73282932000074,O,,1071CA,true,3,,PLACE,DU MARCHE,75008,PARIS,75108,F\n";

    import_ok(f, units_1, places_1, &r);
    import_ok(f, units, places, &r);
    assert_int_equal(r.counts.companies_created, 1);
    assert_int_equal(r.counts.companies_moved, 1);
    assert_int_equal(r.counts.companies_changed, 1);
    assert_int_equal(r.counts.companies_closed, 1);
    assert_int_equal(r.counts.companies_gone, 1);
    assert_int_equal(r.counts.companies_same, 0);
    assert_int_equal(r.counts.places_created, 2);
    assert_int_equal(r.counts.places_closed, 2);
    assert_int_equal(r.counts.places_changed, 1);
    assert_int_equal(r.counts.places_same, 1);
    assert_int_equal(r.counts.places_gone, 1);
    assert_int_equal(r.companies, 5);

    struct company c = company(f, 5410220);
    assert_int_equal(c.head_siret, 541022000023);
    assert_int_equal(c.territory, TERRITORY_MARTIN);
    /* Without an active craft establishment it is no member any more. */
    c = company(f, 732829320);
    assert_int_equal(c.networks, 0);
    assert_false(company(f, 775670417).active);
    assert_false(place(f, 77567041700010).active);
    assert_int_equal(fixture_count(f, "registry_gone"), 0);

    /* Who was gone comes back. */
    import_ok(f, units_1, places_1, &r);
    assert_int_equal(r.counts.companies_gone, 1);
    assert_int_equal(r.counts.companies_reopened, 1);
    assert_int_equal(fixture_int(f, "SELECT gone FROM company WHERE siren = 775670417"), 0);
    assert_int_equal(fixture_int(f, "SELECT gone FROM company WHERE siren = 356000000"), 1);
}

static void
bad_rows_are_left_out_and_listed(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);
    const char *units = replaced(f, units_1, "732829320,O,1974-02-01",
                                 "732829321,O,1974-02-01,,,,A,,WRONG KEY,5710,47.11F,00015\n"
                                 "732829320,O,1974-02-01");
    units = replaced(f, units, "775670417,O,1956-01-01,,21", "775670417,O,1956-01-01,,99");
    char list[2000] = "";

    /* A quarter of the file is bad: nothing at all is written. */
    assert_int_equal(import_texts(f, units, places_1, &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "--max-bad"));
    assert_int_equal(fixture_count(f, "company"), 0);

    opt.bad_share_bp = 5000;
    opt.rejects = path_in(f, "rejects.csv");
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.rejected, 3);
    assert_int_equal(r.counts.companies_created, 3);
    FILE *file = fopen(opt.rejects, "r");
    assert_non_null(file);
    assert_true(fread(list, 1, sizeof list - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(list, ",4,siren,check digit does not fit"));
    assert_non_null(strstr(list, ",6,trancheEffectifsUniteLegale,not a headcount band"));
    assert_non_null(strstr(list, ",6,siret,the row of its legal unit was refused"));
}

/* A row we could not read says nothing: what we know of the company stays. */
static void
a_refused_row_closes_nobody(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);
    const char *units = replaced(f, units_1, "JEAN,,,A", "JEAN,,,X");

    opt.bad_share_bp = 10000;
    import_ok(f, units_1, places_1, &r);
    file_put(f, "u.csv", units, strlen(units));
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_gone, 0);
    assert_int_equal(r.counts.places_gone, 0);
    assert_int_equal(r.counts.companies_left, 1);
    assert_int_equal(r.companies, 4);
    assert_true(company(f, 732829320).active);
    assert_true(place(f, 73282932000074).active);
}

/* Whose row that was nobody can tell, but the file is in order: it was between its neighbours. */
static void
a_row_without_a_number_closes_nobody(void **state)
{
    static const char *const bad[][2] = {
        {"732829320,O,1974-02-01,JEAN,,,A", "7328293x0,O,1974-02-01,JEAN,,,A"},
        {"1000,10.71C,00074", "1000,10.71C"},
        {"DUPONT,,1000", "DUPONT,\"x\"y,1000"},
        {"775670417,O,1956-01-01", "7756,O,1956-01-01"},
    };
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);

    opt.bad_share_bp = 10000;
    import_ok(f, units_1, places_1, &r);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *units = replaced(f, units_1, bad[i][0], bad[i][1]);
        file_put(f, "u.csv", units, strlen(units));
        assert_int_equal(import_run(&f->cx, &opt, &r), OK);
        assert_int_equal(r.rejected, 2); /* And its establishment. */
        assert_int_equal(r.counts.companies_gone, 0);
        assert_int_equal(r.counts.places_gone, 0);
        assert_int_equal(r.companies, 4);
    }
    assert_true(company(f, 732829320).active);
    assert_true(place(f, 73282932000074).active);

    /* The same for establishments, at the end of a company and of the file. */
    file_put(f, "u.csv", units_1, strlen(units_1));
    const char *places = replaced(f, replaced(f, places_1, "00541022000023", "005410220x0023"),
                                  "77567041700010", "775670417000");
    file_put(f, "e.csv", places, strlen(places));
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.rejected, 2);
    assert_int_equal(r.counts.places_gone, 0);
    assert_true(place(f, 541022000023).active);

    /* Who is missing elsewhere is gone as ever. */
    const char *fewer =
        replaced(f, units_1, "732829320,O,1974-02-01,JEAN,,,A,DUPONT,,1000,10.71C,00074\n", "");
    fewer = replaced(f, fewer, "300000460,P", "3000,P");
    file_put(f, "u.csv", fewer, strlen(fewer));
    file_put(f, "e.csv", places_1, strlen(places_1));
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_gone, 0); /* Beside the row that could not be read. */
    fewer = replaced(f, replaced(f, fewer, "3000,P", "300000460,P"), "005410220,O", "0054,O");
    file_put(f, "u.csv", fewer, strlen(fewer));
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_gone, 1);
    assert_false(company(f, 732829320).active);
    assert_true(company(f, 5410220).active);
}

static void
damage_is_named(void **state)
{
    struct fixture *f = *state;
    struct import_result r;

    const char *renamed = replaced(f, units_1, "nicSiegeUniteLegale", "nic");
    assert_int_equal(import_texts(f, renamed, places_1, &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "lacks these columns: nicSiegeUniteLegale"));
    assert_int_equal(import_texts(f, units_1, "", &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "empty"));
    assert_int_equal(import_texts(f, replaced(f, units_1, ",", ";"), places_1, &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "commas"));
    assert_int_equal(import_texts(f, replaced(f, units_1, "005410220", "999999998"), places_1, &r),
                     ERR_INVALID);
    assert_non_null(strstr(r.why, "order of its numbers"));
    struct import_options opt = options(f);
    opt.units = path_in(f, "nowhere.csv");
    assert_int_equal(import_run(&f->cx, &opt, &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "No such file"));
    assert_int_equal(fixture_count(f, "company"), 0);
}

static void
odd_bytes_harm_their_row_only(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);
    const char *units = replaced(f, replaced(f, units_1, "\n", "\r\n"), "VIEILLE SOCIETE",
                                 "VIEILLE SOCI\xc9T\xc9");
    const char *marked = replaced(f, units, "siren,statut", "\xef\xbb\xbfsiren,statut");

    opt.bad_share_bp = 10000;
    file_put(f, "u.csv", marked, strlen(marked));
    file_put(f, "e.csv", places_1, strlen(places_1));
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_created, 3);
    assert_int_equal(r.rejected, 2); /* It and its establishment. */
    assert_true(str_is(company(f, 732829320).name, "JEAN DUPONT"));
}

static void
a_file_cut_in_half_closes_nobody(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);
    struct str half = str_of(units_1);

    import_ok(f, units_1, places_1, &r);
    half.len = (size_t)(strstr(units_1, "732829320") - units_1);
    file_put(f, "u.csv", half.ptr, half.len);
    opt.bad_share_bp = 10000;
    opt.gone_share_bp = 500;
    assert_int_equal(import_run(&f->cx, &opt, &r), ERR_INVALID);
    assert_non_null(strstr(r.why, "2 of the 4 companies we know are missing"));
    assert_true(company(f, 732829320).active);
    /* Asked for by name it is done. */
    opt.gone_share_bp = 10000;
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_gone, 2);
    assert_false(company(f, 732829320).active);
}

static void
establishments_come_active_first(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct establishment_list list;
    const char *places = replaced(f, places_1, "LE BOURG,97150,SAINT-MARTIN,97801,A",
                                  "LE BOURG,97150,SAINT-MARTIN,97801,F");

    places = replaced(f, places, "00541022000023,O,,,false", "00541022000023,O,,,true");
    places = replaced(f, places, "00541022000015,O,12,,true", "00541022000015,O,12,,false");
    import_ok(f, units_1, places, &r);
    fixture_begin(f);
    assert_int_equal(registry_establishments(&f->cx, 5410220, 0, &list), OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.item[0].siret, 541022000015);
    assert_true(list.item[0].active && !list.item[1].active);
    assert_int_equal(registry_establishments(&f->cx, 5410220, list.item[0].siret, &list), OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.item[0].siret, 541022000023);
    assert_int_equal(registry_establishments(&f->cx, 1, 0, &list), OK);
    assert_int_equal(list.count, 0);
    fixture_rollback(f);
}

/* ---- larger ones ---- */

static struct import_options
generated(struct fixture *f, int64_t month, struct generate_result *g)
{
    struct generate_options make = {.units = 3000, .seed = 11, .month = month,
                                    .dir = path_in(f, month == 1 ? "one" : "two")};
    struct import_options opt = options(f);

    assert_int_equal(generate_run(&make, g), OK);
    opt.units = str_printf(&f->arena, "%s/StockUniteLegale_utf8.csv", make.dir).ptr;
    opt.places = str_printf(&f->arena, "%s/StockEtablissement_utf8.csv", make.dir).ptr;
    opt.gone_share_bp = 500;
    return opt;
}

static void
generated_remove(struct fixture *f)
{
    static const char *const names[] = {"one/StockUniteLegale_utf8.csv",
                                        "one/StockEtablissement_utf8.csv",
                                        "two/StockUniteLegale_utf8.csv",
                                        "two/StockEtablissement_utf8.csv",
                                        "one", "two"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(path_in(f, names[i]));
}

/* Each active company with a name is in the index once, and nobody else but those that left the
 * files. */
static void
names_are_whole(struct fixture *f)
{
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM company c WHERE c.active = 1 AND c.name "
                                    "<> '' AND (SELECT count(*) FROM company_name n WHERE n.siren "
                                    "= c.siren) <> 1"),
                     0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM company_name n JOIN company c ON c.siren "
                                    "= n.siren WHERE c.active = 0 AND c.gone = 0"),
                     0);
}

static void
a_generated_month_two_differs_as_it_says(void **state)
{
    struct fixture *f = *state;
    struct generate_result g;
    struct import_result r;
    struct import_options opt = generated(f, 1, &g);

    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.rejected, 0);
    assert_int_equal(r.counts.companies_created, g.units);
    assert_int_equal(r.counts.places_created, g.establishments);
    assert_int_equal(fixture_count(f, "establishment"), g.establishments);

    opt = generated(f, 2, &g);
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_true(g.created > 0 && g.closed > 0 && g.moved > 0 && g.changed > 0 && g.gone > 0);
    assert_int_equal(r.counts.companies_created, g.created);
    assert_int_equal(r.counts.companies_closed, g.closed);
    assert_int_equal(r.counts.companies_moved, g.moved);
    assert_int_equal(r.counts.companies_changed, g.changed);
    assert_int_equal(r.counts.companies_gone, g.gone);
    assert_int_equal(r.counts.units_read, g.units);
    assert_int_equal(r.companies, fixture_count(f, "company"));
    names_are_whole(f);
    generated_remove(f);
}

static void
a_run_that_was_cut_short_goes_on(void **state)
{
    struct fixture *f = *state;
    struct generate_result g;
    struct import_result r;
    struct import_options opt = generated(f, 1, &g);

    opt.stop_after_rows = 1;
    assert_int_equal(import_run(&f->cx, &opt, &r), ERR_INVALID);
    int64_t half = fixture_count(f, "company");
    assert_true(half > 0 && half < g.units);
    /* Names were noted for a run that never came. */
    assert_int_equal(fixture_count(f, "company_name"), 0);
    fixture_reopen(f);
    opt.stop_after_rows = 0;
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_true(r.resumed);
    assert_int_equal(r.counts.companies_created, g.units);
    assert_int_equal(r.counts.places_created, g.establishments);
    assert_int_equal(r.counts.units_read, g.units);
    assert_int_equal(fixture_count(f, "company"), g.units);
    assert_int_equal(fixture_count(f, "establishment"), g.establishments);
    names_are_whole(f);

    /* A database from before the index: the next run fills it, whatever it finds equal. */
    fixture_sql(f, "DELETE FROM company_name; UPDATE registry_import SET named = 0");
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.counts.companies_same, g.units);
    names_are_whole(f);
    generated_remove(f);
}

struct naming {
    const char *typed;
    int64_t after;
    size_t max;
    struct company_brief_list list;
};

static enum err
naming_unit(struct ctx *cx, void *arg)
{
    struct naming *n = arg;

    return registry_by_name(cx, str_of(n->typed), n->after, n->max, &n->list);
}

/* The SIRENs found, with spaces between. */
static const char *
named(struct fixture *f, const char *typed, int64_t after, size_t max)
{
    struct naming n = {.typed = typed, .after = after, .max = max};
    struct str s = STR("");

    assert_int_equal(db_read(&f->cx, naming_unit, &n), OK);
    for (size_t i = 0; i < n.list.count; i++)
        s = str_printf(&f->arena, "%.*s%s%lld", STR_FMT(s), i > 0 ? " " : "",
                       (long long)n.list.item[i].siren);
    return str_z(&f->arena, s);
}

static void
companies_are_found_by_the_beginning_of_their_name(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    const char *units = replaced(f, units_1, "VIEILLE SOCIETE", "AUCHAN FRERES");

    import_ok(f, units_1, places_1, &r);
    assert_string_equal(named(f, "auchan", 0, 9), "5410220");
    assert_string_equal(named(f, "AUCHAN, \"Le Grand\"", 0, 9), "5410220");
    assert_string_equal(named(f, "AUCHAN LE PETIT", 0, 9), "");
    assert_string_equal(named(f, "", 0, 9), "");
    /* A person by the family name, and in either order. */
    assert_string_equal(named(f, "dupont", 0, 9), "732829320");
    assert_string_equal(named(f, "Dupont Jean", 0, 9), "732829320");
    assert_string_equal(named(f, "Jean Dupont", 0, 9), "732829320");
    /* Nobody who hides, nothing that has closed. */
    assert_string_equal(named(f, "vieille", 0, 9), "");
    assert_int_equal(fixture_count(f, "company_name"), 2);

    /* Names change, companies open and close, people withdraw theirs. */
    units = replaced(f, units, "5499,46.90Z", "5710,46.90Z");
    units = replaced(f, units, "21,2023,C", "21,2023,A");
    units = replaced(f, units, "732829320,O,1974-02-01,JEAN,,,A,DUPONT",
                     "732829320,P,1974-02-01,[ND],,,A,[ND]");
    import_ok(f, units, places_1, &r);
    assert_string_equal(named(f, "auchan", 0, 9), "775670417 5410220");
    assert_string_equal(named(f, "auchan", 0, 1), "775670417");
    assert_string_equal(named(f, "auchan", 775670417, 9), "5410220");
    assert_string_equal(named(f, "auchan", 5410220, 9), "");
    assert_string_equal(named(f, "dupont", 0, 9), "");
    names_are_whole(f);
    units = replaced(f, units, "LE GRAND", "LE TOUT PETIT");
    import_ok(f, units, places_1, &r);
    assert_string_equal(named(f, "auchan le", 0, 9), "5410220");
    assert_string_equal(named(f, "auchan le grand", 0, 9), "");
    names_are_whole(f);
}

/* A name longer than its key is told from its like by the rest. */
static void
long_names_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    const char *units = replaced(f, units_1, "AUCHAN, \"\"LE GRAND\"\"",
                                 "SOCIETE D’ÉQUIPEMENT DES COMMUNES RURALES DU NORD");

    units = replaced(f, units, "VIEILLE SOCIETE", "SOCIETE D EQUIPEMENT DES COMMUNES RURALES DE "
                                                  "L EST");
    units = replaced(f, units, "21,2023,C", "21,2023,A");
    import_ok(f, units, places_1, &r);
    assert_string_equal(named(f, "societe d'equipement", 0, 9), "5410220 775670417");
    assert_string_equal(named(f, "Société d’équipement des communes rurales du n", 0, 9),
                        "5410220");
    assert_string_equal(named(f, "societe d equipement des communes rurales de l est", 0, 9),
                        "775670417");
    assert_string_equal(named(f, "societe d equipement des communes rurales du sud", 0, 9), "");
    names_are_whole(f);
}

static void
the_real_extract_is_read(void **state)
{
    struct fixture *f = *state;
    struct import_result r;
    struct import_options opt = options(f);

    opt.units = "demo/sirene/StockUniteLegale_extrait.csv.gz";
    opt.places = "demo/sirene/StockEtablissement_extrait.csv.gz";
    assert_int_equal(import_run(&f->cx, &opt, &r), OK);
    assert_int_equal(r.rejected, 0);
    assert_int_equal(r.counts.companies_created, 3485);
    assert_int_equal(r.counts.places_created, 3702);

    struct company c = company(f, 45750981);
    assert_true(str_is(c.name, "CERES"));
    assert_int_equal(c.networks, NETWORK_CCI);
    assert_true(str_is(c.department, "59"));
    struct establishment e = place(f, 34155506800012);
    assert_true(str_is(e.country, "ALLEMAGNE"));
    assert_int_equal(e.territory, TERRITORY_NONE);
    assert_int_equal(place(f, 31086401200060).territory, TERRITORY_REUNION);
    assert_true(company(f, 330100595).partial);
}

/* Each statement in turn fails: what was written before is kept, and a new run repairs all. */
static void
a_database_that_fails_leaves_whole_rows(void **state)
{
    struct fixture *f = *state;
    struct import_result r;

    file_put(f, "u.csv", units_1, strlen(units_1));
    file_put(f, "e.csv", places_1, strlen(places_1));
    for (int n = 1; n < 30; n++) {
        struct import_options opt = options(f);
        fixture_fail_at(f, n);
        enum err e = import_run(&f->cx, &opt, &r);
        fixture_fail_at(f, 0);
        assert_true(e == OK || e == ERR_FAULT);
        int64_t companies = fixture_count(f, "company");
        assert_true(companies == 0 || companies == 4);
        assert_int_equal(fixture_count(f, "establishment"), companies == 0 ? 0 : 5);
    }
    import_ok(f, units_1, places_1, &r);
    assert_int_equal(r.companies, 4);
}

enum { MANY = 700 };

struct many {
    struct db_call call[MANY];
    struct db_value value[MANY][2];
};

static enum err
many_unit(struct ctx *cx, void *arg)
{
    struct many *many = arg;

    return db_run_all(cx, many->call, MANY);
}

/* On PostgreSQL they travel together: one that fails takes all with it, and the connection is
 * good for the next unit. */
static void
many_statements_hold_or_fail_as_one(void **state)
{
    struct fixture *f = *state;
    struct many *many = arena_alloc(&f->arena, sizeof *many);

    for (int i = 0; i < MANY; i++) {
        many->value[i][0] = db_int(1);
        many->value[i][1] = db_int(i + 1);
        many->call[i] = (struct db_call){SQL_REGISTRY_GONE_PUT, 2, many->value[i]};
    }
    many->value[MANY - 300][0] = db_int(7); /* Against a CHECK. */
    assert_int_equal(db_write(&f->cx, many_unit, many), ERR_FAULT);
    assert_int_equal(fixture_count(f, "registry_gone"), 0);
    many->value[MANY - 300][0] = db_int(0);
    assert_int_equal(db_write(&f->cx, many_unit, many), OK);
    assert_int_equal(fixture_count(f, "registry_gone"), MANY);
}

int
test_import(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_first_month_fills_the_register),
        DB_TEST(postal_codes_in_use_are_kept),
        DB_TEST(many_establishments_without_their_unit_do_not_stop_it),
        DB_TEST(the_same_files_again_write_nothing),
        DB_TEST(a_second_month_is_a_difference),
        DB_TEST(bad_rows_are_left_out_and_listed),
        DB_TEST(a_refused_row_closes_nobody),
        DB_TEST(damage_is_named),
        DB_TEST(odd_bytes_harm_their_row_only),
        DB_TEST(a_file_cut_in_half_closes_nobody),
        DB_TEST(establishments_come_active_first),
        DB_TEST(a_generated_month_two_differs_as_it_says),
        DB_TEST(a_run_that_was_cut_short_goes_on),
        DB_TEST(a_row_without_a_number_closes_nobody),
        DB_TEST(companies_are_found_by_the_beginning_of_their_name),
        DB_TEST(long_names_are_told_apart),
        DB_TEST(the_real_extract_is_read),
        DB_TEST(a_database_that_fails_leaves_whole_rows),
        DB_TEST(many_statements_hold_or_fail_as_one),
    };

    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
