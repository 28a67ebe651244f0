-- SPDX-License-Identifier: Apache-2.0
--
-- Two more kinds of trouble: a parcel that was held for lost and settled, and is delivered after
-- all; and one that is too many and comes back. And how these end: noted by a person, the
-- replacement stopped or asked back, what is too many taken back.

-- [pg]
ALTER TABLE parcel_trouble DROP CONSTRAINT parcel_trouble_kind_check;
ALTER TABLE parcel_trouble ADD CONSTRAINT parcel_trouble_kind_check CHECK (kind BETWEEN 1 AND 7);
ALTER TABLE parcel_trouble DROP CONSTRAINT parcel_trouble_outcome_check;
ALTER TABLE parcel_trouble ADD CONSTRAINT parcel_trouble_outcome_check
    CHECK (outcome BETWEEN 0 AND 8);
-- [sqlite]
CREATE TABLE parcel_trouble_new (
    id {ID},
    organiser_id {INT} NOT NULL,
    parcel_id {INT} NOT NULL REFERENCES parcel (id),
    order_id {INT} NOT NULL REFERENCES orders (id),
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 7),
    opened_ms {INT} NOT NULL,
    closed_ms {INT} NOT NULL DEFAULT 0,
    outcome {INT} NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 8),
    account_id {INT} NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    new_parcel_id {INT} REFERENCES parcel (id),
    CHECK ((closed_ms = 0) = (outcome = 0)),
    CHECK (new_parcel_id IS NULL OR outcome = 1)
) {STRICT};
INSERT INTO parcel_trouble_new (id, organiser_id, parcel_id, order_id, kind, opened_ms, closed_ms,
                                outcome, account_id, reason, new_parcel_id)
SELECT id, organiser_id, parcel_id, order_id, kind, opened_ms, closed_ms, outcome, account_id,
       reason, new_parcel_id
  FROM parcel_trouble;
DROP TABLE parcel_trouble;
ALTER TABLE parcel_trouble_new RENAME TO parcel_trouble;
CREATE UNIQUE INDEX parcel_trouble_open ON parcel_trouble (parcel_id) WHERE closed_ms = 0;
CREATE INDEX parcel_trouble_queue ON parcel_trouble (organiser_id, kind, opened_ms, id)
    WHERE closed_ms = 0;
CREATE INDEX parcel_trouble_parcel ON parcel_trouble (parcel_id, id);
CREATE INDEX parcel_trouble_order ON parcel_trouble (order_id) WHERE closed_ms = 0;
-- [all]
