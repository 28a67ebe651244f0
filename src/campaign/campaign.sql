-- SPDX-License-Identifier: Apache-2.0
-- campaign.c: the columns of every campaign_* read are those of campaign_row. The last: whether all
-- sales are closed because an invariant is broken.

-- campaign_by_slug: slug
SELECT id, organiser_id, slug, version, digest, published_ms, paused, pause_message,
       EXISTS (SELECT 1 FROM sales_closed WHERE one = 1)
  FROM campaign WHERE slug = ?1 LIMIT 1;

-- campaign_by_key: id
SELECT id, organiser_id, slug, version, digest, published_ms, paused, pause_message,
       EXISTS (SELECT 1 FROM sales_closed WHERE one = 1)
  FROM campaign WHERE id = ?1 LIMIT 1;

-- campaign_all:
SELECT id, organiser_id, slug, version, digest, published_ms, paused, pause_message,
       EXISTS (SELECT 1 FROM sales_closed WHERE one = 1)
  FROM campaign ORDER BY id DESC LIMIT 100;

-- campaign_of_organiser: organiser_id
SELECT id, organiser_id, slug, version, digest, published_ms, paused, pause_message,
       EXISTS (SELECT 1 FROM sales_closed WHERE one = 1)
  FROM campaign WHERE organiser_id = ?1 ORDER BY id DESC LIMIT 100;

-- campaign_version_digest: campaign_id, version
SELECT digest FROM campaign_version WHERE campaign_id = ?1 AND version = ?2 LIMIT 1;

-- campaign_version_json: campaign_id, version
SELECT json FROM campaign_version WHERE campaign_id = ?1 AND version = ?2 LIMIT 1;

-- campaign_versions: campaign_id
SELECT version, published_ms, account_id
  FROM campaign_version WHERE campaign_id = ?1 ORDER BY version DESC LIMIT 100;

-- organiser_put: slug, name, contact_email, now_ms
INSERT INTO organiser (slug, name, contact_email, created_ms) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (slug) DO UPDATE SET name = excluded.name, contact_email = excluded.contact_email
RETURNING id;

-- organiser_by_slug: slug
SELECT id FROM organiser WHERE slug = ?1 LIMIT 1;

-- The update at a conflict changes nothing and locks the row, so that two publishers take turns.
-- campaign_put: organiser_id, slug, digest, now_ms
INSERT INTO campaign (organiser_id, slug, version, digest, published_ms, created_ms)
VALUES (?1, ?2, 1, ?3, ?4, ?4)
    ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug
RETURNING id, organiser_id, slug, version, digest, published_ms, paused, pause_message,
          EXISTS (SELECT 1 FROM sales_closed WHERE one = 1);

-- campaign_set_version: id, version, digest, published_ms
UPDATE campaign SET version = ?2, digest = ?3, published_ms = ?4 WHERE id = ?1;

-- campaign_version_add: campaign_id, version, digest, json, published_ms, account_id
INSERT INTO campaign_version (campaign_id, version, digest, json, published_ms, account_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
