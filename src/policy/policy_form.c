/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_form.c - which rules stand in which form, and the way between forms, places of the file
 * and faults.
 */
#include "base/parse.h"
#include "policy/policy_form_int.h"

#define NBSP "\u00a0"
#define TERRITORY_HINT "Une vente, un taux de TVA et un stock doivent couvrir chacun d’eux."

static const struct form_rule sale_rules[] = {
    { RULE_LINE, "name", "nom", "Nom de la vente", "", true },
    { RULE_LINES, "summary", "resume", "Présentation", "Affichée en haut de la page publique.",
      true },
    { RULE_LINE, "organiser/contact_email", "contact", "Adresse de contact",
      "Montrée aux entreprises qui ont une question.", true },
};
static const struct form_rule admission_rules[] = {
    { RULE_HEADS, "eligibility/heads", "effectif", "Effectif",
      "Salariés de l’entreprise entière, dirigeant non compris. Vide" NBSP ": sans limite.",
      false },
    { RULE_NETWORKS, "eligibility/networks", "reseaux", "Réseaux",
      "Aucune case" NBSP ": toutes les entreprises, membres ou non.", false },
    { RULE_TERRITORIES, "eligibility/territories", "territoires", "Territoires", TERRITORY_HINT,
      true },
    { RULE_WORDS, "eligibility/departments", "departements", "Départements",
      "Codes séparés par des virgules, par exemple 01, 2A, 974. Vide" NBSP ": tous.", false },
    { RULE_LISTED, "eligibility/legal_categories", "juridique", "Catégories juridiques",
      "Codes du registre ou leurs premiers chiffres, par exemple 92 pour les associations.",
      false },
    { RULE_LISTED, "eligibility/activities", "activites", "Activités",
      "Codes NAF ou leur début, par exemple 10.71C ou 47.", false },
};
static const struct form_rule cohort_rules[] = {
    { RULE_LINE, "label", "nom", "Nom du groupe",
      "Par exemple «\u00a0Associations\u00a0». Les entreprises le lisent.", true },
    { RULE_SIZE, "heads", "effectif", "Effectif",
      "Vide" NBSP ": sans limite. Les tranches suivent ces bornes si vous ne les changez pas.",
      false },
    { RULE_TERRITORIES, "territories", "territoires", "Territoires", "", true },
    { RULE_NETWORKS, "networks", "reseaux", "Réseaux",
      "Aucune case" NBSP ": tous ceux que la vente admet.", false },
    { RULE_CLOCK, "opens", "ouvre", "Ouverture",
      "À l’heure que les horloges montrent dans chaque territoire.", true },
    { RULE_CLOCK, "closes", "ferme", "Fermeture", "Vide" NBSP ": sans date de fin.", false },
};
static const struct form_rule quota_rules[] = {
    { RULE_INT, "quota/per_head", "unites", "Unités par personne",
      "Vide ou 0" NBSP ": la même quantité pour toutes les entreprises.", false },
    { RULE_INT, "quota/period_days", "periode", "Période, en jours",
      "Le droit se renouvelle à chaque période. Vide ou 0" NBSP ": un seul droit pour toute la "
      "vente.", false },
    { RULE_FLAG, "quota/owner_counts", "dirigeant", "Le dirigeant compte pour une personne",
      "Sans cela une entreprise sans salarié n’a droit à rien.", false },
    { RULE_FLAG, "quota/round_up", "arrondi", "Arrondir au lot",
      "Un droit plus petit qu’un lot devient un lot entier.", false },
    { RULE_INT, "quota/units_max", "maximum", "Maximum par entreprise, en unités",
      "Par période. Vide" NBSP ": pas de maximum.", false },
};
static const struct form_rule pack_rules[] = {
    { RULE_LINE, "label", "nom", "Nom du lot", "", true },
    { RULE_INT, "units", "contenu", "Unités dans un lot",
      "Si le contenu change, changez aussi le nom.", true },
    { RULE_MONEY, "price", "prix", "Prix hors taxes, en euros", "Par exemple 17,80.", true },
    { RULE_HEADS, "heads", "effectif", "Proposé aux entreprises de",
      "Salariés. Vide" NBSP ": à toutes.", false },
};
static const struct form_rule vat_rules[] = {
    { RULE_RATE, "rate", "taux", "Taux, en" NBSP "%", "Par exemple 5,5.", true },
    { RULE_TERRITORIES, "territories", "territoires", "Territoires", "", true },
    { RULE_DATE, "from", "debut", "À partir du", "Date de Paris. Vide" NBSP ": depuis toujours.",
      false },
    { RULE_DATE, "until", "fin", "Avant le", "Vide" NBSP ": sans fin.", false },
    { RULE_NOTE, "note", "mention", "Mention sur la commande",
      "Par exemple la raison pour laquelle il n’y a pas de taxe.", false },
};
static const struct form_rule order_rules[] = {
    { RULE_DELAY, "orders/delay", "delai", "Délai entre deux commandes",
      "Nombre de jours. Vide" NBSP ": aucun délai.", false },
    { RULE_INT, "orders/hold_minutes", "reservation", "Réservation sans paiement, en minutes",
      "De 5 à 1" NBSP "440. Passé ce temps, les lots sont remis en vente.", true },
    { RULE_INT, "orders/assisted_hold_minutes", "telephone", "La même par téléphone, en minutes",
      "Le lien de paiement part par e-mail. Vide" NBSP ": autant qu’en ligne" NBSP "; 10" NBSP
      "080 au plus.", false },
    { RULE_FLAG, "orders/one_pack_size", "taille", "Une seule taille de lot par commande", "",
      false },
    { RULE_LINES, "delivery/text", "livraison", "Livraison", "Ce que les entreprises lisent.",
      true },
    { RULE_MONEY, "delivery/price", "livraison-prix", "Prix de la livraison hors taxes, en euros",
      "Par commande. Vide ou 0" NBSP ": comprise.", false },
};
static const struct form_rule pool_rules[] = {
    { RULE_LINE, "label", "nom", "Nom du stock", "", true },
    { RULE_TERRITORIES, "territories", "territoires", "Territoires servis", "", true },
};

#define RULES(rules) rules, sizeof rules / sizeof rules[0]

static const struct form_section sections[] = {
    { "vente", "La vente", NULL, false, RULES(sale_rules) },
    { "admission", "Qui peut acheter", NULL, false, RULES(admission_rules) },
    { "groupe", "Groupe", "cohorts", true, RULES(cohort_rules) },
    { "quota", "Combien", NULL, false, RULES(quota_rules) },
    { "lot", "Lot", "packs", false, RULES(pack_rules) },
    { "tva", "TVA", "vat", false, RULES(vat_rules) },
    { "commande", "Commande et livraison", NULL, false, RULES(order_rules) },
    { "stock", "Stock", "pools", false, RULES(pool_rules) },
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

/* ---- spots ---- */

static const struct json *
list_of(const struct json *tree, const struct form_section *s)
{
    const struct json *list = json_get(tree, s->list);

    return list != NULL && list->kind == JSON_ARRAY ? list : NULL;
}

bool
policy_spot(const struct json *tree, struct str name, struct form_spot *out)
{
    size_t dash = str_find_byte(name, '-');
    struct str head = str_sub(name, 0, dash), tail = str_sub(name, dash + 1, name.len);
    int64_t number;

    for (int i = 0; i < SECTIONS; i++) {
        const struct form_section *s = &sections[i];
        struct form_spot spot = { .section = s };
        if (!str_is(head, s->name) || (s->list == NULL) != (dash == name.len))
            continue;
        if (s->list != NULL) {
            const struct json *list = list_of(tree, s);
            size_t count = list == NULL ? 0 : list->count;
            spot.fresh = s->may_add && str_is(tail, "nouveau");
            if (!spot.fresh && !parse_i64(tail, 1, (int64_t)count, &number))
                return false;
            spot.index = spot.fresh ? count : (size_t)number - 1;
        }
        *out = spot;
        return true;
    }
    return false;
}

struct str
policy_spot_name(struct arena *a, const struct form_spot *spot)
{
    if (spot->section->list == NULL)
        return str_of(spot->section->name);
    if (spot->fresh)
        return str_printf(a, "%s-nouveau", spot->section->name);
    return str_printf(a, "%s-%zu", spot->section->name, spot->index + 1);
}

const struct json *
form_object(const struct json *tree, const struct form_spot *spot)
{
    const struct form_section *s = spot->section;
    const struct json *list;

    if (s->list == NULL)
        return tree;
    list = list_of(tree, s);
    return list != NULL && spot->index < list->count ? &list->item[spot->index] : NULL;
}

struct str
policy_spot_title(struct arena *a, const struct json *tree, const struct form_spot *spot)
{
    const struct json *object = form_object(tree, spot);
    struct str label = json_get_str(object, "label");

    if (spot->section->list == NULL)
        return str_of(spot->section->title);
    if (spot->fresh)
        return str_printf(a, "%s à ajouter", spot->section->title);
    if (label.len == 0)
        return str_printf(a, "%s n°" NBSP "%zu", spot->section->title, spot->index + 1);
    return str_printf(a, "%s" NBSP ": %.*s", spot->section->title, STR_FMT(label));
}

bool
policy_spot_removable(const struct json *tree, const struct form_spot *spot)
{
    const struct json *list = spot->section->may_add ? list_of(tree, spot->section) : NULL;

    return list != NULL && !spot->fresh && spot->index < list->count && list->count > 1;
}

static struct json *
list_in(struct json *tree, const struct form_section *s)
{
    for (size_t i = 0; tree->kind == JSON_OBJECT && i < tree->count; i++)
        if (str_is(tree->member[i].key, s->list))
            return &tree->member[i].value;
    return NULL;
}

void
policy_spot_remove(struct json *tree, const struct form_spot *spot)
{
    json_remove_at(list_in(tree, spot->section), spot->index);
}

/* ---- faults ---- */

/* Where the section's part begins: "/cohorts/2", or "" for the whole file. */
static struct str
base_path(struct arena *a, const struct form_spot *spot)
{
    if (spot->section->list == NULL)
        return STR("");
    return str_printf(a, "/%s/%zu", spot->section->list, spot->index);
}

/* Whether path is at or below the other. */
static bool
below(struct str path, struct str other)
{
    return str_starts(path, other) && (path.len == other.len || path.ptr[other.len] == '/');
}

/* Of a rule with several inputs the one that the rest of the path names. */
static const char *
input_of(struct arena *a, const struct form_rule *rule, struct str rest)
{
    if (rule->kind == RULE_CLOCK && rest.len > 1 && !str_is(rest, "/default"))
        return str_z(a, str_printf(a, "%s-%.*s", rule->name, STR_FMT(str_sub(rest, 1, rest.len))));
    if (rule->kind == RULE_HEADS || rule->kind == RULE_SIZE)
        return str_z(a, str_printf(a, "%s-%s", rule->name,
                                   str_is(rest, "/max") ? "max" : "min"));
    return rule->name;
}

static const char *
first_input(struct arena *a, const struct form_rule *rule)
{
    return input_of(a, rule, STR(""));
}

const char *
policy_form_input_of(struct arena *a, const struct form_spot *spot, struct str path)
{
    const struct form_section *s = spot->section;
    struct str base = base_path(a, spot);

    for (size_t i = 0; i < s->count; i++) {
        struct str at = str_printf(a, "%.*s/%s", STR_FMT(base), s->rule[i].path);
        if (below(path, at))
            return input_of(a, &s->rule[i], str_sub(path, at.len, path.len));
        if (s->rule[i].kind == RULE_SIZE &&
            below(path, str_printf(a, "%.*s/bands", STR_FMT(base))))
            return str_z(a, str_printf(a, "%s-tranches", s->rule[i].name));
    }
    if (s->list != NULL && str_eq(path, base))
        return first_input(a, &s->rule[0]);
    /* "/quota limits nothing" is about the first of the quota's rules. */
    for (size_t i = 0; s->list == NULL && path.len > 1 && i < s->count; i++)
        if (str_starts(str_of(s->rule[i].path), str_sub(path, 1, path.len)))
            return first_input(a, &s->rule[i]);
    return NULL;
}

struct str
policy_spot_of(struct arena *a, struct str path)
{
    for (int i = 0; i < SECTIONS; i++) {
        const struct form_section *s = &sections[i];
        struct form_spot spot = { .section = s };
        struct str list = s->list == NULL ? STR_NONE : str_printf(a, "/%s", s->list);
        int64_t index;
        if (s->list == NULL) {
            if (policy_form_input_of(a, &spot, path) != NULL)
                return str_of(s->name);
            continue;
        }
        if (str_eq(path, list)) /* What the whole list lacks may be mended in one of its entries. */
            return str_printf(a, "%s-1", s->name);
        struct str rest = str_sub(path, list.len + 1, path.len);
        if (!below(path, list) ||
            !parse_i64(str_sub(rest, 0, str_find_byte(rest, '/')), 0, 1000, &index))
            continue;
        spot.index = (size_t)index;
        if (policy_form_input_of(a, &spot, path) != NULL)
            return policy_spot_name(a, &spot);
    }
    return STR_NONE;
}

/* ---- showing and taking ---- */

static struct form_work
work_begin(struct arena *a, const struct json *tree, const struct form_spot *spot)
{
    return (struct form_work){ .arena = a, .tree = tree, .spot = *spot };
}

struct form_input_list
policy_form_show(struct arena *a, const struct json *tree, const struct form_spot *spot)
{
    struct form_work w = work_begin(a, tree, spot);
    const struct json *object = form_object(tree, spot);

    for (size_t i = 0; i < spot->section->count; i++)
        form_rule_show(&w, &spot->section->rule[i], object);
    return w.inputs;
}

struct form_input_list
policy_form_show_typed(struct arena *a, const struct json *tree, const struct form_spot *spot,
                       const struct pair_list *typed)
{
    struct form_work w = work_begin(a, tree, spot);

    w.inputs = policy_form_show(a, tree, spot);
    w.typed = typed;
    for (size_t i = 0; i < w.inputs.count; i++) {
        struct form_input *in = &w.inputs.item[i];
        in->field.value = form_typed(&w, in->field.name);
        for (size_t k = 0; k < in->choices.count; k++) {
            struct choice *c = &in->choices.item[k];
            c->checked = in->kind == INPUT_PICK
                             ? str_eq(c->value, in->field.value)
                             : form_typed(&w, str_z(a, str_printf(a, "%s-%.*s", in->field.name,
                                                                  STR_FMT(c->value)))).len > 0;
        }
    }
    return w.inputs;
}

struct str
policy_fault_title(struct arena *a, const struct json *tree, struct str path)
{
    struct str name = policy_spot_of(a, path);
    struct form_spot spot;

    if (name.len == 0 || !policy_spot(tree, name, &spot))
        return STR_NONE;
    const char *wanted = policy_form_input_of(a, &spot, path);
    struct form_input_list inputs = policy_form_show(a, tree, &spot);
    for (size_t i = 0; wanted != NULL && i < inputs.count; i++)
        if (strcmp(inputs.item[i].field.name, wanted) == 0)
            return str_printf(a, "%.*s, %.*s", STR_FMT(policy_spot_title(a, tree, &spot)),
                              STR_FMT(inputs.item[i].field.label));
    return STR_NONE;
}

/* A code for a new entry, from what it is called: short, and nobody else's. */
static struct str
code_for(struct arena *a, const struct json *list, struct str label, const char *name)
{
    struct str plain = str_lower(a, str_sub(utf8_plain_upper(a, label), 0, 32));
    char *code = str_z(a, str_trim(plain));
    struct str wanted;

    for (char *c = code; *c != '\0'; c++)
        if (*c == ' ')
            *c = '-';
    wanted = str_of(*code == '\0' ? name : code);
    for (int n = 1;; n++) {
        struct str tried = n == 1 ? wanted : str_printf(a, "%.*s-%d", STR_FMT(wanted), n);
        bool taken = false;
        for (size_t i = 0; i < list->count && !taken; i++)
            taken = str_eq(tried, json_get_str(&list->item[i], "code"));
        if (!taken)
            return tried;
    }
}

static struct json *
object_for(struct form_work *w, struct json *tree)
{
    const struct form_section *s = w->spot.section;
    struct json *list, *entry;

    if (s->list == NULL)
        return tree;
    list = list_in(tree, s);
    if (!w->spot.fresh)
        return &list->item[w->spot.index];
    if (list == NULL || list->kind != JSON_ARRAY)
        list = json_put(w->arena, tree, str_of(s->list), json_empty(JSON_ARRAY));
    struct str code = code_for(w->arena, list, form_typed(w, "nom"), s->name);
    entry = json_append(w->arena, list, json_empty(JSON_OBJECT));
    json_put(w->arena, entry, STR("code"), json_text(code));
    return entry;
}

struct field_error_list
policy_form_apply(struct arena *a, struct json *tree, struct form_spot *spot,
                  const struct pair_list *typed)
{
    struct form_work w = work_begin(a, tree, spot);
    struct json *object;

    w.typed = typed;
    w.errors.item = ARENA_ARRAY(a, spot->section->count, struct field_error);
    object = object_for(&w, tree);
    for (size_t i = 0; i < spot->section->count; i++) {
        size_t first = w.inputs.count;
        form_rule_show(&w, &spot->section->rule[i], object);
        form_rule_put(&w, &spot->section->rule[i], object, first, w.inputs.count - first);
    }
    spot->fresh = false;
    return w.errors;
}
