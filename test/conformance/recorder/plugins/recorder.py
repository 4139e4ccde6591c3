"""An output plugin of ansible-core that writes what happens as JSON lines to the file CONFORMANCE_RECORD."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: recorder
type: stdout
short_description: JSON lines
description: Writes what happens as JSON lines.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'recorder'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = {}
        self.file = open(os.environ['CONFORMANCE_RECORD'], 'w', encoding='utf-8')

    def tell(self, kind, **what):
        self.file.write(json.dumps({'type': kind, **what}, default=str) + '\n')
        self.file.flush()

    def result(self, outcome, result, ignored=False):
        task = result._task
        self.tell(
            'result',
            host=result._host.get_name(),
            task=self.names.get(task._uuid, task.get_name()),
            action=task.action,
            outcome=outcome,
            ignored=bool(ignored),
            handler=type(task).__name__ == 'Handler',
            result=json.loads(self._dump_results(result._result)),
        )

    def v2_playbook_on_play_start(self, play):
        self.tell('play', name=play.get_name().strip())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.names[task._uuid] = task.get_name().strip()

    def v2_playbook_on_handler_task_start(self, task):
        self.names[task._uuid] = task.get_name().strip()

    def v2_playbook_on_include(self, included_file):
        self.tell(
            'include',
            file=str(included_file._filename),
            hosts=[host.get_name() for host in included_file._hosts],
        )

    def v2_runner_on_ok(self, result):
        self.result('changed' if result._result.get('changed') else 'ok', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.result('failed', result, ignore_errors)

    def v2_runner_on_skipped(self, result):
        self.result('skipped', result)

    def v2_runner_on_unreachable(self, result):
        self.result('unreachable', result)

    def v2_playbook_on_stats(self, stats):
        names = {'ok': 'ok', 'changed': 'changed', 'failures': 'failed', 'dark': 'unreachable'}
        names.update({'skipped': 'skipped', 'rescued': 'rescued', 'ignored': 'ignored'})
        self.tell(
            'recap',
            recap={
                host: {ours: getattr(stats, theirs).get(host, 0) for theirs, ours in names.items()}
                for host in stats.processed
            },
        )
