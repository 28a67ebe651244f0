-- SPDX-License-Identifier: Apache-2.0
--
-- What carriers say about parcels on their way, and parcels that need a person. Only parcels that
-- are with the carrier are asked about, so what is due is found by a small index.

-- When to ask next; 0: no more. A parcel that was just handed over is due at once, and then gets
-- its first date without being asked about.
ALTER TABLE parcel ADD COLUMN track_ms {INT} NOT NULL DEFAULT 1 CHECK (track_ms >= 0);
ALTER TABLE parcel ADD COLUMN track_asks {INT} NOT NULL DEFAULT 0 CHECK (track_asks >= 0);
CREATE INDEX parcel_track_due ON parcel (carrier, track_ms) WHERE state = 4 AND track_ms > 0;
-- Where silence is looked for.
CREATE INDEX parcel_under_way ON parcel (handed_ms) WHERE state = 4;

-- News of a parcel, each once, never changed. The instant is the carrier's.
CREATE TABLE parcel_event (
    id {ID},
    parcel_id {INT} NOT NULL REFERENCES parcel (id),
    at_ms {INT} NOT NULL CHECK (at_ms > 0),
    code TEXT NOT NULL,
    label TEXT NOT NULL,                     -- The carrier's words; may be empty.
    place TEXT NOT NULL DEFAULT '',
    source {INT} NOT NULL CHECK (source IN (1, 2)), -- 1 asked for, 2 status file
    seen_ms {INT} NOT NULL,
    UNIQUE (parcel_id, at_ms, code)
) {STRICT};

-- How a carrier's tracking service behaves.
CREATE TABLE track_link (
    carrier TEXT NOT NULL PRIMARY KEY,
    failures {INT} NOT NULL DEFAULT 0 CHECK (failures >= 0), -- In a row.
    until_ms {INT} NOT NULL DEFAULT 0,       -- Not asked before.
    why TEXT NOT NULL DEFAULT '',            -- Of the last failure.
    changed_ms {INT} NOT NULL
){NOROWID};

-- Parcels that need a person of the organiser. One open at most for each parcel.
CREATE TABLE parcel_trouble (
    id {ID},
    organiser_id {INT} NOT NULL,
    parcel_id {INT} NOT NULL REFERENCES parcel (id),
    order_id {INT} NOT NULL REFERENCES orders (id),
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 5),
    opened_ms {INT} NOT NULL,
    closed_ms {INT} NOT NULL DEFAULT 0,      -- 0: open.
    outcome {INT} NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 4),
    account_id {INT} NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    new_parcel_id {INT} REFERENCES parcel (id),
    CHECK ((closed_ms = 0) = (outcome = 0)),
    CHECK (new_parcel_id IS NULL OR outcome = 1)
) {STRICT};
CREATE UNIQUE INDEX parcel_trouble_open ON parcel_trouble (parcel_id) WHERE closed_ms = 0;
CREATE INDEX parcel_trouble_queue ON parcel_trouble (organiser_id, kind, opened_ms, id)
    WHERE closed_ms = 0;
CREATE INDEX parcel_trouble_parcel ON parcel_trouble (parcel_id, id);
