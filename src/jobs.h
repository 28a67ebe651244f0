/* SPDX-License-Identifier: Apache-2.0 */
/* Every background job. See job/job.h for the columns. Included several times: no include guard. */

/* order */
JOB(ORDER_EXPIRE, order_expire_job, 1, 60000, 5000)
JOB(ORDER_SETTLE, order_settle_job, 12, 30000, 0)

/* job */
JOB(JOB_PURGE, job_purge_job, 1, 60000, 86400000)
/* check */
JOB(CHECK, check_minute_job, 1, 60000, 60000)

/* invoice */
JOB(INVOICE_ISSUE, invoice_issue_job, 1, 60000, 5000)
JOB(SETTLE, settle_job, 8, 600000, 0)
JOB(SETTLE_PURGE, settle_purge_job, 3, 60000, 86400000)

/* mail: about ten hours of attempts, of ten minutes at most (MAIL_TRY_S) */
JOB(MAIL_SEND, mail_send_job, 16, 660000, 0)
/* payment */
JOB(PAYMENT_ASK, payment_ask_job, 5, 60000, 0)
JOB(PAYMENT_REFUND, payment_refund_job, 5, 60000, 0)
JOB(PAYMENT_PARKED, payment_parked_job, 5, 60000, 0)
JOB(PAYMENT_SWEEP, payment_sweep_job, 1, 60000, 30000)

/* account */
JOB(ACCOUNT_PURGE, account_purge_job, 3, 60000, 86400000)

/* staff */
JOB(ACT_EXPIRE, act_expire_job, 3, 60000, 600000)
/* delivery */
JOB(WAVE_RUN, wave_run_job, 20, 60000, 0)
JOB(HANDOVER_TELL, handover_tell_job, 10, 60000, 0)

/* stock */
JOB(STOCK_RECALL_ASIDE, stock_recall_aside_job, 16, 120000, 0)
JOB(STOCK_RECALL_MAIL, stock_recall_mail_job, 16, 120000, 0)
JOB(STOCK_RECALL_FOLLOW, stock_recall_follow_job, 16, 600000, 0)
/* track */
JOB(TRACK, track_job, 1, 120000, 60000)
JOB(TRACK_ORDER, track_order_job, 10, 60000, 0)
JOB(TRACK_SILENT, track_silent_job, 1, 60000, 3600000)
/* figure */
JOB(FIGURE_FOLD, figure_fold_job, 1, 60000, 5000)
JOB(FIGURE_TRIAL, figure_trial_job, 1, 600000, 10000)

/* manage */
JOB(DRY_RUN, dry_run_job, 8, 60000, 0)

/* privacy */
JOB(PRIVACY_PURGE, privacy_purge_job, 3, 120000, 86400000)
JOB(PRIVACY_ERASE, privacy_erase_job, 16, 120000, 0)
JOB(PRIVACY_DUE, privacy_due_job, 3, 60000, 600000)
/* desk */
JOB(DESK_INDEX, desk_index_job, 1, 60000, 5000)
