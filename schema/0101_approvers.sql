-- SPDX-License-Identifier: Apache-2.0
--
-- approvers_ms: since when a second person of the organiser can approve; 0: none ever could. From
-- then on nobody gives such a role alone, even when that person has left again.
ALTER TABLE organiser ADD COLUMN approvers_ms {INT} NOT NULL DEFAULT 0;
-- 780: the roles of administrator (8), stock (256), agent (4), finance (512).
UPDATE organiser SET approvers_ms = created_ms + 1
 WHERE (SELECT COUNT(*) FROM account a
         WHERE a.organiser_id = organiser.id AND (a.rights & 780) <> 0) >= 2;
