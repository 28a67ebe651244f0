-- SPDX-License-Identifier: Apache-2.0
--
-- What buyers complain about after a delivery, with photos, and what the organiser decides.

CREATE TABLE complaint (
    id {ID},
    organiser_id {INT} NOT NULL,
    order_id {INT} NOT NULL REFERENCES orders (id),
    siren {INT} NOT NULL,
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 4),
    state {INT} NOT NULL CHECK (state BETWEEN 1 AND 4), -- open, answered, accepted, refused
    outcome {INT} NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 3),
    reopened {INT} NOT NULL DEFAULT 0 CHECK (reopened IN (0, 1)),
    account_id {INT} NOT NULL,
    created_ms {INT} NOT NULL,
    changed_ms {INT} NOT NULL,
    CHECK ((state = 3) = (outcome > 0))
) {STRICT};
-- One that is not decided at most for each order.
CREATE UNIQUE INDEX complaint_live ON complaint (order_id) WHERE state IN (1, 2);
CREATE INDEX complaint_order ON complaint (order_id, id);
CREATE INDEX complaint_queue ON complaint (organiser_id, state, changed_ms, id);

CREATE TABLE complaint_message (
    id {ID},
    complaint_id {INT} NOT NULL REFERENCES complaint (id),
    side {INT} NOT NULL CHECK (side IN (1, 2)), -- buyer, organiser
    account_id {INT} NOT NULL,
    text TEXT NOT NULL,
    at_ms {INT} NOT NULL
) {STRICT};
CREATE INDEX complaint_message_of ON complaint_message (complaint_id, id);

-- Without what the camera wrote beside the picture.
CREATE TABLE complaint_photo (
    id {ID},
    complaint_id {INT} NOT NULL REFERENCES complaint (id),
    type TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp')),
    width {INT} NOT NULL CHECK (width > 0),
    height {INT} NOT NULL CHECK (height > 0),
    bytes {BLOB} NOT NULL
) {STRICT};
CREATE INDEX complaint_photo_of ON complaint_photo (complaint_id, id);
