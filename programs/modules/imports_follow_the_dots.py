# Packages, what is in them, and what goes wrong: each step of an import is the language's, down to __getattr__ of modules.
import importlib
import os
import sys
import traceback
import types

sys.dont_write_bytecode = True
FOLDER = f"/tmp/imports_follow_the_dots_{os.getpid()}"
FILES = {
    "box/__init__.py": """
print('box begins')
__all__ = ['inner', 'plain', 'lazy']
plain = 1
def __getattr__(name):
    print('  box is asked for', name)
    if name == 'lazy':
        return 'late'
    raise AttributeError(f'nothing called {name}')
""",
    "box/inner.py": "print('inner begins', __name__, __package__)\nfrom . import plain\nfrom .deep import depth\n",
    "box/deep/__init__.py": "from .. import plain as outer\ndepth = outer + 1\n",
    "box/deep/deeper.py": "from ... import nothing\n",
    "box/breaks.py": "import box.deep\nraise ImportError('on purpose', name='who', path='where')\n",
    "box/divides.py": "def divide():\n    1 / 0\ndivide()\n",
    "first.py": "import second\nvalue = 'first'\n",
    "second.py": """
import sys
print('first' in sys.modules)
try:
    from first import value
except ImportError as error:
    print(type(error).__name__, str(error).partition(' (/')[0], error.name, error.name_from)
import first
print(hasattr(first, 'value'))
""",
    "leaves.py": "import sys\ndel sys.modules[__name__]\n",
    "replaces.py": "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(what='another')\n",
    "bad_all.py": "good = 1\n__all__ = ['good', 5]\n",
    "missing_all.py": "good = 1\n__all__ = ['good', 'bad']\n",
    "hidden.py": "_hidden = 1\nshown = 2\n",
    "halves.py": "half = 1\nimport box.divides\n",
}


def write():
    for name, text in FILES.items():
        path = f"{FOLDER}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def remove():
    for folder, folders, files in reversed(list(os.walk(FOLDER))):
        for name in files:
            os.remove(f"{folder}/{name}")
        os.rmdir(folder)


def attempt(source):
    print(source)
    names = {"__name__": "__main__", "__package__": None}
    try:
        exec(source, names)
    except Exception as error:
        told = [getattr(error, field, None) for field in ("name", "name_from")]
        frames = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
        frames = [name for name in frames if not name.startswith("_")]
        print("  ", type(error).__name__, str(error).replace(FOLDER, "…"), told, frames)
    else:
        del names["__builtins__"]
        print("  ", {name: getattr(value, "__name__", value) for name, value in names.items() if name[:2] != "__"})


def run():
    attempt("import box.inner")
    attempt("import box.inner as alias")
    attempt("from box import inner, plain as renamed, lazy")
    attempt("from box import *")
    attempt("from box.inner import depth")
    attempt("import box.inner.none")
    attempt("import box.none.none")
    attempt("import none.inner")
    attempt("from box import none")
    attempt("import box.breaks")
    attempt("import box.divides")
    attempt("import box.deep.deeper")
    attempt("import halves")
    print([name for name in sys.modules if name in ("box.breaks", "box.divides", "halves", "box.deep.deeper")])
    attempt("import first")
    attempt("import leaves")
    attempt("import replaces")
    attempt("from bad_all import *")
    attempt("from missing_all import *")
    attempt("from hidden import *")
    attempt("from hidden import _hidden")
    attempt("from . import anything")
    attempt("from sys import nothing")
    attempt("import sys.path")


def run_calls():
    attempt("top = __import__('box.deep'); bottom = __import__('box.deep', fromlist=['depth'])")
    attempt("near = __import__('deep', {'__package__': 'box'}, None, (), 1)")
    attempt("near = __import__('deep.deeper', {'__package__': 'box'}, None, (), 1)")
    attempt("far = __import__('', {'__package__': 'box.deep'}, None, ('plain',), 2)")
    attempt("__import__('', {'__package__': 'box'}, None, (), 3)")
    attempt("__import__('inner', {}, None, (), 1)")
    attempt("__import__('inner', {'__name__': 'box.other'}, None, (), 1).__name__")
    attempt("__import__('')")
    attempt("__import__('box', level=-1)")
    attempt("__import__(5)")
    attempt("__import__('box', fromlist=(n for n in ['plain', 7]))")
    attempt("__import__('hidden', fromlist=[7])")
    for name, package in [("box.inner", None), (".deep", "box"), ("..none", "box"), ("box.none", None)]:
        try:
            print(importlib.import_module(name, package).__name__)
        except ImportError as error:
            print(type(error).__name__, error)


class Asked:
    __path__ = []
    __spec__ = None

    def __init__(self):
        self.__dict__["kept"] = 1

    def __getattr__(self, name):
        print("  asked for", name)
        if name.startswith("__"):
            raise AttributeError(name)
        return name.upper()

    def __setattr__(self, name, value):
        print("  told", name)
        self.__dict__[name] = value


class Public:
    __all__ = ["x", "y"]
    x = 1

    @property
    def y(self):
        return 2


class Takes(dict):
    def __setitem__(self, name, value):
        if not name.startswith("__"):
            print("  namespace takes", name)
        super().__setitem__(name, value)


def run_objects():
    # Anything may stand in sys.modules.
    sys.modules["asked"] = Asked()
    sys.modules["public"] = Public()
    sys.modules["number"] = 5
    sys.modules["halted"] = sys.modules["box.halted"] = None
    sys.modules["asked.part"] = types.SimpleNamespace(name="part")
    attempt("from asked import a, b")
    attempt("import asked.part; part = asked.part.name")
    attempt("import asked.other")
    attempt("from asked import *")
    attempt("from public import *")
    attempt("from number import *")
    attempt("from number import real")
    attempt("from number import unreal")
    attempt("import number.real")
    attempt("import halted")
    attempt("import halted.part")
    attempt("from box import halted")
    exec("from public import *", {}, Takes())


def run_replaced():
    import builtins
    original = builtins.__import__

    def traced(name, globals=None, locals=None, fromlist=(), level=0):
        print("  import of", name, fromlist, level)
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = traced
    try:
        import box.deep
        from box import lazy
        print(box.__name__, lazy)
    finally:
        builtins.__import__ = original


write()
sys.path.insert(0, FOLDER)
try:
    run()
    run_calls()
    run_objects()
    run_replaced()
finally:
    remove()
