-- SPDX-License-Identifier: Apache-2.0
-- Chambers' own lists of members.

-- member_put_cci: siren, listed_ms, email, phone
INSERT INTO registry_member (siren, cci_ms, cci_email, cci_phone, cma_ms, cma_email, cma_phone)
VALUES (?1, ?2, ?3, ?4, 0, '', '')
    ON CONFLICT (siren) DO UPDATE
   SET cci_ms = excluded.cci_ms, cci_email = excluded.cci_email, cci_phone = excluded.cci_phone;

-- member_put_cma: siren, listed_ms, email, phone
INSERT INTO registry_member (siren, cci_ms, cci_email, cci_phone, cma_ms, cma_email, cma_phone)
VALUES (?1, 0, '', '', ?2, ?3, ?4)
    ON CONFLICT (siren) DO UPDATE
   SET cma_ms = excluded.cma_ms, cma_email = excluded.cma_email, cma_phone = excluded.cma_phone;

-- company_exists: siren
SELECT 1 FROM company WHERE siren = ?1;

-- member_page_end: after_siren, count
SELECT MAX(siren)
  FROM (SELECT siren FROM registry_member WHERE siren > ?1 ORDER BY siren LIMIT ?2) AS page;

-- member_drop_cci: after_siren, last_siren, before_ms
UPDATE registry_member SET cci_ms = 0, cci_email = '', cci_phone = ''
 WHERE siren > ?1 AND siren <= ?2 AND cci_ms > 0 AND cci_ms < ?3;

-- member_drop_cma: after_siren, last_siren, before_ms
UPDATE registry_member SET cma_ms = 0, cma_email = '', cma_phone = ''
 WHERE siren > ?1 AND siren <= ?2 AND cma_ms > 0 AND cma_ms < ?3;

-- That the company is listed stays: who may buy depends on it.
-- member_forget: siren
UPDATE registry_member SET cci_email = '', cci_phone = '', cma_email = '', cma_phone = ''
 WHERE siren = ?1
   AND (cci_email <> '' OR cci_phone <> '' OR cma_email <> '' OR cma_phone <> '');
