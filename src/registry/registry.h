/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - our mirror of the company register (INSEE Sirene stock files).
 *
 * SIREN and SIRET are int64 here and in the database (leading zeros come back when shown); text
 * is checked at the door by siren_parse and siret_parse. A legal unit ("company") has one or more
 * establishments, one of which is its head office. Nothing on the order path asks a remote
 * service.
 */
#ifndef MAILLON_REGISTRY_REGISTRY_H
#define MAILLON_REGISTRY_REGISTRY_H

#include "base/civil.h"
#include "base/tally.h"
#include "db/db.h"
#include "registry/territory.h"

/* What is wrong with a number somebody typed; NUMBER_OK when nothing. */
enum number_fault {
    NUMBER_OK,
    NUMBER_EMPTY,
    NUMBER_CHARACTER, /* Something else than digits and grouping spaces. */
    NUMBER_LENGTH,
    NUMBER_KEY /* The check digit does not fit (Luhn; La Poste's SIRETs: sum of digits mod 5). */
};

/* Spaces (also non-breaking), dots and hyphens between digits are allowed. *out only when OK.
 * A SIRET's SIREN is checked too: a SIRET can pass Luhn while its SIREN fails. */
NODISCARD enum number_fault siren_parse(struct str text, int64_t *out);
NODISCARD enum number_fault siret_parse(struct str text, int64_t *out);
/* "Ce numéro SIRET comporte 13 chiffres, il en faut 14." In a; what is "SIRET" or "SIREN". */
struct str number_fault_text(struct arena *a, enum number_fault f, const char *what,
                             struct str typed);
static inline int64_t
siret_siren(int64_t siret)
{
    return siret / 100000;
}
struct str siren_str(struct arena *a, int64_t siren); /* 9 digits */
struct str siret_str(struct arena *a, int64_t siret); /* 14 digits */
/* French VAT number computed from the SIREN: FR + key + SIREN. */
struct str vat_number(struct arena *a, int64_t siren);
/* Whether it is a French VAT number of this SIREN: with the computed key, or with one of the few
 * that have a letter in it (never I or O), which follow no public rule. */
bool vat_number_valid(struct arena *a, struct str number, int64_t siren);

/* Networks of chambers. Bits: a company may belong to both. */
enum network { NETWORK_CCI = 1, NETWORK_CMA = 2 };
enum network_source {
    NETWORK_UNKNOWN, /* The register does not tell: ask for an attestation, never a silent no. */
    NETWORK_NOT,     /* Derived: member of neither by default. */
    NETWORK_DERIVED, /* From the craft code or the legal category. */
    NETWORK_LISTED   /* From a chamber's own list, which wins. */
};

/* Headcount bands of the register (trancheEffectifs), in order. */
enum band {
    BAND_UNKNOWN, BAND_NN, BAND_00, BAND_01, BAND_02, BAND_03, BAND_11, BAND_12, BAND_21, BAND_22,
    BAND_31, BAND_32, BAND_41, BAND_42, BAND_51, BAND_52, BAND_53, BAND_COUNT
};
const char *band_code(enum band b);              /* "12"; "" for unknown */
bool band_by_code(struct str code, enum band *out);
/* Employees, both bounds included; BAND_53 ends at INT32_MAX. False for BAND_UNKNOWN. NN is 0 to
 * 0; 00 is 0 to 0 at 31/12. */
bool band_bounds(enum band b, int *min, int *max);

struct company {
    int64_t siren;
    struct str name;          /* Empty when diffusion is partial. */
    bool active;
    bool partial;             /* Partly diffused: name and address must not be republished. */
    enum band band;
    int band_year;            /* 0: none. */
    int legal_category;       /* 4 digits, e.g. 5710; 0: none. */
    struct str naf;           /* "11.05Z"; may be empty. */
    int64_t head_siret;       /* 0: not in our mirror. */
    enum territory territory; /* Of the head office. */
    struct str department;    /* Of the head office, by commune; empty: unknown. */
    unsigned networks;        /* enum network bits */
    enum network_source network_source;
    int64_t created_day;      /* civil_day; 0: unknown */
    struct str chamber_email; /* From a member list: proof is sent there. Never shown whole. */
    struct str chamber_phone;
};

struct establishment {
    int64_t siret;
    bool active;
    bool head_office;
    bool partial;
    enum band band;
    struct str sign;          /* Enseigne or usual name; may be empty. */
    struct str complement;    /* Building, floor. */
    struct str street;        /* Number, repetition, type and name, as in the register. */
    struct str special;       /* BP, TSA, locality. */
    struct str postal_code;
    struct str commune;       /* INSEE code */
    struct str city;          /* Label; of the CEDEX when there is one. */
    struct str department;    /* "01".."95", "2A", "2B", "971".. ; by commune, not postal code */
    enum territory territory;
    struct str craft_code;    /* NAFA; empty: none */
    struct str country;       /* Foreign establishments only. */
};

struct establishment_list {
    struct establishment *item;
    size_t count;
};

/* ERR_NOT_FOUND when the register has none such. */
NODISCARD enum err registry_company(struct ctx *cx, int64_t siren, struct company *out);
NODISCARD enum err registry_establishment(struct ctx *cx, int64_t siret, struct establishment *out);
/* Active ones first, head office before others, by SIRET after *after*; at most 50. */
NODISCARD enum err registry_establishments(struct ctx *cx, int64_t siren, int64_t after,
                                           struct establishment_list *out);
/* A company as a list shows it. */
struct company_brief {
    int64_t siren;
    struct str name;          /* Empty when diffusion is partial. */
    bool active, partial;
    enum band band;
    int legal_category;
    struct str postal_code, city; /* Of the head office; may be empty. */
};
struct company_brief_list {
    struct company_brief *item;
    size_t count;
};
NODISCARD enum err registry_brief(struct ctx *cx, int64_t siren, struct company_brief *out);
/* Companies whose name begins with what was typed, accents and case aside, by name; a person's
 * also by the family name, in either order. At most max, those after the company after (0: from
 * the first). The index follows the import (registry/names.c). */
NODISCARD enum err registry_by_name(struct ctx *cx, struct str typed, int64_t after, size_t max,
                                    struct company_brief_list *out);
/* What a name is found by: capitals without accents, a person's family name first. */
struct str company_name_key(struct arena *a, struct str name, int legal_category);
/* INSEE's category in words, with its number: "SARL (5499)". */
struct str company_form_text(struct arena *a, int legal_category);
/* Every legal unit that is active, in SIREN order, for dry runs: streams. */
typedef enum err (*company_fn)(void *arg, const struct company *c);
NODISCARD enum err registry_each_active(struct ctx *cx, company_fn fn, void *arg);
/* The same in pieces: the next limit of them after this SIREN (0: from the first), so that no
 * transaction is long. */
NODISCARD enum err registry_next_active(struct ctx *cx, int64_t after_siren, int64_t limit,
                                        company_fn fn, void *arg);
/* The newest import; all 0 when the register is empty. */
struct freshness {
    int64_t imported_ms;
    int64_t companies; /* Known. */
    int64_t active;    /* Of these, by that import's files. */
};
NODISCARD enum err registry_freshness(struct ctx *cx, struct freshness *out);

/* An address in the form NF Z10-011 asks: at most 6 lines of 38 characters, empty ones removed,
 * lines 4 to 6 in capitals without punctuation. */
struct postal {
    struct str line[6];
    int count;
};
struct postal_in {
    struct str company, person, complement, street, special, postal_code, city, country;
};
/* ERR_INVALID when it cannot be made to fit (field named in *field). */
NODISCARD enum err postal_lines(struct arena *a, const struct postal_in *in, struct postal *out,
                                const char **field);

/* The chamber's address and telephone of a company go, until its list names them again. Needs a
 * write. */
NODISCARD enum err registry_forget_member(struct ctx *cx, int64_t siren, struct tally *t);

#endif
