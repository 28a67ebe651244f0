/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy_form.c - which tables a copy holds, and how their values are written: what copy.c writes and
 * copy_schema.c describes.
 */
#include "delivery/delivery.h"
#include "payment/payment.h"
#include "privacy/copy.h"

static const struct copy_section sections[] = {
    {"account", SQL_FILE_ACCOUNT, "P", PART_ACCOUNT, false},
    {"sign_in", SQL_FILE_SIGN_INS, "P", PART_ACCOUNT, false},
    {"session", SQL_FILE_SESSIONS, "P", PART_ACCOUNT, false},
    {"privacy_request", SQL_FILE_REQUESTS, "PA", PART_ACCOUNT, false},
    {"privacy_file", SQL_FILE_FILES, "PA", PART_ACCOUNT, false},
    {"account", SQL_FILE_PEOPLE, "SA", PART_PEOPLE, true},
    {"company", SQL_FILE_COMPANY, "S", PART_COMPANY, false},
    {"establishment", SQL_FILE_ESTABLISHMENTS, "SA", PART_COMPANY, false},
    {"registry_member", SQL_FILE_MEMBER, "S", PART_COMPANY, false},
    {"company_declaration", SQL_FILE_DECLARATION, "S", PART_COMPANY, false},
    {"company_link", SQL_FILE_LINKS, "SP", PART_COMPANY, false},
    {"claim", SQL_FILE_CLAIMS, "SPA", PART_COMPANY, false},
    {"letter", SQL_FILE_LETTERS, "SPA", PART_COMPANY, false},
    {"review", SQL_FILE_REVIEWS, "SPA", PART_COMPANY, false},
    {"desk_note", SQL_FILE_NOTES, "SOA", PART_COMPANY, false},
    {"account_event", SQL_FILE_HISTORY, "SPA", PART_COMPANY, false},
    {"api_token", SQL_FILE_TOKENS, "SP", PART_COMPANY, false},
    {"mail", SQL_FILE_CLAIM_MAILS, "SPA", PART_COMPANY, true},
    {"session", SQL_FILE_COMPANY_SESSIONS, "S", PART_COMPANY, true},
    {"privacy_request", SQL_FILE_COMPANY_REQUESTS, "SOA", PART_COMPANY, true},
    {"order_contact", SQL_FILE_CONTACT, "R", PART_ORDER, false},
    {"order_line", SQL_FILE_LINES, "R", PART_ORDER, false},
    {"order_event", SQL_FILE_EVENTS, "R", PART_ORDER, false},
    {"payment", SQL_FILE_PAYMENTS, "R", PART_ORDER, false},
    {"refund", SQL_FILE_REFUNDS, "R", PART_ORDER, false},
    {"payment_event", SQL_FILE_PAYMENT_NEWS, "RA", PART_ORDER, false},
    {"parcel", SQL_FILE_PARCELS, "R", PART_ORDER, false},
    {"parcel_item", SQL_FILE_ITEMS, "R", PART_ORDER, false},
    {"parcel_event", SQL_FILE_NEWS, "R", PART_ORDER, false},
    {"parcel_trouble", SQL_FILE_TROUBLES, "R", PART_ORDER, false},
    {"parcel_document", SQL_FILE_DOCUMENTS, "R", PART_ORDER, false},
    {"order_shortage", SQL_FILE_SHORTAGES, "R", PART_ORDER, false},
    {"stock_pick", SQL_FILE_PICKS, "R", PART_ORDER, false},
    {"stock_recall_order", SQL_FILE_RECALLS, "R", PART_ORDER, false},
    {"complaint", SQL_FILE_COMPLAINTS, "R", PART_ORDER, false},
    {"complaint_message", SQL_FILE_MESSAGES, "R", PART_ORDER, false},
    {"complaint_photo", SQL_FILE_PHOTOS, "R", PART_ORDER, false},
    {"invoice", SQL_FILE_INVOICES, "R", PART_ORDER, false},
    {"mail", SQL_FILE_ORDER_MAILS, "R", PART_ORDER, true},
};

const struct copy_section copy_orders = {"orders", SQL_FILE_ORDERS, "SOBA", PART_COMPANY, false};
const struct copy_section copy_mails = {"mail", SQL_FILE_MAILS, "PA", PART_ACCOUNT, false};

const struct copy_section *
copy_sections(size_t *count)
{
    *count = sizeof sections / sizeof sections[0];
    return sections;
}

const char *
copy_key(struct arena *a, const struct known *k)
{
    int len = (int)strlen(k->column);

    switch (k->form) {
    case FORM_INSTANT:
        return str_printf(a, "%.*s_at", len - (int)strlen("_ms"), k->column).ptr;
    case FORM_REF:
        return str_printf(a, "%.*s", len - (int)strlen("_id"), k->column).ptr;
    case FORM_FILE:
        return "file";
    default:
        return k->column;
    }
}

const char *
copy_word(enum known_form form, int64_t n)
{
    static const char *const claims[] = {"", "waiting", "review", "proven", "refused", "given_up"};
    static const char *const reviews[] = {"", "open", "accepted", "refused"};
    static const char *const complaints[] = {"", "open", "answered", "accepted", "refused"};
    static const char *const kinds[] = {"", "missing", "damaged", "short", "wrong"};

    switch (form) {
    case FORM_TERRITORY:
        return territory_code((enum territory)n);
    case FORM_BAND:
        return band_code((enum band)n);
    case FORM_ORDER_STATE:
        return n == 0 ? "" : order_state_code((enum order_state)n);
    case FORM_PARCEL_STATE:
        return parcel_state_code((enum parcel_state)n);
    case FORM_PAYMENT_STATE:
        return payment_state_code((enum payment_state)n);
    case FORM_REFUND_STATE:
        return refund_state_code(n);
    case FORM_CLAIM_STATE:
        return claims[n];
    case FORM_REVIEW_STATE:
        return reviews[n];
    case FORM_COMPLAINT_STATE:
        return complaints[n];
    case FORM_COMPLAINT_KIND:
        return kinds[n];
    case FORM_SIDE:
        return n == 1 ? "buyer" : "organiser";
    default:
        return n == 1 ? "label" : "customs";
    }
}

