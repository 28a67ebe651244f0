/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command: COMMAND(words, handler, usage, one line of help). Included several times: no
 * include guard. The long help is doc/commands/<words joined by '-'>.txt, embedded at build time.
 */
