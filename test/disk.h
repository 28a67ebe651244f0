/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.h - a disk below SQLite that remembers, fails on demand, and loses its power.
 *
 * From disk_new on it stands between SQLite and the operating system (it is the process's default
 * VFS; wal_vfs.c lies above it). It keeps every write, truncation, sync and removal of the database
 * file and of its write-ahead log. disk_cut then makes the files that a real disk may hold when the
 * power goes after any of them: what came before a file's last completed sync is there; of each
 * later write each sector of 512 bytes is there or not, whatever came after it; a length may be any
 * that the file had meanwhile; sectors that were never written hold noughts or anything.
 *
 * A sync that fails is final, as it is in the kernel: what it should have brought to the disk is
 * there or not for ever, can be read until the power goes, and no later sync tells.
 */
#ifndef MAILLON_TEST_DISK_H
#define MAILLON_TEST_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_op { DISK_WRITE = 1, DISK_TRUNCATE = 2, DISK_SYNC = 4, DISK_READ = 8 };
enum disk_fault { DISK_FULL, DISK_BROKEN }; /* ENOSPC, EIO */

struct disk;

/* database: the path of the database file as the program opens it. One disk at a time. */
struct disk *disk_new(const char *database, uint64_t seed);
/* After every connection was closed. */
void disk_free(struct disk *d);

/* How many events it has seen. */
size_t disk_now(struct disk *d);

/* The nth of these operations (a sum of enum disk_op) from now on fails, after half of it was done
 * when it is a write; and so do all that follow when it lasts. */
void disk_fail(struct disk *d, unsigned ops, int nth, enum disk_fault fault, bool lasts);
void disk_heal(struct disk *d);
/* How many operations failed since disk_fail. */
int disk_failures(struct disk *d);

/* Makes the files at the path `to` as they may be after `cut` events; seed: one of the many ways.
 * lying: as if no sync had ever reached the disk. Cheapest when cuts ascend. */
void disk_cut(struct disk *d, size_t cut, uint64_t seed, bool lying, const char *to);

/* The next number of a sequence: the same seed gives the same trial. */
uint64_t disk_random(uint64_t *seed);

#endif
