/* SPDX-License-Identifier: Apache-2.0 */
/* Every URL. See http/route.h for the columns. Included several times: no include guard. */

/* http */
ROUTE(GET, "/healthz", health_get, LATE, RIGHT_NONE, 0, 0)
ROUTE(GET, "/readyz", ready_get, LATE, RIGHT_NONE, 0, 60)
ROUTE(GET, "/metrics", metrics_get, LATE, RIGHT_NONE, 0, 120)
/* Not of the general limit, so that a page that says "too many requests" looks like one. */
ROUTE(GET, "/assets/{file}", asset_get, LATE, RIGHT_NONE, 0, -1200)

/* account: sign-in */
ROUTE(GET, "/connexion", sign_in_page, READ, RIGHT_NONE, 0, 0)
ROUTE(POST, "/connexion", sign_in_form, WRITE, RIGHT_NONE, KIB(4), 10)
ROUTE(GET, "/connexion/code", sign_in_code_page, READ, RIGHT_NONE, 0, 0)
ROUTE(POST, "/connexion/code", sign_in_code_form, WRITE, RIGHT_NONE, KIB(4), 20)
ROUTE(POST, "/connexion/code/nouveau", sign_in_again_form, WRITE, RIGHT_NONE, KIB(4), 10)
ROUTE(POST, "/deconnexion", sign_out_form, WRITE, RIGHT_NONE, KIB(4), 0)

/* account: companies */
ROUTE(GET, "/entreprises", companies_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/entreprises/choisir", company_choose_form, WRITE, RIGHT_SIGNED, KIB(4), 0)
ROUTE(GET, "/entreprises/ajouter", company_add_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/entreprises/ajouter", company_add_form, WRITE, RIGHT_SIGNED, KIB(4), 10)
ROUTE(GET, "/entreprises/demande/{siren}", claim_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/entreprises/demande/{siren}/chambre", claim_code_send_form, WRITE, RIGHT_SIGNED,
      KIB(4), 10)
ROUTE(POST, "/entreprises/demande/{siren}/courrier", claim_letter_form, WRITE, RIGHT_SIGNED,
      KIB(4), 10)
ROUTE(POST, "/entreprises/demande/{siren}/examen", claim_review_form, WRITE, RIGHT_SIGNED, KIB(8),
      10)
ROUTE(POST, "/entreprises/demande/{siren}/retirer", claim_give_up_form, WRITE, RIGHT_SIGNED,
      KIB(4), 0)
ROUTE(GET, "/entreprises/code", claim_code_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/entreprises/code", claim_code_form, WRITE, RIGHT_SIGNED, KIB(4), 20)
ROUTE(GET, "/entreprises/contester/{id}", contest_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/entreprises/contester/{id}", contest_form, WRITE, RIGHT_COMPANY, KIB(8), 0)
ROUTE(GET, "/entreprises/effectif", heads_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/entreprises/effectif", heads_form, WRITE, RIGHT_COMPANY, KIB(8), 0)

/* account: the account, the agents' queue */
ROUTE(GET, "/compte", account_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/compte/sessions", account_sessions_form, WRITE, RIGHT_SIGNED, KIB(4), 0)
ROUTE(POST, "/compte/jetons", token_create_form, WRITE, RIGHT_SIGNED, KIB(4), 0)
ROUTE(POST, "/compte/jetons/retirer", token_revoke_form, WRITE, RIGHT_SIGNED, KIB(4), 0)
ROUTE(GET, "/agent", agent_queue_page, READ, RIGHT_AGENT | RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(GET, "/agent/dossiers/{id}", agent_case_page, READ,
      RIGHT_AGENT | RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(POST, "/agent/dossiers/{id}", agent_case_form, WRITE, RIGHT_AGENT, KIB(16), 0)
ROUTE(POST, "/agent/dossiers/{id}/rouvrir", agent_reopen_form, WRITE, RIGHT_AGENT, KIB(16), 0)
ROUTE(GET, "/agent/suivant", agent_next_page, READ, RIGHT_AGENT | RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(GET, "/agent/decisions", agent_decided_page, READ, RIGHT_AGENT | RIGHT_ADMIN | RIGHT_AUDIT,
      0, 0)
ROUTE(GET, "/api/v1/tokens", tokens_get, READ, RIGHT_API_READ, 0, 0)
ROUTE(POST, "/api/v1/tokens", tokens_post, WRITE, RIGHT_API_READ, KIB(4), 10)
ROUTE(DELETE, "/api/v1/tokens/{id}", token_delete, WRITE, RIGHT_API_READ, 0, 0)

/* staff: the second proof, the console */
ROUTE(GET, "/connexion/verification", proof_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/connexion/verification", proof_form, WRITE, RIGHT_SIGNED, KIB(4), 20)
ROUTE(GET, "/connexion/activation", enrol_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(POST, "/connexion/activation", enrol_form, WRITE, RIGHT_SIGNED, KIB(4), 20)
ROUTE(GET, "/compte/securite", security_page, READ, STAFF_ANY, 0, 0)
ROUTE(POST, "/compte/securite/codes", recovery_form, WRITE, STAFF_ANY | RIGHT_FRESH, KIB(4), 0)
ROUTE(GET, "/demo/codes", demo_codes_page, READ, RIGHT_DEMO, 0, 0)
ROUTE(GET, "/console", console_home_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/approbations", act_list_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/approbations/{id}", act_page, READ, STAFF_ANY, 0, 0)
ROUTE(POST, "/console/approbations/{id}", act_form, LATE,
      RIGHT_ADMIN | RIGHT_STOCK | RIGHT_AGENT | RIGHT_FINANCE | RIGHT_FRESH, KIB(16), 0)
ROUTE(GET, "/console/journal", journal_page, READ, RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(GET, "/console/journal.csv", journal_export_get, LATE, RIGHT_ADMIN | RIGHT_AUDIT, 0, 20)
ROUTE(GET, "/console/equipe", team_page, READ, RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(POST, "/console/equipe", team_form, WRITE, RIGHT_ADMIN | RIGHT_FRESH, KIB(8), 10)
ROUTE(GET, "/console/equipe/{id}", member_page, READ, RIGHT_ADMIN | RIGHT_AUDIT, 0, 0)
ROUTE(POST, "/console/equipe/{id}", member_form, WRITE, RIGHT_ADMIN | RIGHT_FRESH, KIB(8), 0)
ROUTE(POST, "/console/equipe/{id}/sessions", member_sessions_form, WRITE,
      RIGHT_ADMIN | RIGHT_FRESH, KIB(4), 0)
ROUTE(POST, "/console/equipe/{id}/verification", member_totp_form, WRITE,
      RIGHT_ADMIN | RIGHT_FRESH, KIB(4), 0)

/* order */
ROUTE(GET, "/c/{slug}/commander", order_start_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/c/{slug}/commander/etape", order_step_form, READ, RIGHT_COMPANY, KIB(16), 0)
ROUTE(POST, "/c/{slug}/commander", order_place_form, WRITE, RIGHT_COMPANY, KIB(16), 0)
ROUTE(GET, "/api/v1/orders", orders_get, READ, RIGHT_API_READ, 0, 0)
ROUTE(GET, "/api/v1/orders/{ref}", order_get, READ, RIGHT_API_READ, 0, 0)
ROUTE(POST, "/api/v1/orders", orders_post, WRITE, RIGHT_API_ORDER, KIB(16), 0)
ROUTE(POST, "/api/v1/orders/{ref}/cancel", order_cancel_post, WRITE, RIGHT_API_ORDER, KIB(4), 0)

/* buyer */
ROUTE(GET, "/commandes", order_list_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(GET, "/commandes/{ref}", order_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(GET, "/commandes/{ref}/annuler", order_cancel_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/commandes/{ref}/annuler", order_cancel_form, WRITE, RIGHT_COMPANY, KIB(4), 0)

/* invoice */
ROUTE(GET, "/commandes/{ref}/documents/{number}", invoice_get, READ, RIGHT_COMPANY, 0, 0)
ROUTE(GET, "/api/v1/orders/{ref}/invoices", invoices_get, READ, RIGHT_API_READ, 0, 0)
ROUTE(GET, "/api/v1/orders/{ref}/invoices/{number}", invoice_get, READ, RIGHT_API_READ, 0, 0)
ROUTE(GET, "/api/v1/orders/{ref}/invoices/{number}/xml", invoice_xml_get, READ, RIGHT_API_READ, 0,
      0)
ROUTE(GET, "/console/finances", finance_page, READ, SEES_MONEY, 0, 0)
ROUTE(GET, "/console/finances/documents/{id}", finance_document_get, READ, SEES_MONEY, 0, 0)
ROUTE(GET, "/console/finances/journal.txt", finance_journal_get, LATE, SEES_MONEY, 0, 20)
ROUTE(GET, "/console/finances/releves", settle_list_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/releves", settle_add_form, LATE, RIGHT_FINANCE | RIGHT_ADMIN,
      KIB(16 * 1024 + 128), 20)
ROUTE(GET, "/console/finances/releves/{id}", settle_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/releves/{id}", settle_act_form, WRITE, RIGHT_FINANCE | RIGHT_ADMIN,
      KIB(8), 0)
ROUTE(GET, "/console/finances/releves/{id}/ecarts.csv", settle_findings_csv, READ, SEES_MONEY, 0,
      60)
ROUTE(GET, "/console/finances/releves/{id}/ecarts/{seq}", settle_finding_page, READ, SEES_MONEY, 0,
      0)
ROUTE(POST, "/console/finances/releves/{id}/ecarts/{seq}", settle_finding_form, WRITE,
      RIGHT_FINANCE | RIGHT_ADMIN, KIB(8), 0)
ROUTE(GET, "/console/finances/rembourser/{ref}", refund_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/rembourser/{ref}", refund_form, WRITE,
      RIGHT_FINANCE | RIGHT_ADMIN | RIGHT_FRESH, KIB(8), 0)
ROUTE(GET, "/console/finances/remboursements", refund_many_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/remboursements", refund_many_form, WRITE,
      RIGHT_FINANCE | RIGHT_ADMIN | RIGHT_FRESH, KIB(32), 0)

/* payment: what waits for a person */
ROUTE(GET, "/console/finances/a-traiter", payment_care_page, READ, SEES_MONEY, 0, 0)
ROUTE(GET, "/console/finances/alertes/{id}", alarm_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/alertes/{id}", alarm_form, WRITE, RIGHT_FINANCE | RIGHT_ADMIN,
      KIB(8), 0)
ROUTE(GET, "/console/finances/attente/{id}", waiting_refund_page, READ, SEES_MONEY, 0, 0)
ROUTE(POST, "/console/finances/attente/{id}", waiting_refund_form, WRITE,
      RIGHT_FINANCE | RIGHT_ADMIN | RIGHT_FRESH, KIB(8), 0)
ROUTE(POST, "/console/finances/notifications/{id}", event_again_form, WRITE,
      RIGHT_FINANCE | RIGHT_ADMIN, KIB(4), 0)

/* payment */
ROUTE(POST, "/commandes/{ref}/payer", payment_begin_form, WRITE, RIGHT_COMPANY, KIB(4), 0)
ROUTE(GET, "/commandes/{ref}/paiement/{id}", payment_out_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/commandes/{ref}/paiement/{id}", payment_leave_form, LATE, RIGHT_COMPANY, KIB(4), 0)
ROUTE(GET, "/commandes/{ref}/retour", payment_return_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/payer/{ref}/{key}", payment_link_page, READ, RIGHT_NONE, 0, 60)
ROUTE(POST, "/payer/{ref}/{key}", payment_link_form, WRITE, RIGHT_NONE, KIB(4), 20)
ROUTE(GET, "/payer/{ref}/{key}/{id}", payment_link_out_page, READ, RIGHT_NONE, 0, 60)
ROUTE(POST, "/payer/{ref}/{key}/{id}", payment_link_leave_form, LATE, RIGHT_NONE, KIB(4), 20)
ROUTE(POST, "/hook/retour/{ref}", payment_return_hook, LATE, RIGHT_NONE, KIB(64), 0)
ROUTE(POST, "/hook/lyra", payment_lyra_hook, LATE, RIGHT_NONE, KIB(64), 0)
ROUTE(POST, "/hook/stripe", payment_stripe_hook, LATE, RIGHT_NONE, KIB(256), 0)
/* mail */
ROUTE(GET, "/demo/mail", mail_list_page, READ, RIGHT_DEMO, 0, 0)
ROUTE(GET, "/demo/mail/{id}", mail_page, READ, RIGHT_DEMO, 0, 0)

/* site */
ROUTE(GET, "/aide", site_help_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/accessibilite", site_access_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/mentions-legales", site_legal_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/confidentialite", site_privacy_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/problems", problems_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/problems/{type}", problem_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/demo/parts", gallery_page, READ, RIGHT_DEMO, 0, 0)

/* campaign */
ROUTE(GET, "/", campaigns_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/c/{slug}", campaign_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/c/{slug}/verifier", campaign_verdict_page, READ, RIGHT_NONE, 0, 60)
ROUTE(GET, "/c/{slug}/regles", campaign_rules_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/c/{slug}/chiffres", campaign_figures_get, READ, RIGHT_NONE, 0, 60)
ROUTE(GET, "/schema/campaign-1.json", campaign_schema_get, LATE, RIGHT_NONE, 0, 0)
ROUTE(GET, "/api/v1/openapi.json", openapi_get, LATE, RIGHT_NONE, 0, 0)
ROUTE(GET, "/api/v1/campaigns", campaigns_get, READ, RIGHT_NONE, 0, 120)
ROUTE(GET, "/api/v1/campaigns/{slug}", campaign_get, READ, RIGHT_NONE, 0, 120)
ROUTE(GET, "/api/v1/campaigns/{slug}/stock", campaign_stock_get, READ, RIGHT_NONE, 0, 120)
ROUTE(GET, "/api/v1/campaigns/{slug}/eligibility/{siret}", campaign_eligibility_get, READ,
      RIGHT_NONE, 0, 60)

/* delivery */
ROUTE(GET, "/console/preparation", waves_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/nouvelle", wave_new_page, READ, RIGHT_STOCK | RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/preparation/nouvelle", wave_new_form, WRITE, RIGHT_STOCK | RIGHT_ADMIN,
      KIB(4), 0)
ROUTE(GET, "/console/preparation/vagues/{id}", wave_page, READ, SEES_STOCK, 0, 0)
ROUTE(POST, "/console/preparation/vagues/{id}/etiquettes", wave_labels_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/preparation/vagues/{id}/arret", wave_stop_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/preparation/vagues/{id}/abandon", wave_give_up_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(GET, "/console/preparation/vagues/{id}/prelevement", wave_picks_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/vagues/{id}/prelevement.pdf", wave_picks_pdf, READ, SEES_STOCK, 0,
      60)
ROUTE(GET, "/console/preparation/vagues/{id}/colisage.pdf", wave_packing_pdf, READ, SEES_STOCK, 0,
      60)
ROUTE(GET, "/console/preparation/vagues/{id}/etiquettes.pdf", wave_labels_pdf, READ, SEES_STOCK, 0,
      120)
ROUTE(GET, "/console/preparation/vagues/{id}/bons.pdf", wave_notes_pdf, READ, SEES_STOCK, 0, 60)
ROUTE(GET, "/console/preparation/emballage", parcel_scan_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/colis/{id}", parcel_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/colis/{id}/etiquette", parcel_label_get, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/colis/{id}/douane.pdf", parcel_customs_get, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/colis/{id}/bon.pdf", parcel_note_get, READ, SEES_STOCK, 0, 0)
ROUTE(POST, "/console/preparation/colis/{id}/confirmer", parcel_confirm_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/preparation/colis/{id}/manque", parcel_short_form_post, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/preparation/colis/{id}/redemander", parcel_retry_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/preparation/colis/{id}/doute", parcel_settle_form, WRITE,
      RIGHT_STOCK | RIGHT_ADMIN, KIB(4), 0)
ROUTE(GET, "/console/preparation/remises", handovers_page, READ, SEES_STOCK, 0, 0)
ROUTE(POST, "/console/preparation/remises", handover_form, WRITE, RIGHT_STOCK | RIGHT_ADMIN, KIB(4),
      0)
ROUTE(GET, "/console/preparation/remises/{id}", handover_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/preparation/remises/{id}/bordereau.pdf", handover_pdf, READ, SEES_STOCK, 0, 60)
ROUTE(GET, "/console/preparation/remises/{id}/annonce.csv", handover_csv, READ, SEES_STOCK, 0, 60)
/* stock */
ROUTE(GET, "/console/stock", stock_home_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/mouvements", stock_moves_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/lots", stock_batches_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/lots/{id}", stock_batch_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/lots/{id}/commandes.csv", stock_batch_csv, LATE,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 20)
ROUTE(GET, "/console/stock/arrivages", stock_arrivals_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/arrivages/annoncer", stock_announce_page, READ,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/arrivages/annoncer", stock_announce_form, WRITE,
      RIGHT_ADMIN | RIGHT_STOCK, KIB(8), 0)
ROUTE(GET, "/console/stock/arrivages/{id}/annuler", stock_arrival_cancel_page, READ,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/arrivages/{id}/annuler", stock_arrival_cancel_form, WRITE,
      RIGHT_ADMIN | RIGHT_STOCK, KIB(8), 0)
ROUTE(GET, "/console/stock/reception", stock_receive_page, READ, RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(GET, "/console/stock/reception/{id}", stock_count_page, READ, RIGHT_ADMIN | RIGHT_STOCK, 0,
      0)
ROUTE(POST, "/console/stock/reception/{id}", stock_count_form, WRITE, RIGHT_ADMIN | RIGHT_STOCK,
      KIB(8), 0)
ROUTE(GET, "/console/stock/lots/{id}/quarantaine", stock_quarantine_page, READ,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/lots/{id}/quarantaine", stock_quarantine_form, WRITE,
      RIGHT_ADMIN | RIGHT_STOCK, KIB(8), 0)
ROUTE(GET, "/console/stock/lots/{id}/transfert", stock_transfer_page, READ,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/lots/{id}/transfert", stock_transfer_form, WRITE,
      RIGHT_ADMIN | RIGHT_STOCK, KIB(8), 0)
ROUTE(GET, "/console/stock/transferts", stock_transfers_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/transferts/{id}", stock_arrive_page, READ, RIGHT_ADMIN | RIGHT_STOCK, 0,
      0)
ROUTE(POST, "/console/stock/transferts/{id}", stock_arrive_form, WRITE, RIGHT_ADMIN | RIGHT_STOCK,
      KIB(8), 0)
ROUTE(GET, "/console/stock/lots/{id}/inventaire", stock_correct_page, READ,
      RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/lots/{id}/inventaire", stock_correct_form, WRITE,
      RIGHT_ADMIN | RIGHT_STOCK, KIB(8), 0)
ROUTE(GET, "/console/stock/lots/{id}/rappel", stock_recall_page, READ, RIGHT_ADMIN | RIGHT_STOCK,
      0, 0)
ROUTE(POST, "/console/stock/lots/{id}/rappel", stock_recall_form, WRITE, RIGHT_ADMIN | RIGHT_STOCK,
      KIB(8), 0)
ROUTE(GET, "/console/stock/lots/{id}/suite", stock_follow_page, READ, RIGHT_ADMIN | RIGHT_STOCK, 0,
      0)
ROUTE(POST, "/console/stock/lots/{id}/suite", stock_follow_form, WRITE, RIGHT_ADMIN | RIGHT_STOCK,
      KIB(8), 0)
ROUTE(GET, "/console/stock/entrepots", stock_places_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/stock/entrepots/{id}", stock_place_page, READ, RIGHT_ADMIN | RIGHT_STOCK, 0, 0)
ROUTE(POST, "/console/stock/entrepots/{id}", stock_place_form, WRITE, RIGHT_ADMIN | RIGHT_STOCK,
      KIB(8), 0)

/* track: status files */
ROUTE(GET, "/console/livraison/fichier", status_page, READ, RIGHT_STOCK | RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/livraison/fichier", status_form, LATE, RIGHT_STOCK | RIGHT_ADMIN,
      KIB(8 * 1024 + 64), 20)

/* care: troubles, complaints */
ROUTE(GET, "/console/livraison", trouble_queue_page, READ, SEES_STOCK, 0, 0)
ROUTE(GET, "/console/livraison/{id}", trouble_page, READ, SEES_STOCK, 0, 0)
ROUTE(POST, "/console/livraison/{id}", trouble_form, LATE, RIGHT_STOCK | RIGHT_ADMIN, KIB(16), 0)
ROUTE(GET, "/commandes/{ref}/reclamation", complaint_buyer_page, READ, RIGHT_COMPANY, 0, 0)
ROUTE(POST, "/commandes/{ref}/reclamation", complaint_open_form, WRITE, RIGHT_COMPANY,
      KIB(15 * 1024 + 64), 10)
ROUTE(POST, "/commandes/{ref}/reclamation/reponse", complaint_reply_form, WRITE, RIGHT_COMPANY,
      KIB(15 * 1024 + 64), 10)
ROUTE(GET, "/reclamations/photos/{id}", complaint_photo_get, READ, RIGHT_COMPANY, 0, 0)
ROUTE(GET, "/console/reclamations", complaint_queue_page, READ, SEES_BUYERS, 0, 0)
ROUTE(GET, "/console/reclamations/photos/{id}", complaint_staff_photo_get, READ, SEES_BUYERS, 0, 0)
ROUTE(GET, "/console/reclamations/{id}", complaint_case_page, READ, SEES_BUYERS, 0, 0)
ROUTE(POST, "/console/reclamations/{id}", complaint_case_form, LATE,
      RIGHT_STOCK | RIGHT_ADMIN | RIGHT_AGENT, KIB(16), 0)

/* export */
ROUTE(GET, "/console/exports", exports_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/exports/commandes.csv", export_orders_get, LATE, SEES_BUYERS, 0, 20)
ROUTE(GET, "/console/exports/lignes.csv", export_lines_get, LATE, SEES_BUYERS, 0, 20)
ROUTE(GET, "/console/exports/colis.csv", export_parcels_get, LATE, SEES_STOCK, 0, 20)
ROUTE(GET, "/console/exports/mouvements.csv", export_movements_get, LATE, SEES_STOCK, 0, 20)
ROUTE(GET, "/console/exports/paiements.csv", export_payments_get, LATE, SEES_MONEY, 0, 20)
ROUTE(GET, "/console/exports/remboursements.csv", export_refunds_get, LATE, SEES_MONEY, 0, 20)
ROUTE(POST, "/console/exports/acheteurs", export_buyers_form, WRITE, ASKS_BUYERS | RIGHT_FRESH,
      KIB(8), 0)
ROUTE(GET, "/console/exports/acheteurs/{id}", export_buyers_get, LATE, ASKS_BUYERS, 0, 20)

/* figure */
ROUTE(GET, "/console/tableau", board_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/tableau/departements", places_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/tableau/evenements", board_events, READ, STAFF_ANY, 0, 60)

/* manage: an organiser's campaigns */
ROUTE(GET, "/console/campagnes", campaign_table_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}", campaign_console_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/versions/{version}", version_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/versions/{version}/regles.json", version_json_get, READ,
      STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/differences", version_diff_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/suspension", pause_page, READ, RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/campagnes/{slug}/suspension", pause_form, WRITE, RIGHT_ADMIN | RIGHT_FRESH,
      KIB(8), 0)
ROUTE(POST, "/console/campagnes/{slug}/suspension/apercu", pause_preview_form, READ, RIGHT_ADMIN,
      KIB(8), 0)
ROUTE(POST, "/console/campagnes/{slug}/reprise", resume_form, WRITE, RIGHT_ADMIN | RIGHT_FRESH,
      KIB(8), 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons", draft_begin_form, WRITE, RIGHT_ADMIN, KIB(4), 0)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}", draft_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}/regles.json", draft_json_get, READ,
      STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}/modifier/{part}", draft_part_page, READ,
      RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/modifier/{part}", draft_part_form, WRITE,
      RIGHT_ADMIN, KIB(64), 0)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}/fichier", draft_file_page, READ, STAFF_ANY, 0,
      0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/fichier", draft_file_form, WRITE,
      RIGHT_ADMIN, KIB(1700), 20)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}/publication", draft_ask_page, READ,
      RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/publication", draft_ask_form, WRITE,
      RIGHT_ADMIN | RIGHT_FRESH, KIB(8), 0)
ROUTE(GET, "/console/campagnes/{slug}/brouillons/{id}/reprise", draft_rebase_page, READ,
      RIGHT_ADMIN, 0, 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/reprise", draft_rebase_form, WRITE,
      RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/abandon", draft_drop_form, WRITE,
      RIGHT_ADMIN, KIB(4), 0)
ROUTE(POST, "/console/campagnes/{slug}/brouillons/{id}/simulation", dry_run_begin_form, WRITE,
      RIGHT_ADMIN, KIB(4), 30)
ROUTE(GET, "/console/campagnes/{slug}/simulations/{id}", dry_run_page, READ, STAFF_ANY, 0, 0)
ROUTE(GET, "/console/campagnes/{slug}/simulations/{id}/etat", dry_run_figures_get, READ, STAFF_ANY,
      0, 0)
ROUTE(POST, "/console/campagnes/{slug}/simulations/{id}/arret", dry_run_cancel_form, WRITE,
      RIGHT_ADMIN, KIB(4), 0)

/* open */
ROUTE(GET, "/donnees", open_page, READ, RIGHT_NONE, 0, 0)
ROUTE(GET, "/donnees/catalogue.jsonld", open_catalogue_get, READ, RIGHT_NONE, 0, 60)
ROUTE(GET, "/donnees/{slug}/stock.csv", open_stock_csv, READ, RIGHT_NONE, 0, 120)
ROUTE(GET, "/donnees/{slug}/stock.json", open_stock_json, READ, RIGHT_NONE, 0, 120)
ROUTE(GET, "/donnees/{slug}/commandes.csv", open_orders_csv, LATE, RIGHT_NONE, 0, 30)
ROUTE(GET, "/donnees/{slug}/commandes.json", open_orders_json, LATE, RIGHT_NONE, 0, 30)

/* privacy */
ROUTE(GET, "/compte/donnees", own_data_page, READ, RIGHT_SIGNED, 0, 0)
ROUTE(GET, "/compte/donnees/copie.zip", own_copy_get, LATE, RIGHT_SIGNED, 0, 6)
ROUTE(POST, "/compte/donnees/effacement", own_erase_form, WRITE, RIGHT_SIGNED, KIB(4), 10)
ROUTE(POST, "/compte/donnees/retrait", own_withdraw_form, WRITE, RIGHT_SIGNED, KIB(4), 10)
ROUTE(GET, "/console/donnees", privacy_queue_page, READ, ANSWERS_PEOPLE | RIGHT_AUDIT, 0, 0)
ROUTE(GET, "/console/donnees/{id}", privacy_request_page, READ, ANSWERS_PEOPLE | RIGHT_AUDIT, 0, 0)
ROUTE(POST, "/console/donnees/{id}", privacy_request_form, WRITE, ANSWERS_PEOPLE | RIGHT_FRESH,
      KIB(8), 0)
ROUTE(GET, "/console/donnees/copies/{id}", company_copy_get, LATE, ANSWERS_PEOPLE, 0, 20)
ROUTE(GET, "/console/entreprises/{siren}/donnees", company_data_page, READ,
      ANSWERS_PEOPLE | RIGHT_AUDIT, 0, 0)
ROUTE(POST, "/console/entreprises/{siren}/donnees", company_data_form, WRITE,
      ANSWERS_PEOPLE | RIGHT_FRESH, KIB(8), 0)
/* desk */
ROUTE(GET, "/console/recherche", desk_search_page, READ, SEES_BUYERS, 0, 0)
ROUTE(GET, "/console/commandes", desk_orders_page, READ, SEES_BUYERS, 0, 0)
ROUTE(GET, "/console/commandes/{ref}", desk_order_page, READ, SEES_BUYERS, 0, 0)
ROUTE(POST, "/console/commandes/{ref}/lien", desk_link_form, WRITE, RIGHT_AGENT, KIB(4), 20)
ROUTE(GET, "/console/commandes/{ref}/annuler", desk_cancel_page, READ, RIGHT_AGENT, 0, 0)
ROUTE(POST, "/console/commandes/{ref}/annuler", desk_cancel_form, WRITE, RIGHT_AGENT, KIB(4), 0)
ROUTE(GET, "/console/entreprises/{siren}", desk_company_page, READ, SEES_BUYERS, 0, 0)
ROUTE(POST, "/console/entreprises/{siren}/notes", desk_note_form, WRITE, RIGHT_AGENT | RIGHT_ADMIN,
      KIB(8), 0)
ROUTE(GET, "/console/telephone", phone_start_page, READ, RIGHT_AGENT, 0, 0)
ROUTE(GET, "/console/telephone/{siren}", phone_company_page, READ, RIGHT_AGENT, 0, 0)
ROUTE(GET, "/console/telephone/{siren}/effectif", phone_heads_page, READ, RIGHT_AGENT, 0, 0)
ROUTE(POST, "/console/telephone/{siren}/effectif", phone_heads_form, WRITE, RIGHT_AGENT, KIB(8), 20)
ROUTE(GET, "/console/telephone/{siren}/c/{slug}", phone_order_page, READ, RIGHT_AGENT, 0, 0)
ROUTE(POST, "/console/telephone/{siren}/c/{slug}/etape", phone_step_form, READ, RIGHT_AGENT,
      KIB(16), 0)
ROUTE(POST, "/console/telephone/{siren}/c/{slug}", phone_order_form, WRITE, RIGHT_AGENT,
      KIB(16), 20)
