-- SPDX-License-Identifier: Apache-2.0

-- Locks the campaign's row, so that two who press at once take turns.
-- pause_lock: id
UPDATE campaign SET paused = paused WHERE id = ?1
RETURNING organiser_id, paused, pause_message;

-- pause_set: id, paused, message
UPDATE campaign SET paused = ?2, pause_message = ?3 WHERE id = ?1;

-- pause_begin: campaign_id, from_ms, message, reason, account_id
INSERT INTO campaign_pause (campaign_id, from_ms, message, reason, paused_by)
VALUES (?1, ?2, ?3, ?4, ?5);

-- pause_message_set: campaign_id, message
UPDATE campaign_pause SET message = ?2 WHERE campaign_id = ?1 AND to_ms = 0;

-- pause_end: campaign_id, to_ms, reason, account_id
UPDATE campaign_pause SET to_ms = ?2, resume_reason = ?3, resumed_by = ?4
 WHERE campaign_id = ?1 AND to_ms = 0;

-- pause_list: campaign_id
SELECT p.from_ms, p.to_ms, p.message, p.reason, p.resume_reason,
       COALESCE(a.email, 'ligne de commande'), COALESCE(b.email, 'ligne de commande')
  FROM campaign_pause p LEFT JOIN account a ON a.id = p.paused_by
       LEFT JOIN account b ON b.id = p.resumed_by
 WHERE p.campaign_id = ?1
 ORDER BY p.id DESC
 LIMIT 20;
