/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token_api.c - the tokens of the company or organiser that the presented token belongs to. A
 * token gives no right it does not hold itself, and what it made ends with it.
 */
#include "account/token.h"
#include "base/clock.h"
#include "http/route.h"
#include "json/json.h"

enum { TOKEN_BODY_MAX = 4096 };

static struct token_owner
owner_of(const struct ctx *cx)
{
    return cx->actor.siren != 0 ? (struct token_owner){.siren = cx->actor.siren}
                                : (struct token_owner){.organiser_id = cx->actor.organiser_id};
}

static void
write_token(struct jw *w, const struct token *t)
{
    jw_kstr(w, "id", t->id);
    jw_kstr(w, "label", t->label);
    jw_kz(w, "right", token_right_code(t->rights));
    jw_ktime(w, "created", t->created_ms);
    jw_ktime(w, "expires", t->expires_ms);
    jw_ktime(w, "last_used_day", t->used_day * CLOCK_DAY_MS);
}

/* GET /api/v1/tokens */
enum err
tokens_get(struct ctx *cx, struct req *req)
{
    struct token_list list;

    TRY(token_list(cx, owner_of(cx), &list));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_key(&w, "tokens");
    jw_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        jw_object(&w);
        write_token(&w, &list.item[i]);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    return res_json(req, 200);
}

static enum err
refuse(struct ctx *cx, struct req *req, int status, const char *pointer, const char *text)
{
    struct field_error item[1] = {{pointer, str_of(text)}};
    struct field_error_list errors = {item, 1};

    return res_problem(cx, req, status, PROBLEM_INVALID_TOKEN, str_of(text), &errors);
}

/* POST /api/v1/tokens {"label": "...", "right": "read"} */
enum err
tokens_post(struct ctx *cx, struct req *req)
{
    struct str label, right, secret;
    struct json_error why;
    struct json *body;
    struct token t;
    unsigned rights;

    if (json_parse(cx->arena, req->body, TOKEN_BODY_MAX, &body, &why) != OK)
        return refuse(cx, req, 400, "", "the body is not a JSON object");
    label = str_trim(json_get_str(body, "label"));
    right = json_get_str(body, "right");
    if (label.len == 0 || utf8_count(label) > TOKEN_LABEL_MAX || utf8_has_control(label, ""))
        return refuse(cx, req, 422, "/label", "1 to 60 characters");
    if (str_is(right, "read"))
        rights = RIGHT_API_READ;
    else if (str_is(right, "order"))
        rights = RIGHT_API_READ | RIGHT_API_ORDER;
    else if (str_is(right, "admin"))
        rights = RIGHT_API_READ | RIGHT_API_ADMIN;
    else
        return refuse(cx, req, 422, "/right", "one of read, order, admin");
    /* One that only reads makes none: it changes nothing. */
    if ((rights & ~cx->actor.rights) != 0 ||
        (cx->actor.rights & (RIGHT_API_ORDER | RIGHT_API_ADMIN)) == 0)
        return ERR_DENIED;
    enum err e = token_create(cx, owner_of(cx), label, rights, &secret, &t);
    if (e == ERR_LIMIT)
        return refuse(cx, req, 409, "/label", "there are 20 tokens already; revoke one first");
    TRY(e);
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "token", secret);
    write_token(&w, &t);
    jw_close_object(&w);
    return res_json(req, 201);
}

/* DELETE /api/v1/tokens/{id} - not with a token that only reads. */
enum err
token_delete(struct ctx *cx, struct req *req)
{
    struct str id;

    TRY(req_path_str(req, "id", TOKEN_ID_LEN, &id));
    if ((cx->actor.rights & (RIGHT_API_ORDER | RIGHT_API_ADMIN)) == 0)
        return ERR_DENIED;
    TRY(token_revoke(cx, owner_of(cx), id));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "revoked", id);
    jw_close_object(&w);
    return res_json(req, 200);
}
