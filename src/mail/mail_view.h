/* SPDX-License-Identifier: Apache-2.0 */
/* mail_view.h - what mail.tmpl shows. */
#ifndef MAILLON_MAIL_VIEW_H
#define MAILLON_MAIL_VIEW_H

#include "html/parts.h"
#include "mail/mail_int.h"

struct mail_line {
    struct str text;
    struct url url; /* When the line is one link. */
};

struct mail_line_list {
    struct mail_line *item;
    size_t count;
};

struct mail_item {
    struct mail_row row;
    struct url url;
    struct str state;
    enum tone tone;
    struct str excerpt;
};

struct mail_item_list {
    struct mail_item *item;
    size_t count;
};

struct mail_list_view {
    struct page page;
    struct table table;
    struct mail_item_list mails;
    struct pager pager;
    struct empty_state empty;
};

struct mail_page_view {
    struct page page;
    struct mail_item mail;
    struct mail_line_list lines;
    struct summary_row_list facts;
};

#endif
