-- SPDX-License-Identifier: Apache-2.0
--
-- Settlement files of the payment provider, as they were compared with our payments. The same
-- bytes are one file: digest. organiser_id 0: read by the command line, for the whole instance.

CREATE TABLE settlement (
    id {ID},
    organiser_id {INT} NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    lines {INT} NOT NULL,
    matched {INT} NOT NULL,
    gross_cents {INT} NOT NULL,
    fee_cents {INT} NOT NULL,
    at_ms {INT} NOT NULL,
    account_id {INT} NOT NULL,
    UNIQUE (organiser_id, digest)
) {STRICT};

-- What a line settles: a payment or a refund, each in one file only.
CREATE TABLE settlement_line (
    settlement_id {INT} NOT NULL REFERENCES settlement (id),
    line {INT} NOT NULL,
    payment_id {INT} REFERENCES payment (id),
    refund_id {INT} REFERENCES refund (id),
    cents {INT} NOT NULL,
    fee_cents {INT} NOT NULL,
    PRIMARY KEY (settlement_id, line),
    CHECK ((payment_id IS NULL) <> (refund_id IS NULL))
){NOROWID};
CREATE UNIQUE INDEX settlement_payment ON settlement_line (payment_id)
 WHERE payment_id IS NOT NULL;
CREATE UNIQUE INDEX settlement_refund ON settlement_line (refund_id) WHERE refund_id IS NOT NULL;

-- What did not agree. kind: 1 unknown transaction, 2 other amount, 3 line repeated in the file,
-- 4 settled by an earlier file, 5 unreadable line.
CREATE TABLE settlement_difference (
    settlement_id {INT} NOT NULL REFERENCES settlement (id),
    seq {INT} NOT NULL,
    line {INT} NOT NULL,
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 5),
    ref TEXT NOT NULL,
    theirs_cents {INT} NOT NULL,
    ours_cents {INT} NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (settlement_id, seq)
){NOROWID};
