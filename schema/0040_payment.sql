-- SPDX-License-Identifier: Apache-2.0
--
-- Payments: one row for each attempt, written before the provider hears of it, and one for each
-- further capture that turns up under the same attempt. Money is counted per payment, never per
-- order: what was captured is either kept for one paid order or given back whole.

CREATE TABLE payment (
    id {ID},
    order_id {INT} REFERENCES orders (id),   -- NULL: money that came for an order nobody knows.
    order_ref TEXT NOT NULL,
    provider TEXT NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 7),
    attempt_key TEXT,                        -- Lyra: trans_date-trans_id; Stripe: session id.
    provider_ref TEXT,                       -- Set by the capture; one capture, one row.
    amount_cents {INT} NOT NULL CHECK (amount_cents >= 0),
    captured_cents {INT} NOT NULL DEFAULT 0 CHECK (captured_cents >= 0),
    captured_euros {INT} NOT NULL DEFAULT 1 CHECK (captured_euros IN (0, 1)),
    refunded_cents {INT} NOT NULL DEFAULT 0 CHECK (refunded_cents >= 0),
    page_url TEXT,                           -- Stripe's hosted page, once it was made.
    created_ms {INT} NOT NULL,
    sent_ms {INT} NOT NULL DEFAULT 0,        -- The buyer was, or was about to be, sent out.
    captured_ms {INT} NOT NULL DEFAULT 0,
    changed_ms {INT} NOT NULL,
    checks {INT} NOT NULL DEFAULT 0,         -- How often the provider was asked about it.
    next_check_ms {INT} NOT NULL DEFAULT 0,  -- 0: need not be asked any more.
    UNIQUE (provider, attempt_key),
    UNIQUE (provider, provider_ref),
    CHECK (refunded_cents <= captured_cents),
    CHECK ((state IN (3, 5, 6, 7)) = (captured_ms > 0))
) {STRICT};
CREATE INDEX payment_order ON payment (order_id);
CREATE INDEX payment_by_ref ON payment (order_ref);
CREATE INDEX payment_check ON payment (next_check_ms) WHERE next_check_ms > 0;

-- Money given back: by us (one for each payment, under one key for ever), or at the provider's
-- back office.
CREATE TABLE refund (
    id {ID},
    payment_id {INT} NOT NULL REFERENCES payment (id),
    provider TEXT NOT NULL,
    idem_key TEXT NOT NULL UNIQUE,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 4), -- Due, sent, done, void.
    amount_cents {INT} NOT NULL CHECK (amount_cents > 0),
    provider_ref TEXT,
    cause TEXT NOT NULL,
    created_ms {INT} NOT NULL,
    done_ms {INT} NOT NULL DEFAULT 0,
    tries {INT} NOT NULL DEFAULT 0,
    next_try_ms {INT} NOT NULL DEFAULT 0,    -- 0: settled.
    alarmed_ms {INT} NOT NULL DEFAULT 0,
    UNIQUE (provider, provider_ref)
) {STRICT};
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_due ON refund (next_try_ms) WHERE next_try_ms > 0;

-- Each verified piece of news, once, with the bytes it came in.
CREATE TABLE payment_event (
    id {ID},
    provider TEXT NOT NULL,
    event_key TEXT NOT NULL,
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 4), -- Applied, parked, foreign, given up.
    order_ref TEXT NOT NULL,
    payment_id {INT},                        -- Where it was applied.
    raw {BLOB} NOT NULL,
    received_ms {INT} NOT NULL,
    tries {INT} NOT NULL DEFAULT 0,
    next_try_ms {INT} NOT NULL DEFAULT 0,    -- 0: need not be looked up.
    UNIQUE (provider, event_key)
) {STRICT};
CREATE INDEX payment_event_parked ON payment_event (next_try_ms) WHERE next_try_ms > 0;
CREATE INDEX payment_event_old ON payment_event (received_ms);
CREATE INDEX payment_event_waiting ON payment_event (order_ref) WHERE next_try_ms > 0;

-- Lyra wants a number that is unique for the shop and the UTC day; 900000 and above are its own.
CREATE TABLE lyra_counter (
    day {INT} NOT NULL PRIMARY KEY,
    taken {INT} NOT NULL CHECK (taken BETWEEN 1 AND 900000)
){NOROWID};
