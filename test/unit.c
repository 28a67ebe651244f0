/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit.c - the program of the unit tests.
 *
 *     build/unit [-jN] [MODULE...]     all modules, or those; -jN: in N processes
 *
 * With -jN each process takes the next module when it is done with one, so that what a process
 * makes once (test/ground.h) serves many. What a module says is held back until its end and then
 * printed whole. A module that ends its process is named, and another process goes on.
 */
#include "test/unit.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parse.h"

enum { PROCESSES_MAX = 16, NONE = -1 };

struct process {
    pid_t pid;      /* 0: it has ended. */
    int said;       /* A file in memory: what the module at hand has said. */
    atomic_int now; /* The module at hand, or NONE. */
};

/* Seen by all processes. */
struct plan {
    pthread_mutex_t printing;
    atomic_int next;
    int count;
    const struct unit_module **module;
    struct process process[PROCESSES_MAX];
};

static int
module_run(const struct unit_module *m)
{
    int failed = m->run();

    if (failed != 0)
        fprintf(stderr, "FAILED: %s (%d)\n", m->name, failed);
    return failed != 0;
}

/* ---- many processes ---- */

static void
said_print(struct plan *plan, struct process *p, int out)
{
    char buf[65536];
    ssize_t n;

    pthread_mutex_lock(&plan->printing);
    lseek(p->said, 0, SEEK_SET);
    while ((n = read(p->said, buf, sizeof buf)) > 0)
        for (ssize_t done = 0, k; done < n; done += k) {
            k = write(out, buf + done, (size_t)(n - done));
            if (k < 0)
                abort();
        }
    pthread_mutex_unlock(&plan->printing);
    if (ftruncate(p->said, 0) != 0)
        abort();
    lseek(p->said, 0, SEEK_SET);
}

/* Ends with exit, so that what the modules made once is removed and leaks are looked for. */
_Noreturn static void
process_main(struct plan *plan, struct process *p)
{
    int out = dup(STDOUT_FILENO);
    int failed = 0, i;

    if (out < 0 || dup2(p->said, STDOUT_FILENO) < 0 || dup2(p->said, STDERR_FILENO) < 0)
        abort();
    while ((i = atomic_fetch_add(&plan->next, 1)) < plan->count) {
        atomic_store(&p->now, i);
        failed += module_run(plan->module[i]);
        fflush(stdout);
        atomic_store(&p->now, NONE);
        said_print(plan, p, out);
    }
    exit(failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
process_start(struct plan *plan, struct process *p)
{
    atomic_store(&p->now, NONE);
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0)
        process_main(plan, p);
    p->pid = pid; /* Here only: the child sees the same memory. */
}

/* Waits for one; whether it failed. */
static bool
process_end(struct plan *plan, int processes)
{
    int status;
    pid_t pid = wait(&status);

    for (int k = 0; k < processes; k++) {
        struct process *p = &plan->process[k];
        int now = atomic_load(&p->now);

        if (p->pid != pid)
            continue;
        p->pid = 0;
        said_print(plan, p, STDOUT_FILENO);
        if (now != NONE || (status != 0 && WEXITSTATUS(status) != EXIT_FAILURE))
            fprintf(stderr, "FAILED: %s (it ended its process, status %#x)\n",
                    now != NONE ? plan->module[now]->name : "clearing up", (unsigned)status);
        if (now != NONE)
            process_start(plan, p);
        break;
    }
    return status != 0;
}

static struct plan *
plan_make(const struct unit_module **module, int count, int processes)
{
    struct plan *plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attr;

    if (plan == MAP_FAILED)
        abort();
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&plan->printing, &attr);
    pthread_mutexattr_destroy(&attr);
    plan->module = module;
    plan->count = count;
    for (int k = 0; k < processes; k++) {
        plan->process[k].said = memfd_create("unit", MFD_CLOEXEC);
        if (plan->process[k].said < 0)
            abort();
    }
    return plan;
}

static bool
run_in_processes(const struct unit_module **module, int count, int processes)
{
    struct plan *plan = plan_make(module, count, processes);
    bool failed = false;
    int alive = processes;

    for (int k = 0; k < processes; k++)
        process_start(plan, &plan->process[k]);
    while (alive > 0) {
        failed |= process_end(plan, processes);
        alive = 0;
        for (int k = 0; k < processes; k++)
            alive += plan->process[k].pid != 0;
    }
    return failed;
}

/* ---- the command line ---- */

static const struct unit_module *
module_named(const char *name)
{
    for (int i = 0; i < unit_module_count; i++)
        if (strcmp(unit_modules[i].name, name) == 0)
            return &unit_modules[i];
    fprintf(stderr, "no unit test is named '%s'; they are:", name);
    for (int i = 0; i < unit_module_count; i++)
        fprintf(stderr, " %s", unit_modules[i].name);
    fputc('\n', stderr);
    exit(2);
}

int
main(int argc, char **argv)
{
    bool many = argc > 1 && strncmp(argv[1], "-j", 2) == 0;
    int64_t processes = 1;
    int named = argc - 1 - many, count = named > 0 ? named : unit_module_count;
    const struct unit_module **module = calloc((size_t)count, sizeof *module);
    bool failed = false;

    if (module == NULL ||
        (many && !parse_i64(str_of(argv[1] + 2), 1, PROCESSES_MAX, &processes))) {
        fputs("usage: unit [-jN] [MODULE...]\n", stderr);
        return 2;
    }
    for (int i = 0; i < count; i++)
        module[i] = named > 0 ? module_named(argv[1 + many + i]) : &unit_modules[i];
    if (many)
        failed = run_in_processes(module, count, (int)processes);
    else
        for (int i = 0; i < count; i++)
            failed |= module_run(module[i]) != 0;
    printf("%d modules, %s\n", count, failed ? "FAILED" : "all passed");
    free(module);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
