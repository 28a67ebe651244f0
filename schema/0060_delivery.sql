-- SPDX-License-Identifier: Apache-2.0
--
-- Preparation: waves, parcels, their documents, hand-over. The states of a parcel stand in
-- src/delivery/delivery.h.

-- Packs that were paid and could not be sent: they no longer count in quota, stock and money.
ALTER TABLE orders ADD COLUMN short_units {INT} NOT NULL DEFAULT 0 CHECK (short_units >= 0);
ALTER TABLE orders ADD COLUMN short_net_cents {INT} NOT NULL DEFAULT 0
    CHECK (short_net_cents >= 0);
ALTER TABLE orders ADD COLUMN short_vat_cents {INT} NOT NULL DEFAULT 0
    CHECK (short_vat_cents >= 0);
-- What a wave looks for: paid orders by age.
CREATE INDEX orders_to_prepare ON orders (campaign_id, paid_ms, id) WHERE state = 3;

CREATE TABLE wave (
    id {ID},
    organiser_id {INT} NOT NULL,
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 6),
    carrier TEXT NOT NULL,
    pool_id {INT} NOT NULL,                  -- 0: every warehouse.
    territory_from {INT} NOT NULL,           -- enum territory, both ends included.
    territory_to {INT} NOT NULL,
    paid_until_ms {INT} NOT NULL,            -- Orders paid before.
    wanted {INT} NOT NULL CHECK (wanted > 0),
    orders {INT} NOT NULL DEFAULT 0,         -- Taken so far.
    labels_wanted {INT} NOT NULL DEFAULT 0 CHECK (labels_wanted IN (0, 1)),
    account_id {INT} NOT NULL,
    created_ms {INT} NOT NULL,
    run_ms {INT} NOT NULL DEFAULT 0,         -- Labels: when this run began ...
    run_from {INT} NOT NULL DEFAULT 0,       -- ... and how many there were then.
    done_ms {INT} NOT NULL DEFAULT 0
) {STRICT};
CREATE INDEX wave_organiser ON wave (organiser_id, id);

-- What was given to a carrier at one pick-up.
CREATE TABLE handover (
    id {ID},
    organiser_id {INT} NOT NULL,
    carrier TEXT NOT NULL,
    parcels {INT} NOT NULL CHECK (parcels > 0),
    weight_g {INT} NOT NULL,
    account_id {INT} NOT NULL,
    created_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX handover_organiser ON handover (organiser_id, id);

CREATE TABLE parcel (
    id {ID},
    organiser_id {INT} NOT NULL,
    order_id {INT} NOT NULL REFERENCES orders (id),
    wave_id {INT} REFERENCES wave (id),      -- NULL: waits for a wave.
    nth {INT} NOT NULL CHECK (nth > 0),
    pool_id {INT} NOT NULL REFERENCES stock_pool (id),
    carrier TEXT NOT NULL,
    product TEXT NOT NULL,
    sender_ref TEXT NOT NULL UNIQUE,
    number TEXT UNIQUE,
    partner_number TEXT NOT NULL DEFAULT '',
    weight_g {INT} NOT NULL CHECK (weight_g > 0),
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 10),
    problem TEXT NOT NULL DEFAULT '',
    packed_ms {INT} NOT NULL DEFAULT 0,
    asked_ms {INT} NOT NULL DEFAULT 0,
    next_try_ms {INT} NOT NULL DEFAULT 0,    -- Not asked, and not looked up, before.
    tries {INT} NOT NULL DEFAULT 0,
    labelled_ms {INT} NOT NULL DEFAULT 0,
    handed_ms {INT} NOT NULL DEFAULT 0,
    told_ms {INT} NOT NULL DEFAULT 0,        -- The buyer was written to about its hand-over.
    handover_id {INT} REFERENCES handover (id),
    changed_ms {INT} NOT NULL,
    UNIQUE (order_id, nth),
    -- A label has its number; what has left the house had a label.
    CHECK (state NOT IN (3, 4, 5, 6, 7, 8) OR number IS NOT NULL),
    CHECK ((handover_id IS NULL) = (handed_ms = 0))
) {STRICT};
CREATE INDEX parcel_wave ON parcel (wave_id, state, id);
CREATE INDEX parcel_left ON parcel (organiser_id, order_id) WHERE wave_id IS NULL;
CREATE INDEX parcel_changed ON parcel (changed_ms);
CREATE INDEX parcel_to_hand ON parcel (organiser_id, carrier, id) WHERE state = 3;
CREATE INDEX parcel_handover ON parcel (handover_id) WHERE handover_id IS NOT NULL;

CREATE TABLE parcel_item (
    parcel_id {INT} NOT NULL REFERENCES parcel (id),
    line {INT} NOT NULL,
    packs {INT} NOT NULL CHECK (packs > 0),
    PRIMARY KEY (parcel_id, line)
){NOROWID};

-- As the carrier sent them: 1 label, 2 customs form.
CREATE TABLE parcel_document (
    parcel_id {INT} NOT NULL REFERENCES parcel (id),
    kind {INT} NOT NULL CHECK (kind IN (1, 2)),
    type TEXT NOT NULL,
    bytes {BLOB} NOT NULL,
    PRIMARY KEY (parcel_id, kind)
) {STRICT};

-- Numbers of the carrier that lets us give them: how many of a series are taken.
CREATE TABLE parcel_series (
    series TEXT NOT NULL PRIMARY KEY,
    taken {INT} NOT NULL CHECK (taken >= 0)
){NOROWID};

CREATE TABLE order_shortage (
    id {ID},
    order_id {INT} NOT NULL REFERENCES orders (id),
    line {INT} NOT NULL,
    packs {INT} NOT NULL CHECK (packs > 0),
    units {INT} NOT NULL CHECK (units > 0),
    net_cents {INT} NOT NULL CHECK (net_cents >= 0),
    vat_cents {INT} NOT NULL CHECK (vat_cents >= 0),
    reason TEXT NOT NULL,
    account_id {INT} NOT NULL,
    at_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX order_shortage_order ON order_shortage (order_id);
CREATE INDEX order_shortage_at ON order_shortage (at_ms);
