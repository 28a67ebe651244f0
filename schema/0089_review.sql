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

-- A review as it is read everywhere (review_row in review.c knows the order of the columns).
CREATE VIEW review_full AS
SELECT r.id, r.kind, r.siren, r.account_id, r.asked, r.note, r.state, r.created_ms, r.decided_ms,
       r.reason, a.email, COALESCE(d.email, '') AS decided_email, COALESCE(c.name, '') AS name,
       COALESCE(c.partial, 0) AS partial, r.entered_by, COALESCE(e.email, '') AS entered_email,
       r.before_value, r.reopened_ms, COALESCE(f.email, '') AS reopened_email, r.reopen_why,
       COALESCE(r.decided_by, 0) AS decided_by
  FROM review r JOIN account a ON a.id = r.account_id
  LEFT JOIN account d ON d.id = r.decided_by
  LEFT JOIN account e ON e.id = r.entered_by
  LEFT JOIN account f ON f.id = r.reopened_by
  LEFT JOIN company c ON c.siren = r.siren;
