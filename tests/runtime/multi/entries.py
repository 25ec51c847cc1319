#!/usr/bin/env python3
"""entries.py ROOT - each function that guests or hosts call begins with HD_ENTRY, or is named here with the reason.

Without it an executor of higher priority could come between (runtime/core/entry.h)."""
import re
import sys
from pathlib import Path

RUNTIME = Path(sys.argv[1]) / "runtime"
HEADERS = ["core/builtin.h", "core/kiln.h", "host/ring.h", "host/script.h", "host/timer.h", "host/func.h"]
MORE = """hd_call_async hd_call_sync hd_call_host hd_task_release hd_task_request_cancel hd_task_resolve hd_instance_init
hd_instantiate hd_deliver hd_tick hd_callback_call hd_fuel_spent hd_memory_grow hd_check_deadlock hd_move_error
hd_component_start hd_component_call hd_component_poll hd_component_cancel hd_mailbox_init hd_executor_bind""".split()
# they touch hd_now, or flash, alone
ALONE = """hd_context_get hd_context_set kiln_builtins_context_get kiln_builtins_context_set hd_thread_index hd_host_export
hd_hook_function hd_hook_task_return hd_hook_backpressure""".split()
# they call others that do
THROUGH = """kiln_builtins_backpressure_inc kiln_builtins_backpressure_dec kiln_builtins_task_cancel
kiln_builtins_task_yield kiln_builtins_subtask_cancel kiln_builtins_subtask_drop kiln_builtins_waitable_set_new
kiln_builtins_waitable_set_poll kiln_builtins_waitable_set_wait kiln_builtins_waitable_set_drop
kiln_builtins_waitable_join hd_host_deliver""".split()

DECLARED = re.compile(r"^(?:[a-z_0-9]+ )+\**((?:hd|kiln)_[a-z_0-9]+)\([^;{]*\);", re.M)
names = set(MORE)
for h in HEADERS:
    text = re.sub(r"/\*.*?\*/", "", (RUNTIME / h).read_text(), flags=re.S)
    names |= set(DECLARED.findall(text))
sources = {p: p.read_text() for p in RUNTIME.rglob("*.c")}
bad = 0
for name in sorted(names):
    if name in ALONE or name in THROUGH:
        continue
    define = re.compile(r"^(?!static)[A-Za-z_0-9 *]*\b%s\([^;{}]*\)\n\{\n\s*(\w+)" % name, re.M)
    first = [m.group(1) for text in sources.values() for m in define.finditer(text)]
    if not first or any(f != "HD_ENTRY" for f in first):
        print("not ok - %s: %s" % (name, first or "not found"))
        bad += 1
print("%d functions, %d without HD_ENTRY" % (len(names), bad))
sys.exit(bad > 0)
