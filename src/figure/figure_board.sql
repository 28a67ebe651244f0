-- SPDX-License-Identifier: Apache-2.0
-- What the board reads beside the figures. Counts stop at the limit: the page then says "more".

-- figure_campaigns: organiser_id
SELECT id FROM campaign WHERE organiser_id = ?1 ORDER BY id DESC LIMIT 50;

-- What waits for a person of the organiser; the last column is of one campaign.
-- The "+" keeps to what waits: the index by campaign would lead to every order.
-- figure_waits: organiser_id, limit, today, campaign_id
SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM review r
         WHERE r.state = 1 AND r.created_ms >= 0
           AND EXISTS (SELECT 1 FROM review_organiser o
                        WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM complaint c
         WHERE c.organiser_id = ?1 AND c.state = 1
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM parcel_trouble t
         WHERE t.organiser_id = ?1 AND t.closed_ms = 0
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM stock_arrival a
         WHERE a.organiser_id = ?1 AND a.expected_day < ?3 AND a.state IN (1, 2)
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM invoice_due d
          LEFT JOIN payment p ON p.id = d.subject_id AND d.kind = 381
          JOIN orders o ON o.id = CASE d.kind WHEN 380 THEN d.subject_id ELSE p.order_id END
          JOIN campaign c ON c.id = +o.campaign_id
         WHERE d.why <> '' AND c.organiser_id = ?1
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM refund r
          JOIN payment p ON p.id = r.payment_id
          JOIN orders o ON o.id = p.order_id
          JOIN campaign c ON c.id = +o.campaign_id
         WHERE r.alarmed_ms > 0 AND r.next_try_ms > 0 AND c.organiser_id = ?1
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM payment_event e
         WHERE e.next_try_ms > 0
           AND (NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_ref = e.order_ref)
                OR EXISTS (SELECT 1 FROM payment p
                             JOIN orders o ON o.id = p.order_id
                             JOIN campaign c ON c.id = +o.campaign_id
                            WHERE p.order_ref = e.order_ref AND c.organiser_id = ?1))
         LIMIT ?2) AS n),
       (SELECT COUNT(*) FROM (SELECT 1 FROM orders o
         WHERE o.campaign_id = ?4 AND o.state = 3
         LIMIT ?2) AS n);
