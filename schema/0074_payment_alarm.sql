-- SPDX-License-Identifier: Apache-2.0
--
-- What happened to money that a person must look at: one row for each kind, payment and reference,
-- however often it is said. organiser_id 0: no order of ours is known.

CREATE TABLE payment_alarm (
    id {ID},
    what TEXT NOT NULL,
    payment_id {INT} NOT NULL,               -- 0: none known.
    organiser_id {INT} NOT NULL,
    order_ref TEXT NOT NULL,
    ref TEXT NOT NULL,
    cents {INT} NOT NULL,
    at_ms {INT} NOT NULL,
    handled_ms {INT} NOT NULL DEFAULT 0,
    handled_by {INT},
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (payment_id, what, ref, order_ref)
) {STRICT};
CREATE INDEX payment_alarm_open ON payment_alarm (organiser_id, id) WHERE handled_ms = 0;

-- Why the provider has not given back yet, in its words.
ALTER TABLE refund ADD COLUMN problem TEXT NOT NULL DEFAULT '';
