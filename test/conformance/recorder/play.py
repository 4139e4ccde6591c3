"""Runs ansible-playbook once for each run of a JSON list on stdin, two at a time, and says how each ended.

Importing ansible-core and its plugins takes most of the time of a short playbook, so it is done once and each run is a
fork. A run is {"cwd": ..., "args": [...], "env": {...}, "record": FILE, "stdout": FILE, "stderr": FILE}; one that has
an environment of its own starts the program anew, since ansible-core reads the environment when it is imported. Prints
a JSON list of exit codes.
"""

import json
import os
import sys

from ansible.cli.playbook import PlaybookCLI
from ansible.plugins import loader

AT_ONCE = 2


def start(run):
    pid = os.fork()
    if pid:
        return pid
    status = 250
    try:
        os.chdir(run['cwd'])
        os.environ.update(run['env'], CONFORMANCE_RECORD=run['record'])
        for stream, name in ((1, 'stdout'), (2, 'stderr')):
            os.dup2(os.open(run[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
        command = ['ansible-playbook', *run['args']]
        if run['env']:
            os.execv(os.path.join(os.path.dirname(sys.executable), command[0]), command)
        status = PlaybookCLI.cli_executor(command)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status or 0)


def load_plugins():
    # Those that every run loads first. More would be loaded before a run has said how.
    for kind in ('connection', 'shell', 'become'):
        list(getattr(loader, f'{kind}_loader').all(class_only=True))


def main():
    runs = json.load(sys.stdin)
    load_plugins()
    codes = [None] * len(runs)
    running = {}
    waiting = list(enumerate(runs))
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            index, run = waiting.pop(0)
            running[start(run)] = index
        pid, status = os.wait()
        codes[running.pop(pid)] = os.waitstatus_to_exitcode(status)
    print(json.dumps(codes))


main()
