/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command: COMMAND(words, handler, needs, usage, help). See db/command.h. The first line of
 * help is shown in the list, the whole by "maillon help WORDS". Included several times: no
 * include guard.
 */

/* main */
COMMAND("help", help_cmd, NEEDS_NOTHING, "help [COMMAND]",
        "Lists the commands, or explains one, as COMMAND --help does.\n"
        "\"maillon help settings\" lists the settings and their environment variables.")
COMMAND("version", version_cmd, NEEDS_NOTHING, "version [--json]",
        "Prints the versions of the program and of the libraries it stands on.")
COMMAND("routes", routes_cmd, NEEDS_NOTHING, "routes [--json]",
        "Lists every URL with its method, right, mode and limits.")
COMMAND("serve", serve_cmd, NEEDS_DB, "serve [--listen ADDRESS:PORT] [--port-file FILE]",
        "Serves pages, API and jobs until SIGTERM or SIGINT.\n"
        "Applies waiting migrations first. --port-file writes the bound port, for port 0.")

/* job */
COMMAND("jobs", jobs_cmd, NEEDS_SCHEMA, "jobs [--json] [--retry ID]",
        "Lists background jobs by kind, and those given up with their last error.\n"
        "--retry ID lets a job that was given up run again, with all its attempts.")

/* db */
COMMAND("db migrate", db_migrate_cmd, NEEDS_DB, "db migrate [--json]",
        "Applies the steps of the schema that wait, each in its own transaction.\n"
        "\"maillon serve\" does the same when it starts.")
COMMAND("db status", db_status_cmd, NEEDS_DB, "db status [--json]",
        "Lists the steps of the schema: applied, waiting, edited or unknown.\n"
        "Exits 1 when an applied step differs from the program's, or is of a newer program.")
COMMAND("db backup", db_backup_cmd, NEEDS_DB, "db backup FILE [--json]",
        "Writes a consistent copy of an SQLite database while the server runs.\n"
        "FILE must not exist. A copy made with cp is not safe. For PostgreSQL use its own tools.")
COMMAND("db check", db_check_cmd, NEEDS_DB, "db check [--json]",
        "Checks that the database is whole and that its engine keeps what it acknowledges.\n"
        "Exits 1 and names what is wrong. \"maillon check\" verifies the program's own figures.")
COMMAND("demo", demo_cmd, NEEDS_SCHEMA, "demo",
        "Makes the people of the demonstration and says where to click.\n"
        "Only where MAILLON_DEMO is 1; \"make run\" calls it after import and publishing.")

/* check */
COMMAND("check", check_cmd, NEEDS_SCHEMA, "check [--recent] [--reopen] [--json]",
        "Verifies the invariants of stock, orders and money over the whole history; with --recent\n"
        "what changed in the last two hours, as the server does each minute.\n"
        "Prints what broke and exits 1. --reopen opens sales again that a breach had closed,\n"
        "when all invariants hold.")
/* figure */
COMMAND("figures", figures_cmd, NEEDS_SCHEMA, "figures [CAMPAIGN] [--rebuild] [--json]",
        "Shows what each campaign has reserved and sold, and to how many companies; with CAMPAIGN\n"
        "also by cohort, territory, department and headcount band. A running server folds new\n"
        "orders into these figures every few seconds; \"as of\" says how far it has come.\n"
        "--rebuild counts all of them anew. \"maillon check\" compares them with a recount.")

/* campaign */
COMMAND("campaign check", campaign_check_cmd, NEEDS_NOTHING, "campaign check FILE... [--json]",
        "Checks campaign files; lists every fault with its line and JSON path.\n"
        "Nothing is stored. The format is described by /schema/campaign-1.json of a running\n"
        "server (JSON Schema); this check goes further: references between the parts, VAT and\n"
        "stock for every territory that opens, a pack for every headcount admitted.\n"
        "With --json each file gives one line, in the order of the files.")
COMMAND("campaign publish", campaign_publish_cmd, NEEDS_SCHEMA,
        "campaign publish FILE [--open-now COHORT] [--json]",
        "Puts a campaign file in force as a new version.\n"
        "Open orders keep the version they were made under. The first version makes the\n"
        "campaign, its organiser and its stock pools; a later one adds pools that are new and\n"
        "leaves the stock of the others alone. The same text again changes nothing.\n"
        "--open-now COHORT (a code, or \"first\") is for demonstrations and refused unless\n"
        "MAILLON_DEMO=1: it moves all openings by whole days, such that the cohort has just\n"
        "opened, and publishes the file with the moved dates.")
COMMAND("campaign try", campaign_try_cmd, NEEDS_SCHEMA,
        "campaign try FILE [--at INSTANT] [--uptake PERCENT] [--json]",
        "Tries a campaign file on the whole register, without storing anything.\n"
        "Says how many companies may order by cohort, territory and headcount band, how many\n"
        "units they may claim in a period (least and most where only a band is known) against\n"
        "the stock of each pool, how long it lasts, and why others are refused. The stock is\n"
        "that of the campaign when it is published already, else the file's.\n"
        "--at gives another instant than now (2020-05-02T06:00:00Z), --uptake the share of\n"
        "companies expected to order (100).")
COMMAND("campaign list", campaign_list_cmd, NEEDS_SCHEMA, "campaign list [--json]",
        "Lists the published campaigns, newest first.")
COMMAND("campaign show", campaign_show_cmd, NEEDS_SCHEMA,
        "campaign show SLUG [--source] [--version N] [--json]",
        "Shows a campaign: versions, pools and what is left.\n"
        "--source prints the file as it was published, of the version in force or of another.")
COMMAND("campaign pause", campaign_pause_cmd, NEEDS_SCHEMA, "campaign pause SLUG MESSAGE",
        "Closes a campaign's sales for now, with a public message.\n"
        "Orders that are open go on: they can be paid and delivered.")
COMMAND("campaign resume", campaign_resume_cmd, NEEDS_SCHEMA, "campaign resume SLUG",
        "Opens a paused campaign's sales again.")
COMMAND("eligibility", eligibility_cmd, NEEDS_SCHEMA,
        "eligibility CAMPAIGN SIRET [--heads N] [--json]",
        "Says whether a company may order, how much and when, as the public page does.\n"
        "It knows what the register knows; --heads adds an exact headcount.")

/* invoice */
COMMAND("invoice issue", invoice_issue_cmd, NEEDS_SCHEMA, "invoice issue [--json]",
        "Writes the invoices and credit notes that are due now.\n"
        "A running server does the same every few seconds. Exits 1 when some cannot be written;\n"
        "the reason is in the log and on the finance page.")
COMMAND("invoice reconcile", invoice_reconcile_cmd, NEEDS_SCHEMA, "invoice reconcile FILE [--json]",
        "Compares the payment provider's settlement file with our payments and refunds.\n"
        "CSV with a header, comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; columns are\n"
        "found by name, SETTLE_COLUMNS names others. Lists unknown transactions, other amounts,\n"
        "repeated lines, payments that no file has and lines that cannot be read. The file is\n"
        "stored once: the same one again gives the same answer. Exits 1 when something differs.")
COMMAND("invoice fec", invoice_fec_cmd, NEEDS_SCHEMA,
        "invoice fec ORGANISER YEAR [--out FOLDER] [--pipe] [--json]",
        "Writes the journal of a civil year for accounting (FEC, article A47 A-1 LPF).\n"
        "The file is named by SIREN and closing date, 18 columns, tabs (--pipe: pipes); accounts\n"
        "are settings (FEC_CUSTOMERS, FEC_SALES, FEC_EXPORT, FEC_VAT, FEC_BANK). An existing file\n"
        "is replaced when the new one is whole.")

/* registry */
COMMAND("registry import", registry_import_cmd, NEEDS_SCHEMA,
        "registry import --units FILE --establishments FILE [--rejects FILE] [--max-bad PERCENT] "
        "[--max-gone PERCENT] [--json]",
        "Reads the two stock files of INSEE's Sirene register (.zip, .gz or plain CSV).\n"
        "Columns are found by name; layouts from 2019 on. A second month's files are applied as a\n"
        "difference: created, changed, closed, moved and gone companies are counted. Bad rows are\n"
        "listed with line, column and reason (the first 100 on standard error, all in --rejects)\n"
        "and left out; more than --max-bad (1 percent) of them end the import. More than\n"
        "--max-gone (5 percent) of the known companies missing from the files end it before any\n"
        "of them is closed. A run that was cut short goes on when it is started again with the\n"
        "same files. On SQLite a running server's orders go first, and wait some 10 ms at most.")
COMMAND("registry members", registry_members_cmd, NEEDS_SCHEMA,
        "registry members --network CMA|CCI [--replace] [--rejects FILE] [--max-bad PERCENT] "
        "FILE [--json]",
        "Reads a chamber's own list of members, which wins over what the register implies.\n"
        "A CSV file (comma or semicolon) with a header: siren, e-mail, telephone, in French or\n"
        "English. Lines add to the list or replace a company's entry; with --replace members of\n"
        "this network that the file does not name are struck off. Nothing is written when more\n"
        "than --max-bad (1 percent) of the lines are bad.")
COMMAND("registry show", registry_show_cmd, NEEDS_SCHEMA, "registry show SIRET|SIREN [--json]",
        "Shows what our mirror of the register knows of an establishment or a company.\n"
        "A chamber's e-mail address is never shown whole.")
COMMAND("registry generate", registry_generate_cmd, NEEDS_NOTHING,
        "registry generate --units N --out FOLDER [--seed S] [--month 1|2] [--json]",
        "Writes an invented register in the form of INSEE's two files, for load and tests.\n"
        "Numbers are valid, communes and postal codes true, shares of bands, legal forms and\n"
        "closed companies realistic. One seed gives the same files always. --month 2 writes the\n"
        "next month of the same register and prints how many companies differ, by kind.")

/* mail */
COMMAND("mail test", mail_test_cmd, NEEDS_SCHEMA, "mail test [--json] [--queue] ADDRESS",
        "Sends a test message by the settings and prints what the relay answered.\n"
        "Exits 1 when it was not sent; the server then tries again. --queue leaves the sending\n"
        "to the server altogether.")
COMMAND("mail list", mail_list_cmd, NEEDS_SCHEMA, "mail list [--json]",
        "Lists the last 50 messages with their state and the relay's last answer, without\n"
        "addresses.")

/* payment */
COMMAND("payment list", payment_list_cmd, NEEDS_SCHEMA, "payment list [--before ID] [--json]",
        "Lists the newest payments, fifty at a time, with their state and the provider's\n"
        "reference. --before ID goes on with older ones.")
COMMAND("payment reconcile", payment_reconcile_cmd, NEEDS_SCHEMA,
        "payment reconcile [--older MINUTES] [--json]",
        "Asks the provider now about every open payment, tries parked notifications and\n"
        "refunds that are due. The server does the same by itself, with growing pauses.\n"
        "--older MINUTES leaves out payments begun since. Exits 6 when some gave no answer.")

/* account */
COMMAND("account grant", account_grant_cmd, NEEDS_SCHEMA,
        "account grant EMAIL --organiser SLUG --role ROLE[,ROLE] [--json]",
        "Gives a person roles in an organiser in place of those before: admin, stock, agent,\n"
        "finance, auditor, several with commas between, or none. No role contains another.\n"
        "The account is made if there is none. Its sessions end, so that the new rights hold.\n"
        "The change stands in the organiser's journal. Nobody is asked to approve it, as in the\n"
        "console: whoever runs commands on this host is trusted.")
COMMAND("account link", account_link_cmd, NEEDS_SCHEMA,
        "account link EMAIL SIREN --proof TEXT [--json]",
        "Lets a person act for a company, with how that was proven.")
COMMAND("account reset-proof", account_reset_proof_cmd, NEEDS_SCHEMA,
        "account reset-proof EMAIL [--json]",
        "Takes away a person's second proof, so that it is set up anew at the next sign-in.\n"
        "For when no administrator can do it any more on the person's page. Noted in the journal,\n"
        "sessions end, and the person is told by mail.")
COMMAND("account list", account_list_cmd, NEEDS_SCHEMA, "account list [--before ID] [--json]",
        "Lists the accounts, newest first, 200 at a time, with roles and number of companies.")
COMMAND("account letters", account_letters_cmd, NEEDS_SCHEMA,
        "account letters --out FILE.csv|FILE.txt [--batch N] [--json]",
        "Writes the activation letters that wait, for the printer: address lines and codes.\n"
        "Each letter is in one batch only. A run that was cut short is taken up by the next one,\n"
        "with the same codes; --batch N writes batch N again. The file holds secrets: give it to\n"
        "the printer alone and delete it.")
COMMAND("token create", token_create_cmd, NEEDS_SCHEMA,
        "token create --siren SIREN|--organiser SLUG --label TEXT [--right read|order|admin] "
        "[--json]",
        "Makes an API token and prints it, this once. It holds for a year.")
COMMAND("token list", token_list_cmd, NEEDS_SCHEMA,
        "token list --siren SIREN|--organiser SLUG [--json]",
        "Lists the tokens of a company or an organiser: id, right, label.")
COMMAND("token revoke", token_revoke_cmd, NEEDS_SCHEMA,
        "token revoke ID --siren SIREN|--organiser SLUG [--json]",
        "Ends a token at once.")

/* track */
COMMAND("delivery track", delivery_track_cmd, NEEDS_SCHEMA, "delivery track [NUMBER] [--json]",
        "Asks La Poste's tracking service now about the parcels that are due, as a running server\n"
        "does every minute; with NUMBER about that parcel, due or not. It stays polite: at most\n"
        "TRACK_RATE requests, none while the service asked to be left alone or has failed several\n"
        "times. Exits 6 when the service gave no useful answer.")
COMMAND("delivery status", delivery_status_cmd, NEEDS_SCHEMA,
        "delivery status FILE.csv [--dry-run] [--json]",
        "Reads a carrier's status file: parcel number, status, date and place, by the names of\n"
        "its header; comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. Good lines are\n"
        "applied together, the others listed with their number; the same file again changes\n"
        "nothing.")

/* export */
COMMAND("export", export_cmd, NEEDS_SCHEMA,
        "export KIND --organiser SLUG [--campaign SLUG] [--from DAY] [--to DAY] [--out FILE] "
        "[--json]",
        "Writes an organiser's rows as CSV (RFC 4180), from one snapshot, to standard output.\n"
        "KIND is orders, lines, parcels, movements, payments, refunds, or buyers (the orders with\n"
        "personal data). --from and --to are days in Paris, both included. With --out the file\n"
        "takes its name once it is whole, and its rows and SHA-256 are printed. What was taken\n"
        "stands on the console's page of exports.")

/* privacy */
COMMAND("privacy status", privacy_status_cmd, NEEDS_SCHEMA, "privacy status [--json]",
        "Lists what goes by its age: the period, how many went in all and at the last run.\n"
        "Periods are settings (MAILLON_KEEP_..., in days); a running server looks once a day.")
COMMAND("privacy purge", privacy_purge_cmd, NEEDS_SCHEMA, "privacy purge [--dry-run] [--json]",
        "Lets go now of what is older than its period, in small steps beside a running server.\n"
        "--dry-run only counts what would go.")
COMMAND("privacy schema", privacy_schema_cmd, NEEDS_NOTHING, "privacy schema",
        "Prints the JSON Schema of donnees.json, the file for programs in a copy of somebody's\n"
        "data.")

/* stock */
COMMAND("stock show", stock_show_cmd, NEEDS_SCHEMA, "stock show CAMPAIGN [--csv] [--json]",
        "Shows what each pool of a campaign expects, has, holds for orders and has handed over.\n"
        "received = available + held + sold + handed + quarantined + withdrawn + sent.")
COMMAND("stock batches", stock_batches_cmd, NEEDS_SCHEMA,
        "stock batches CAMPAIGN [--pool CODE] [--csv] [--json]",
        "Lists the batches of a campaign with where their units are. Units that came without a\n"
        "batch number stand under an empty lot.")
COMMAND("stock movements", stock_movements_cmd, NEEDS_SCHEMA,
        "stock movements CAMPAIGN [--pool CODE] [--kind KIND] [--lot LOT [--good CODE]] "
        "[--order REF] [--from DAY] [--to DAY] [--before ID] [--csv] [--json]",
        "Lists the movements of a campaign's stock, the newest first, 200 at a time; --csv writes\n"
        "all of them. KIND is receive, hold, release, sell, resell, return, withdraw, spoil,\n"
        "quarantine, clear, scrap or send. Sales know no lot: --lot finds what was moved by hand.\n"
        "--from and --to are days in Paris, both included; --before ID goes on with older ones.")
COMMAND("stock recipients", stock_recipients_cmd, NEEDS_SCHEMA,
        "stock recipients CAMPAIGN LOT [--good CODE] [--csv] [--json]",
        "Lists who has or had units of a lot, recalled or not: order, company, how to reach it,\n"
        "where the units are, and what follows a recall. It holds personal data: the journal\n"
        "notes that it was taken.")
