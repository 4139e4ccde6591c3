#!/bin/sh
cat <<'JSON'
{"web": {"hosts": ["w1", "w2"], "vars": {"port": 80, "ratio": 1.0}, "children": ["sub"]},
 "sub": {"hosts": ["s1"]},
 "short": ["w1", "x1"],
 "all": {"hosts": ["bare"], "vars": {"g": "{{ x }}"}},
 "_meta": {"hostvars": {"w1": {"a": {"b": [1, 2.0]}}, "bare": {"c": "ü"}, "unlisted": {"d": 1},
   "s1": {"hidden": {"__ansible_unsafe": "{{ no }}"}}}}}
JSON
