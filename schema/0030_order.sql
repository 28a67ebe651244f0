-- SPDX-License-Identifier: Apache-2.0
--
-- Stock and orders. Movements and order events are append-only: triggers refuse every change.
-- Counters carry CHECKs, so that no code path can sell what is not there.

CREATE TABLE stock_pool (
    id {ID},
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    code TEXT NOT NULL,
    UNIQUE (campaign_id, code)
) {STRICT};

-- One slot on SQLite; several on PostgreSQL, so that many nodes sell at once.
CREATE TABLE stock_slot (
    pool_id {INT} NOT NULL REFERENCES stock_pool (id),
    slot {INT} NOT NULL,
    received {INT} NOT NULL CHECK (received >= 0),
    available {INT} NOT NULL CHECK (available >= 0),
    held {INT} NOT NULL CHECK (held >= 0),
    sold {INT} NOT NULL CHECK (sold >= 0),
    withdrawn {INT} NOT NULL CHECK (withdrawn >= 0),
    quarantined {INT} NOT NULL DEFAULT 0 CHECK (quarantined >= 0),
    sent {INT} NOT NULL DEFAULT 0 CHECK (sent >= 0), -- To another pool.
    PRIMARY KEY (pool_id, slot),
    CHECK (received = available + held + sold + withdrawn + quarantined + sent)
){NOROWID};

CREATE TABLE stock_movement (
    id {ID},
    pool_id {INT} NOT NULL,
    slot {INT} NOT NULL,
    order_id {INT},
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 12),
    units {INT} NOT NULL CHECK (units > 0),
    at_ms {INT} NOT NULL,
    account_id {INT},
    reason TEXT,
    batch_id {INT}, -- What is moved by hand; see 0055_stock.sql.
    FOREIGN KEY (pool_id, slot) REFERENCES stock_slot (pool_id, slot)
) {STRICT};
CREATE INDEX stock_movement_order ON stock_movement (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX stock_movement_pool ON stock_movement (pool_id, slot) WHERE order_id IS NULL;

CREATE TABLE orders (
    id {ID},
    -- The id under a keyed permutation (order_ref.c): one of a kind as the id is, without an index.
    ref TEXT NOT NULL,
    campaign_id {INT} NOT NULL REFERENCES campaign (id),
    version {INT} NOT NULL,
    siren {INT} NOT NULL,
    siret {INT} NOT NULL,
    account_id {INT} NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 12),
    created_ms {INT} NOT NULL,
    deadline_ms {INT} NOT NULL,
    paid_ms {INT} NOT NULL DEFAULT 0,
    delivered_ms {INT} NOT NULL DEFAULT 0,
    changed_ms {INT} NOT NULL,
    lengthened {INT} NOT NULL DEFAULT 0 CHECK (lengthened IN (0, 1)),
    payment_id {INT},
    units {INT} NOT NULL CHECK (units > 0),
    delivery_cents {INT} NOT NULL CHECK (delivery_cents >= 0),
    net_cents {INT} NOT NULL CHECK (net_cents >= 0),
    vat_cents {INT} NOT NULL CHECK (vat_cents >= 0),
    total_cents {INT} NOT NULL,
    territory {INT} NOT NULL,
    department TEXT NOT NULL,
    cohort TEXT NOT NULL,
    -- The quota as it was decided, and the start of its period: what invariant I4 is held to.
    quota_units {INT} NOT NULL,
    period_ms {INT} NOT NULL,
    idem_key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    to_company TEXT NOT NULL,
    to_person TEXT NOT NULL,
    to_complement TEXT NOT NULL,
    to_street TEXT NOT NULL,
    to_special TEXT NOT NULL,
    to_postal_code TEXT NOT NULL,
    to_city TEXT NOT NULL,
    to_commune TEXT NOT NULL,
    to_phone TEXT NOT NULL,
    to_instructions TEXT NOT NULL,
    -- Also finds a company's orders: siren comes first.
    UNIQUE (siren, idem_key),
    CHECK (total_cents = net_cents + vat_cents)
) {STRICT};
-- What the expiry job looks for: living holds by deadline.
CREATE INDEX orders_deadline ON orders (deadline_ms) WHERE state IN (1, 2);

CREATE TABLE order_line (
    order_id {INT} NOT NULL REFERENCES orders (id),
    line {INT} NOT NULL,
    pack TEXT NOT NULL,
    good TEXT NOT NULL,
    packs {INT} NOT NULL CHECK (packs > 0),
    units {INT} NOT NULL CHECK (units > 0),
    price_cents {INT} NOT NULL CHECK (price_cents >= 0),
    net_cents {INT} NOT NULL,
    vat_bp {INT} NOT NULL CHECK (vat_bp >= 0),
    vat_cents {INT} NOT NULL,
    pool_id {INT} NOT NULL REFERENCES stock_pool (id),
    PRIMARY KEY (order_id, line),
    CHECK (net_cents = packs * price_cents)
){NOROWID};

CREATE TABLE order_event (
    order_id {INT} NOT NULL REFERENCES orders (id),
    n {INT} NOT NULL, -- 1, 2, 3 of this order.
    from_state {INT} NOT NULL,
    to_state {INT} NOT NULL,
    at_ms {INT} NOT NULL,
    actor TEXT NOT NULL,
    account_id {INT},
    cause TEXT NOT NULL,
    PRIMARY KEY (order_id, n)
){NOROWID};

-- Sales closed by the invariant checker: one row, present while closed.
CREATE TABLE sales_closed (
    one {INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    since_ms {INT} NOT NULL,
    why TEXT NOT NULL
){NOROWID};

-- The key of that permutation, made here, for as long as the orders live.
CREATE TABLE order_key (
    one {INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    value TEXT NOT NULL CHECK (length(value) = 32)
){NOROWID};
-- [sqlite]
INSERT INTO order_key (one, value) VALUES (1, lower(hex(randomblob(16))));
-- [all]
-- [pg]
INSERT INTO order_key (one, value)
VALUES (1, replace(CAST(gen_random_uuid() AS TEXT), '-', ''));
-- [all]

-- [sqlite]
CREATE TRIGGER stock_movement_update BEFORE UPDATE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'stock movements are never changed'); END;
CREATE TRIGGER stock_movement_delete BEFORE DELETE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'stock movements are never removed'); END;
CREATE TRIGGER order_event_update BEFORE UPDATE ON order_event
BEGIN SELECT RAISE(ABORT, 'order events are never changed'); END;
CREATE TRIGGER order_event_delete BEFORE DELETE ON order_event
BEGIN SELECT RAISE(ABORT, 'order events are never removed'); END;
-- [all]
-- [pg]
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER stock_movement_fixed BEFORE UPDATE OR DELETE ON stock_movement
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER order_event_fixed BEFORE UPDATE OR DELETE ON order_event
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- [all]
