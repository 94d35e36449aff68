import a
import a.b.c as d, e
from a import b
from . import a
from .. import (a, b as c,)
from ...a.b import *
from .... import x
from .a import b, c
