-- SPDX-License-Identifier: Apache-2.0

-- account_find: id
SELECT id, email, rights, COALESCE(organiser_id, 0), forgotten_ms FROM account WHERE id = ?1;

-- account_find_email: email
SELECT id, email, rights, COALESCE(organiser_id, 0), forgotten_ms FROM account WHERE email = ?1;

-- account_insert: email, now_ms
INSERT INTO account (email, created_ms) VALUES (?1, ?2)
ON CONFLICT (email) DO UPDATE SET email = excluded.email
RETURNING id, email, rights, COALESCE(organiser_id, 0), forgotten_ms;

-- account_set_rights: id, rights, organiser_id
UPDATE account SET rights = ?2, organiser_id = ?3 WHERE id = ?1;

-- account_link_insert: account_id, siren, proof, now_ms
INSERT INTO company_link (account_id, siren, proof, since_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account_id, siren)
DO UPDATE SET proof = excluded.proof, since_ms = excluded.since_ms, ended_ms = 0,
              frozen_ms = 0;

-- Always one row, so that an open review is told where nothing was declared yet.
-- account_declaration_find: siren
SELECT COALESCE(MAX(d.heads), -1), COALESCE(MAX(d.networks), 0),
       (SELECT COUNT(*) FROM review r
         WHERE r.siren = ?1 AND r.kind = 'headcount' AND r.state = 1)
  FROM company_declaration d
 WHERE d.siren = ?1;

-- account_declare: siren, heads, networks, now_ms, account_id
INSERT INTO company_declaration (siren, heads, networks, changed_ms, account_id)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (siren) DO UPDATE
   SET heads = CASE WHEN excluded.heads >= 0 THEN excluded.heads
                    ELSE company_declaration.heads END,
       networks = company_declaration.networks | excluded.networks,
       changed_ms = excluded.changed_ms, account_id = excluded.account_id;

-- account_links: account_id
SELECT l.siren, COALESCE(c.name, ''), COALESCE(c.partial, 0), l.proof, l.since_ms, l.frozen_ms
  FROM company_link l LEFT JOIN company c ON c.siren = l.siren
 WHERE l.account_id = ?1 AND l.ended_ms = 0
 ORDER BY l.siren
 LIMIT 200;

-- account_list: before_id, limit
SELECT a.id, a.email, a.rights,
       COALESCE((SELECT o.slug FROM organiser o WHERE o.id = a.organiser_id), ''),
       (SELECT COUNT(*) FROM company_link l
         WHERE l.account_id = a.id AND l.ended_ms = 0 AND l.frozen_ms = 0),
       a.created_ms, a.signed_in_ms
  FROM account a
 WHERE a.id < ?1
 ORDER BY a.id DESC
 LIMIT ?2;
