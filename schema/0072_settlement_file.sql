-- SPDX-License-Identifier: Apache-2.0
--
-- A settlement file is kept as it came until it is compared; what differs waits for a person.

-- state: 1 draft, as it was understood; 2 being compared, compared lines so far; 3 done. run counts
-- who began to compare it: only the last one writes.
ALTER TABLE settlement ADD COLUMN state {INT} NOT NULL DEFAULT 3 CHECK (state BETWEEN 1 AND 3);
ALTER TABLE settlement ADD COLUMN compared {INT} NOT NULL DEFAULT 0;
ALTER TABLE settlement ADD COLUMN run {INT} NOT NULL DEFAULT 0;
CREATE INDEX settlement_draft ON settlement (at_ms) WHERE state = 1;

-- Gone once the file is compared.
CREATE TABLE settlement_file (
    settlement_id {INT} NOT NULL PRIMARY KEY REFERENCES settlement (id),
    bytes {BLOB} NOT NULL
) {STRICT};

-- kind: 1 unknown transaction, 2 other amount, 3 line repeated in the file, 4 settled by an earlier
-- file, 5 unreadable line, 6 not in euros, 7 a payment of ours that no file has (line 0), 8 taken
-- back by the bank.
CREATE TABLE settlement_finding (
    settlement_id {INT} NOT NULL REFERENCES settlement (id),
    seq {INT} NOT NULL,
    line {INT} NOT NULL,
    kind {INT} NOT NULL CHECK (kind BETWEEN 1 AND 8),
    ref TEXT NOT NULL,
    theirs_cents {INT} NOT NULL,
    ours_cents {INT} NOT NULL,
    detail TEXT NOT NULL,
    payment_id {INT} REFERENCES payment (id), -- Ours, of kinds 2 and 7.
    handled_ms {INT} NOT NULL DEFAULT 0,
    handled_by {INT},                        -- NULL: a later file settled it.
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (settlement_id, seq)
){NOROWID};
CREATE INDEX settlement_finding_open ON settlement_finding (settlement_id, seq)
 WHERE handled_ms = 0;
CREATE INDEX settlement_finding_payment ON settlement_finding (payment_id)
 WHERE payment_id IS NOT NULL;
INSERT INTO settlement_finding (settlement_id, seq, line, kind, ref, theirs_cents, ours_cents,
                                detail)
SELECT settlement_id, seq, line, kind, ref, theirs_cents, ours_cents, detail
  FROM settlement_difference;
DROP TABLE settlement_difference;

-- Captures of some days, in their order: what a file should hold, and the journal of a year.
CREATE INDEX payment_captured ON payment (captured_ms, id) WHERE captured_ms > 0;
