-- SPDX-License-Identifier: Apache-2.0
-- The columns of draft_find and draft_open are those of draft_row.

-- draft_insert: organiser_id, campaign_id, base_version, json, digest, account_id, now_ms
INSERT INTO campaign_draft (organiser_id, campaign_id, base_version, json, digest, rev, state,
                            made_by, made_ms, changed_by, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, ?6, ?7, ?6, ?7)
RETURNING id;

-- draft_find: organiser_id, campaign_id, id
SELECT d.id, d.campaign_id, d.base_version, d.digest, d.rev, d.state, d.version,
       COALESCE(a.email, ''), d.made_ms, COALESCE(b.email, ''), d.changed_ms, d.act_id, d.json
  FROM campaign_draft d LEFT JOIN account a ON a.id = d.made_by
       LEFT JOIN account b ON b.id = d.changed_by
 WHERE d.id = ?3 AND d.organiser_id = ?1 AND d.campaign_id = ?2;

-- draft_open: organiser_id, campaign_id
SELECT d.id, d.campaign_id, d.base_version, d.digest, d.rev, d.state, d.version,
       COALESCE(a.email, ''), d.made_ms, COALESCE(b.email, ''), d.changed_ms, d.act_id, ''
  FROM campaign_draft d LEFT JOIN account a ON a.id = d.made_by
       LEFT JOIN account b ON b.id = d.changed_by
 WHERE d.organiser_id = ?1 AND d.campaign_id = ?2 AND d.state = 1
 ORDER BY d.id DESC
 LIMIT 20;

-- draft_save: organiser_id, id, rev, json, digest, base_version, account_id, now_ms
UPDATE campaign_draft
   SET json = ?4, digest = ?5, base_version = ?6, rev = rev + 1, changed_by = ?7, changed_ms = ?8
 WHERE id = ?2 AND organiser_id = ?1 AND rev = ?3 AND state = 1;

-- draft_set_state: organiser_id, id, rev, state, version, account_id, now_ms
UPDATE campaign_draft
   SET state = ?4, version = ?5, rev = rev + 1, changed_by = ?6, changed_ms = ?7
 WHERE id = ?2 AND organiser_id = ?1 AND rev = ?3 AND state = 1;

-- draft_set_act: organiser_id, id, rev, act_id
UPDATE campaign_draft SET act_id = ?4, rev = rev + 1
 WHERE id = ?2 AND organiser_id = ?1 AND rev = ?3 AND state = 1;

-- Locks the campaign: whoever publishes after this waits.
-- draft_campaign_lock: organiser_id, campaign_id
UPDATE campaign SET version = version WHERE id = ?2 AND organiser_id = ?1
RETURNING version;

-- publication_insert: campaign_id, version, draft_id, asked_by, approved_by, reason
INSERT INTO campaign_publication (campaign_id, version, draft_id, asked_by, approved_by, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- publication_list: campaign_id
SELECT p.version, COALESCE(a.email, ''), COALESCE(b.email, ''), p.reason
  FROM campaign_publication p LEFT JOIN account a ON a.id = p.asked_by
       LEFT JOIN account b ON b.id = p.approved_by
 WHERE p.campaign_id = ?1
 ORDER BY p.version DESC
 LIMIT 100;
