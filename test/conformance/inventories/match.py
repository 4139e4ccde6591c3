"""Prints, as a JSON list, the hosts that ansible-core's own matching gives for each [pattern, limit] on stdin."""

import json
import sys

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader

question = json.load(sys.stdin)
answers = []
for pattern, *limit in question['patterns']:
    inventory = InventoryManager(loader=DataLoader(), sources=question['sources'])
    if limit:
        inventory.subset(limit[0])
    answers.append([host.name for host in inventory.get_hosts(pattern)])
print(json.dumps(answers))
