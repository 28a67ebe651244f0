/* SPDX-License-Identifier: Apache-2.0 */
/*
 * colissimo_answer.c - the answer of SLS: multipart, with jsonInfos, the label and perhaps a
 * customs form.
 *
 * An answer is believed only when all of it agrees: it is complete, no message is an error, the
 * parcel number has the right key and the label is there. An answer that says no in so many words
 * (messages with an error, no number) made no label. Anything in between may have made one: it is
 * looked up and never asked for again blindly.
 */
#include "carrier/carrier.h"
#include "json/json.h"

enum { MESSAGES_SHOWN = 3, WHY_MAX = 400, JSON_MAX = 64 * 1024 };

/* ---- multipart ---- */

/* The next line of s from *at, without its end; *at moves behind it. False at the end. */
static bool
line_next(struct str s, size_t *at, struct str *line)
{
    if (*at >= s.len)
        return false;
    struct str rest = str_sub(s, *at, s.len);
    size_t end = str_find_byte(rest, '\n');
    *at += end < rest.len ? end + 1 : end;
    if (end > 0 && rest.ptr[end - 1] == '\r')
        end--;
    *line = str_sub(rest, 0, end);
    return true;
}

/* Offset of "\r\n--boundary" (or "\n--boundary") from at; s.len when there is none. *skip: up to
 * the boundary's own bytes. */
static size_t
boundary_find(struct str s, size_t at, struct str boundary, size_t *skip)
{
    while (at < s.len) {
        struct str rest = str_sub(s, at, s.len);
        const char *hit = memmem(rest.ptr, rest.len, boundary.ptr, boundary.len);
        if (hit == NULL)
            break;
        size_t pos = (size_t)(hit - s.ptr);
        if (pos > 0 && s.ptr[pos - 1] == '\n') {
            size_t end = pos - 1;
            if (end > at && s.ptr[end - 1] == '\r')
                end--;
            *skip = pos;
            return end < at ? at : end;
        }
        at = pos + 1;
    }
    return s.len;
}

static struct str
header_value(struct str line, const char *name)
{
    size_t colon = str_find_byte(line, ':');

    if (colon >= line.len || !str_eq_nocase(str_trim(str_sub(line, 0, colon)), str_of(name)))
        return STR_NONE;
    return str_trim(str_sub(line, colon + 1, line.len));
}

static struct str
without_brackets(struct str id)
{
    if (id.len >= 2 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
        return str_sub(id, 1, id.len - 2);
    return id;
}

static void
part_heads(struct str reply, size_t *at, struct multipart_part *part)
{
    struct str line;

    while (line_next(reply, at, &line) && line.len > 0) {
        struct str id = header_value(line, "Content-ID"), type = header_value(line,
                                                                              "Content-Type");
        if (id.len > 0)
            part->id = without_brackets(id);
        if (type.len > 0)
            part->type = str_trim(str_sub(type, 0, str_find_byte(type, ';')));
    }
}

bool
multipart_read(struct str reply, struct multipart *out)
{
    struct str boundary = STR_NONE, line;
    size_t at = 0;

    *out = (struct multipart){0};
    /* The first line that begins with two dashes is the boundary: nothing readable precedes it
     * in these answers but empty lines. */
    while (boundary.len == 0 && line_next(reply, &at, &line)) {
        if (line.len > 2 && str_starts(line, STR("--")))
            boundary = line;
        else if (line.len > 0)
            return false;
    }
    if (boundary.len == 0)
        return false;
    while (out->count < MULTIPART_PARTS_MAX) {
        struct multipart_part part = {0};
        size_t skip = 0;
        part_heads(reply, &at, &part);
        size_t end = boundary_find(reply, at, boundary, &skip);
        if (end >= reply.len)
            return true; /* Cut off: the last part is not whole and is left out. */
        part.body = str_sub(reply, at, end - at);
        out->part[out->count++] = part;
        at = skip + boundary.len;
        if (str_starts(str_sub(reply, at, 2), STR("--"))) {
            out->complete = true;
            return true;
        }
        (void)line_next(reply, &at, &line);
    }
    return true;
}

static const struct multipart_part *
part_of(const struct multipart *m, const char *id)
{
    for (int i = 0; i < m->count; i++)
        if (str_eq_nocase(m->part[i].id, str_of(id)))
            return &m->part[i];
    return NULL;
}

/* ---- what it says ---- */

static bool
is_error(const struct json *message)
{
    return str_eq_nocase(json_get_str(message, "type"), STR("ERROR"));
}

/* The errors among the messages, joined; empty when there is none. */
static struct str
errors_text(struct arena *a, const struct json *messages)
{
    struct str text = STR_NONE;
    int shown = 0;

    if (messages == NULL || messages->kind != JSON_ARRAY)
        return text;
    for (size_t i = 0; i < messages->count && shown < MESSAGES_SHOWN; i++) {
        const struct json *m = &messages->item[i];
        if (m->kind != JSON_OBJECT || !is_error(m))
            continue;
        struct str id = json_get_str(m, "id"), content = json_get_str(m, "messageContent");
        text = str_printf(a, "%.*s%s%.*s%s%.*s%s", STR_FMT(text), text.len > 0 ? " ; " : "",
                          STR_FMT(content), id.len > 0 ? " (" : "", STR_FMT(id),
                          id.len > 0 ? ")" : "");
        shown++;
    }
    return utf8_cut(text, WHY_MAX);
}

static void
unknown(struct label_answer *out, struct str why)
{
    out->outcome = LABEL_UNKNOWN;
    out->why = why;
}

static struct str
label_type_of(struct str bytes)
{
    if (str_starts(bytes, STR("%PDF")))
        return STR("application/pdf");
    return str_starts(bytes, STR("^XA")) || str_starts(bytes, STR("\x10"))
               ? STR("application/zpl")
               : STR_NONE;
}

/* The number is good; the documents must be there too. */
static void
documents_take(const struct multipart *m, bool customs, struct label_answer *out)
{
    const struct multipart_part *label = part_of(m, "label"), *cn23 = part_of(m, "cn23");

    if (label == NULL || label_type_of(label->body).len == 0) {
        unknown(out, STR("Le transporteur a donné un numéro sans étiquette."));
        return;
    }
    if (customs && (cn23 == NULL || !str_starts(cn23->body, STR("%PDF")))) {
        unknown(out, STR("La déclaration en douane manque dans la réponse du transporteur."));
        return;
    }
    out->outcome = LABEL_MADE;
    out->label = label->body;
    out->label_type = label_type_of(label->body);
    if (cn23 != NULL)
        out->cn23 = cn23->body;
}

static void
infos_read(struct arena *a, const struct json *infos, const struct multipart *m, bool customs,
           struct label_answer *out)
{
    const struct json *response = json_get(infos, "labelV2Response");
    struct str errors = errors_text(a, json_get(infos, "messages"));
    struct str number = json_get_str(response, "parcelNumber");

    if (number.len == 0 && errors.len > 0) {
        out->outcome = LABEL_REFUSED;
        out->why = str_printf(a, "Refusé par le transporteur : %.*s", STR_FMT(errors));
        return;
    }
    if (number.len == 0) {
        unknown(out, STR("La réponse du transporteur ne dit rien du colis."));
        return;
    }
    if (!parcel_number_valid(number)) {
        unknown(out, STR("Le numéro de colis reçu a une clé fausse."));
        return;
    }
    out->number = number;
    out->partner_number = json_get_str(response, "parcelNumberPartner");
    if (errors.len > 0)
        unknown(out, str_printf(a, "Réponse contradictoire, un numéro et une erreur : %.*s",
                                STR_FMT(errors)));
    else if (!m->complete)
        unknown(out, STR("La réponse du transporteur est coupée."));
    else
        documents_take(m, customs, out);
}

void
colissimo_answer_read(struct arena *a, int status, struct str reply, bool customs,
                      struct label_answer *out)
{
    const struct multipart_part *part;
    struct multipart m;
    struct json *infos;
    struct json_error why;

    *out = (struct label_answer){0};
    if (status == 503 || status == 429) {
        out->outcome = LABEL_LATER;
        out->why = STR("Le service du transporteur est saturé.");
        return;
    }
    if (status == 401 || status == 403) {
        out->outcome = LABEL_REFUSED;
        out->why = STR("Le transporteur refuse les identifiants du contrat.");
        return;
    }
    if (!multipart_read(reply, &m))
        m.part[m.count++] = (struct multipart_part){.id = STR("jsonInfos"), .body = reply};
    part = part_of(&m, "jsonInfos");
    if (part == NULL && !m.complete)
        unknown(out, STR("La réponse du transporteur est coupée."));
    else if (part == NULL || !utf8_valid(part->body) ||
             json_parse(a, part->body, JSON_MAX, &infos, &why) != OK ||
             infos->kind != JSON_OBJECT)
        unknown(out, STR("La réponse du transporteur est illisible."));
    else
        infos_read(a, infos, &m, customs, out);
    /* A number together with a failure: the label may exist all the same. */
    if (out->outcome == LABEL_MADE && status != 200)
        unknown(out, STR("Réponse contradictoire : une étiquette et un échec."));
    if (out->outcome == LABEL_REFUSED && status == 200 && part_of(&m, "label") != NULL)
        unknown(out, STR("Réponse contradictoire : une étiquette et une erreur."));
}
