-- SPDX-License-Identifier: Apache-2.0
--
-- Reviews: entered by telephone, decided, opened once more.

-- The agent who entered it for somebody on the telephone, and who may not decide it; 0: nobody.
ALTER TABLE review ADD COLUMN entered_by {INT} NOT NULL DEFAULT 0;
-- What an accepted figure or network took the place of; -1: nothing. Comes back when the case is
-- opened once more.
ALTER TABLE review ADD COLUMN before_value {INT} NOT NULL DEFAULT -1;
ALTER TABLE review ADD COLUMN reopened_ms {INT} NOT NULL DEFAULT 0;
ALTER TABLE review ADD COLUMN reopened_by {INT} NOT NULL DEFAULT 0;
ALTER TABLE review ADD COLUMN reopen_why TEXT NOT NULL DEFAULT '';

CREATE INDEX review_decided ON review (decided_ms, id) WHERE state <> 1;
CREATE INDEX review_account ON review (account_id);
