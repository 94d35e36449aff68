# How long it takes to import what scripts often import.
import collections
import contextlib
import dataclasses
import functools
import json
import re

print(collections.OrderedDict.__name__, contextlib.suppress.__name__, dataclasses.field.__name__,
      functools.partial.__name__, json.dumps([1]), re.escape("a.b"))
