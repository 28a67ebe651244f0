/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act_int.h - what the files of staff/ and its tests share about dangerous acts.
 */
#ifndef MAILLON_STAFF_ACT_INT_H
#define MAILLON_STAFF_ACT_INT_H

#include "staff/staff.h"

enum { ACT_PAGE = 25, ACT_REASON_MAX = 1000, ACT_SUMMARY_MAX = 2000 };

/* A kind of act; name is what the database keeps of it. */
struct act_kind {
    const char *name;
    act_fn run;
    unsigned ask, decide; /* Of which rights one is needed. */
    const char *title;
    bool of_person;       /* subject_id is an account, which does not decide. */
};
struct act_table {
    const struct act_kind *item;
    size_t count;
};
/* The acts of src/acts.h. */
struct act_table act_table(void);

/* A request with what became of it, for lists. */
struct act_row {
    struct act_request request;
    const struct act_kind *kind; /* NULL: of a program that knew more acts. */
    int64_t expires_ms;
    enum act_state state;
    int64_t decided_by, decided_ms;
    struct str decided_why, trouble;
    struct str asker, decider; /* E-mail addresses. */
};
struct act_row_list {
    struct act_row *item;
    size_t count; /* Up to ACT_PAGE + 1: one more tells that the list goes on. */
};

/* Whether the actor may decide of a request, if it waits: neither theirs nor about them. */
enum act_bar { ACT_MAY, ACT_OWN, ACT_ABOUT_ACTOR, ACT_NO_RIGHT, ACT_UNKNOWN };
enum act_bar act_bar_of(const struct ctx *cx, const struct act_row *r);

NODISCARD enum err act_find(struct ctx *cx, struct act_table t, int64_t id, struct act_row *out);
/* Waiting: oldest first, after this id. Done: newest first, before this id (0: from the newest). */
NODISCARD enum err act_waiting(struct ctx *cx, struct act_table t, int64_t after_id,
                               struct act_row_list *out);
NODISCARD enum err act_done(struct ctx *cx, struct act_table t, int64_t before_id,
                            struct act_row_list *out);

/* act_ask, act_decide and act_count_waiting by another table of acts. */
NODISCARD enum err act_ask_in(struct ctx *cx, struct act_table t, size_t act, int64_t subject_id,
                              struct str args, struct str summary, struct str reason,
                              int64_t *id);
NODISCARD enum err act_decide_in(struct ctx *cx, struct act_table t, int64_t id,
                                 enum act_state to, struct str reason, struct str *why);
NODISCARD enum err act_count_in(struct ctx *cx, struct act_table t, int64_t *out);
/* Ends what nobody decided in time; *ended counts. Needs a write. */
NODISCARD enum err act_expire_due(struct ctx *cx, struct act_table t, int *ended);

#endif
