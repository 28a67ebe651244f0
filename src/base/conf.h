/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.h - settings, read once at start from the command line and the environment.
 *
 * Each has an environment variable MAILLON_<NAME>; the list is doc/operating.md's. Secrets are
 * taken from the environment or from a file named by MAILLON_<NAME>_FILE, never from arguments.
 * Read-only once the program runs.
 */
#ifndef MAILLON_BASE_CONF_H
#define MAILLON_BASE_CONF_H

#include "base/err.h"
#include "base/str.h"

/* field, variable, default, secret?, what it is (shown by "maillon help settings") */
#define CONF_MAP(X)                                                                               \
    X(db, "DB", "sqlite:var/maillon.db", false, "database: sqlite:PATH or postgresql://...")      \
    X(listen, "LISTEN", "127.0.0.1:8080", false, "address and port to serve on")                  \
    X(base_url, "BASE_URL", "http://localhost:8080", false, "public address, without last slash") \
    X(log_level, "LOG_LEVEL", "info", false, "debug, info, warn or error")                        \
    X(demo, "DEMO", "0", false, "1: demo pages (mail folder shown, accounts listed)")             \
    X(operator, "OPERATOR", "", false, "who runs this instance, for the legal notice")            \
    X(operator_address, "OPERATOR_ADDRESS", "", false, "its postal address")                      \
    X(hosting, "HOSTING", "", false, "who hosts it: name and address")                            \
    X(contact, "CONTACT", "", false, "e-mail address for questions and personal data")            \
    X(open_data, "OPEN_DATA", "1", false, "1: stock and sales are published on /donnees; 0: not") \
    X(workers, "WORKERS", "0", false, "worker threads; 0: one per processor, at least 2")         \
    X(proxies, "PROXIES", "", false, "addresses whose X-Forwarded-For is believed, comma between") \
    X(rate, "RATE", "1200", false, "requests a minute and client address; 0: no rate limit")      \
    X(connections, "CONNECTIONS", "0", false, "connections at most; 0: 20000 or what files allow") \
    X(queue, "QUEUE", "16384", false, "requests that may wait for the database before 503")       \
    X(head_timeout_ms, "HEAD_TIMEOUT_MS", "10000", false, "for a request's head to arrive")       \
    X(body_timeout_ms, "BODY_TIMEOUT_MS", "30000", false, "for a request's body to arrive")       \
    X(idle_timeout_ms, "IDLE_TIMEOUT_MS", "60000", false, "between two requests")                 \
    X(metrics_token, "METRICS_TOKEN", "", true, "bearer token for /metrics from other machines")  \
    X(staff_totp, "STAFF_TOTP", "required", false, "second proof of staff: required or optional") \
    X(secret, "SECRET", "", true, "key for signed values; made at first start if empty") \
    X(mail, "MAIL", "dir:var/mail", false, "dir:PATH, smtp://host:port or smtps://host:port")     \
    X(mail_user, "MAIL_USER", "", false, "SMTP user")                                             \
    X(mail_password, "MAIL_PASSWORD", "", true, "SMTP password")                                  \
    X(mail_from, "MAIL_FROM", "maillon@localhost", false, "sender of all mail")                   \
    X(pay, "PAY", "lyra", false, "payment provider: lyra or stripe")                              \
    X(lyra_url, "LYRA_URL", "", false, "form page, e.g. https://host/vads-payment/")              \
    X(lyra_rest_url, "LYRA_REST_URL", "", false, "REST V4, e.g. https://host/api-payment")        \
    X(lyra_site, "LYRA_SITE", "", false, "site id, 8 digits")                                     \
    X(lyra_mode, "LYRA_MODE", "TEST", false, "TEST or PRODUCTION")                                \
    X(lyra_key, "LYRA_KEY", "", true, "HMAC key of the form protocol")                            \
    X(lyra_password, "LYRA_PASSWORD", "", true, "password of REST V4")                            \
    X(carrier, "CARRIER", "generic", false, "carrier of new waves: colissimo or generic")         \
    X(sender_company, "SENDER_COMPANY", "", false, "sender on parcels: name, at most 35 signs")   \
    X(sender_street, "SENDER_STREET", "", false, "its number and street")                         \
    X(sender_postal_code, "SENDER_POSTAL_CODE", "", false, "its postal code")                     \
    X(sender_city, "SENDER_CITY", "", false, "its city")                                          \
    X(sender_phone, "SENDER_PHONE", "", false, "its telephone")                                   \
    X(sender_email, "SENDER_EMAIL", "", false, "its e-mail address")                              \
    X(colissimo_url, "COLISSIMO_URL", "", false, "SLS REST, e.g. https://host/.../2.0")           \
    X(colissimo_contract, "COLISSIMO_CONTRACT", "", false, "contract number")                     \
    X(colissimo_password, "COLISSIMO_PASSWORD", "", true, "its password")                         \
    X(colissimo_api_key, "COLISSIMO_API_KEY", "", true, "apiKey header, instead of the two")      \
    X(colissimo_format, "COLISSIMO_FORMAT", "PDF_10x15_300dpi", false, "of labels")               \
    X(colissimo_find_url, "COLISSIMO_FIND_URL", "", false, "look-up by our reference, if any")    \
    X(generic_name, "GENERIC_NAME", "Transporteur", false, "name of the carrier by files")        \
    X(generic_prefix, "GENERIC_PREFIX", "8L", false, "first two signs of its parcel numbers")     \
    X(generic_first, "GENERIC_FIRST", "1", false, "first of the ten digits it lets us give")      \
    X(generic_track_url, "GENERIC_TRACK_URL", "", false, "page of a parcel; its number follows")  \
    X(parcel_unit_g, "PARCEL_UNIT_G", "15", false, "grams of a unit whose weight is not given")   \
    X(parcel_box_g, "PARCEL_BOX_G", "150", false, "grams of an empty box")                        \
    X(parcel_max_g, "PARCEL_MAX_G", "30000", false, "grams of a parcel at most")                  \
    X(customs_hs, "CUSTOMS_HS", "630790", false, "customs code of goods that have none")          \
    X(customs_origin, "CUSTOMS_ORIGIN", "FR", false, "country of origin of goods")                \
    X(carrier_settle_ms, "CARRIER_SETTLE_MS", "30000", false, "until a lost answer is looked up") \
    X(laposte_url, "LAPOSTE_URL", "https://api.laposte.fr/suivi/v2", false, "tracking API base")   \
    X(laposte_key, "LAPOSTE_KEY", "", true, "X-Okapi-Key of tracking; empty: not asked")          \
    X(track_rate, "TRACK_RATE", "20", false, "tracking requests a minute, 120 at most")           \
    X(track_silent_days, "TRACK_SILENT_DAYS", "7", false, "days without news before a trouble") \
    X(stripe_url, "STRIPE_URL", "https://api.stripe.com", false, "Stripe API base")               \
    X(stripe_key, "STRIPE_KEY", "", true, "Stripe secret key")                                    \
    X(stripe_hook_secret, "STRIPE_HOOK_SECRET", "", true, "whsec_..., two while rotating") \
    X(settle_columns, "SETTLE_COLUMNS", "", false, "columns of settlement files: ref=Name,...") \
    X(fec_customers, "FEC_CUSTOMERS", "411000", false, "account of the buyers in the journal")    \
    X(fec_sales, "FEC_SALES", "707000", false, "account of taxed sales")                          \
    X(fec_export, "FEC_EXPORT", "707900", false, "account of sales without VAT")                  \
    X(fec_vat, "FEC_VAT", "445710", false, "account of VAT collected")                            \
    X(fec_bank, "FEC_BANK", "512000", false, "account of the bank")                               \
    X(keep_accounts, "KEEP_ACCOUNTS", "730", false, "days: an account nobody signs in with")      \
    X(keep_limits, "KEEP_LIMITS", "90", false, "days: counters of codes sent, for limits")        \
    X(keep_claims, "KEEP_CLAIMS", "90", false, "days: a claim to a company without any proof")    \
    X(keep_review_notes, "KEEP_REVIEW_NOTES", "365", false, "days: what people wrote to agents")  \
    X(keep_desk_notes, "KEEP_DESK_NOTES", "365", false, "days: what agents noted of companies")   \
    X(keep_tokens, "KEEP_TOKENS", "365", false, "days: an API token that has ended")              \
    X(keep_mails, "KEEP_MAILS", "90", false, "days: address and text of a mail")                  \
    X(keep_payment_news, "KEEP_PAYMENT_NEWS", "400", false, "days: bytes of a notification")      \
    X(keep_orders, "KEEP_ORDERS", "1095", false, "days: whom a closed order was delivered to")    \
    X(keep_complaints, "KEEP_COMPLAINTS", "365", false, "days: text and photos of a complaint")   \
    X(keep_labels, "KEEP_LABELS", "90", false, "days: the carrier's labels, from hand-over")      \
    X(keep_customs, "KEEP_CUSTOMS", "1460", false, "days: customs forms, from hand-over")         \
    X(erase_wait, "ERASE_WAIT", "3", false, "days: a person may take back a wish to be forgotten")

struct conf {
#define CONF_FIELD(field, env, def, secret, help) struct str field;
    CONF_MAP(CONF_FIELD)
#undef CONF_FIELD
};

/* Fills from the environment and the defaults; strings live as long as the process. ERR_INVALID
 * with a line on standard error when a _FILE cannot be read. */
NODISCARD enum err conf_load(struct conf *c);
/* What a setting is when it is not given; the empty text for an unknown name ("DB"). */
struct str conf_default(struct str name);
/* Sets one by its variable's name without the prefix ("DB"); false when there is none such. */
bool conf_set(struct conf *c, struct str name, struct str value);

#endif
