"""Prints, as a JSON list, what ansible-inventory prints for each list of arguments on stdin.

Importing ansible-core takes most of the time of a run, so it is done once and each run is a fork.
"""

import json
import os
import sys

from ansible.cli.inventory import InventoryCLI


def show(arguments):
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.dup2(write_end, 1)
            InventoryCLI(['ansible-inventory', *arguments]).run()
        except SystemExit as end:
            status = end.code or 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(write_end)
    with os.fdopen(read_end, encoding='utf-8') as output:
        text = output.read()
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError(f'ansible-inventory failed with {arguments}')
    return text


print(json.dumps([show(arguments) for arguments in json.load(sys.stdin)]))
