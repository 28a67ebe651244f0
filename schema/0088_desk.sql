-- SPDX-License-Identifier: Apache-2.0
--
-- The agents' desk: orders taken by telephone, notes about companies, and what the search looks
-- into. Whatever an organiser's agents find or write carries the organiser.

-- Beside an order that an agent entered: who was on the telephone. Mails go to the account's
-- address; the account need not be linked to the company. link: the number of the payment link
-- that is good; a new one ends those before.
CREATE TABLE order_contact (
    order_id {INT} NOT NULL PRIMARY KEY REFERENCES orders (id),
    account_id {INT} NOT NULL REFERENCES account (id),
    agent_id {INT} NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    link {INT} NOT NULL DEFAULT 1 CHECK (link > 0),
    at_ms {INT} NOT NULL
){NOROWID};
CREATE INDEX order_contact_account ON order_contact (account_id);

-- An organiser's orders, newest first. SQLite's index ends with the row's id by itself.
-- [sqlite]
CREATE INDEX orders_campaign ON orders (campaign_id);
-- [all]
-- [pg]
CREATE INDEX orders_campaign ON orders (campaign_id, id);
-- [all]
-- States that need a person are rare, and looked for among millions.
CREATE INDEX orders_odd ON orders (campaign_id, state, id) WHERE state IN (9, 11, 12);
-- What is the matter with an order.
CREATE INDEX parcel_trouble_order ON parcel_trouble (order_id) WHERE closed_ms = 0;
CREATE INDEX parcel_refused ON parcel (organiser_id, order_id) WHERE state = 10;

-- What agents note about a company. Never changed; a row goes only when a person's data must.
CREATE TABLE desk_note (
    id {ID},
    organiser_id {INT} NOT NULL,
    siren {INT} NOT NULL,
    account_id {INT} NOT NULL,
    text TEXT NOT NULL,
    at_ms {INT} NOT NULL
){STRICT};
CREATE INDEX desk_note_company ON desk_note (siren, organiser_id, id);
CREATE INDEX desk_note_age ON desk_note (at_ms);

-- [sqlite]
CREATE TRIGGER desk_note_update BEFORE UPDATE ON desk_note
BEGIN SELECT RAISE(ABORT, 'notes are never changed'); END;
-- [all]
-- [pg]
CREATE TRIGGER desk_note_fixed BEFORE UPDATE ON desk_note
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- [all]

-- Words of the companies an organiser has dealt with (orders, reviews): of the register's name and
-- sign, and of what the company itself wrote on its orders. organiser_id 0: every organiser. In
-- capitals without accents. DESK_INDEX follows what is new; desk_mark says how far it came.
-- [sqlite]
CREATE TABLE desk_word (
    organiser_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    siren INTEGER NOT NULL,
    PRIMARY KEY (organiser_id, word, siren)
) WITHOUT ROWID, STRICT;
-- [all]
-- [pg]
CREATE TABLE desk_word (
    organiser_id BIGINT NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    siren BIGINT NOT NULL,
    PRIMARY KEY (organiser_id, word, siren)
);
-- [all]
CREATE INDEX desk_word_company ON desk_word (organiser_id, siren, word);
CREATE TABLE desk_mark (
    source TEXT NOT NULL PRIMARY KEY,
    last_id {INT} NOT NULL
){NOROWID};

-- Names of the whole register by their beginning, in capitals without accents; a person's with the
-- family name first. The import writes it in sorted runs (registry/names.c).
-- [sqlite]
CREATE TABLE company_name (
    key TEXT NOT NULL,
    siren INTEGER NOT NULL,
    PRIMARY KEY (key, siren)
) WITHOUT ROWID, STRICT;
-- [all]
-- [pg]
CREATE TABLE company_name (
    key TEXT COLLATE "C" NOT NULL,
    siren BIGINT NOT NULL,
    PRIMARY KEY (key, siren)
);
-- [all]
-- Up to which SIREN the names that this run found new are there.
ALTER TABLE registry_import ADD COLUMN named {INT} NOT NULL DEFAULT 0;
