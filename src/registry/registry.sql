-- SPDX-License-Identifier: Apache-2.0
-- The register as the rest of the program reads it. The order of the columns is known to
-- company_from_cells and establishment_from_cells alone.

-- company_find: siren
SELECT c.siren, c.name, c.active, c.partial, c.band, c.band_year, c.legal_category, c.naf,
       c.head_siret, c.head_commune, c.networks, c.network_source, c.created_day,
       m.cci_ms, m.cci_email, m.cci_phone, m.cma_ms, m.cma_email, m.cma_phone
  FROM company c
  LEFT JOIN registry_member m ON m.siren = c.siren
 WHERE c.siren = ?1;

-- company_brief: siren
SELECT c.siren, c.name, c.active, c.partial, c.band, c.legal_category,
       COALESCE(e.postal_code, ''), COALESCE(e.city, '')
  FROM company c
  LEFT JOIN establishment e ON e.siret = c.head_siret
 WHERE c.siren = ?1;

-- company_by_name: from_key, until_key, after_key, after_siren, count
SELECT c.siren, c.name, c.active, c.partial, c.band, c.legal_category,
       COALESCE(e.postal_code, ''), COALESCE(e.city, '')
  FROM company_name n
  JOIN company c ON c.siren = n.siren
  LEFT JOIN establishment e ON e.siret = c.head_siret
 WHERE n.key >= ?1 AND n.key < ?2 AND (n.key, n.siren) > (?3, ?4)
 ORDER BY n.key, n.siren
 LIMIT ?5;

-- Streamed for dry runs: the register in the order of its key.
-- company_each_active: after_siren, limit
SELECT c.siren, c.name, c.active, c.partial, c.band, c.band_year, c.legal_category, c.naf,
       c.head_siret, c.head_commune, c.networks, c.network_source, c.created_day,
       m.cci_ms, m.cci_email, m.cci_phone, m.cma_ms, m.cma_email, m.cma_phone
  FROM company c
  LEFT JOIN registry_member m ON m.siren = c.siren
 WHERE c.siren > ?1 AND c.active = 1
 ORDER BY c.siren
 LIMIT ?2;

-- establishment_find: siret
SELECT siret, active, head_office, partial, band, sign, complement, street, special,
       postal_code, commune, city, craft_code, country
  FROM establishment
 WHERE siret = ?1;

-- establishment_list: first_siret, last_siret, count
SELECT siret, active, head_office, partial, band, sign, complement, street, special,
       postal_code, commune, city, craft_code, country
  FROM establishment
 WHERE siret BETWEEN ?1 AND ?2
 ORDER BY active DESC, head_office DESC, siret
 LIMIT ?3;

-- establishment_list_after: first_siret, last_siret, count, after_siret
SELECT e.siret, e.active, e.head_office, e.partial, e.band, e.sign, e.complement, e.street,
       e.special, e.postal_code, e.commune, e.city, e.craft_code, e.country
  FROM establishment e, establishment p
 WHERE p.siret = ?4
   AND e.siret BETWEEN ?1 AND ?2
   AND (1 - e.active, 1 - e.head_office, e.siret) > (1 - p.active, 1 - p.head_office, p.siret)
 ORDER BY e.active DESC, e.head_office DESC, e.siret
 LIMIT ?3;

-- registry_newest:
SELECT finished_ms, companies, counts
  FROM registry_import
 WHERE finished_ms > 0
 ORDER BY id DESC
 LIMIT 1;

-- registry_postal_code_find: code
SELECT territory FROM registry_postal_code WHERE code = ?1 ORDER BY territory LIMIT 20;
