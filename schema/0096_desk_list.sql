-- SPDX-License-Identifier: Apache-2.0
--
-- What the agents' list of orders walks, and companies whose words wait to be made anew.

-- Each state of a campaign by number, in place of the index over the campaign alone and of the one
-- over rare states: an order that is placed writes as many indexes as before. SQLite's index ends
-- with the row's id by itself.
DROP INDEX orders_campaign;
DROP INDEX orders_odd;
-- [sqlite]
CREATE INDEX orders_state ON orders (campaign_id, state);
-- [all]
-- [pg]
CREATE INDEX orders_state ON orders (campaign_id, state, id);
-- [all]

-- A company's complaints among all.
CREATE INDEX complaint_company ON complaint (organiser_id, siren, id);

-- Orders by where they go, which never changes. DESK_INDEX writes it, so that a buyer need not.
CREATE TABLE desk_place (
    campaign_id {INT} NOT NULL,
    department TEXT NOT NULL,
    order_id {INT} NOT NULL,
    PRIMARY KEY (campaign_id, department, order_id)
){NOROWID};
INSERT INTO desk_place (campaign_id, department, order_id)
SELECT campaign_id, department, id FROM orders
 WHERE id <= COALESCE((SELECT last_id FROM desk_mark WHERE source = 'orders'), 0)
 ORDER BY campaign_id, department, id;

-- Companies that lost their words with an order that was let go: DESK_INDEX makes them anew, of
-- what is left.
CREATE TABLE desk_stale (
    organiser_id {INT} NOT NULL,
    siren {INT} NOT NULL,
    PRIMARY KEY (organiser_id, siren)
){NOROWID};
