# What a module lacks while it is being imported is told apart from what it never has.
import os
import sys

sys.dont_write_bytecode = True
FOLDER = f"/tmp/modules_not_ready_{os.getpid()}"
LOOK = """
import sys
def look(get):
    try:
        print(get())
    except (AttributeError, ImportError) as error:
        print(type(error).__name__, str(error).replace(sys.path[0], '…'), error.name)
"""
FILES = {
    "look.py": LOOK,
    "top.py": "import below\n",
    "below.py": """
import sys, top
from look import look
look(lambda: top.value)
look(lambda: getattr(sys.modules['top'], 'value', 'default'))
def get():
    from top import value
look(get)
""",
    "pack/__init__.py": "import look\n",
    "pack/one.py": "from . import two\nvalue = 1\n",
    "pack/two.py": """
import pack, sys
from look import look
look(lambda: pack.one)
look(lambda: sys.modules['pack.one'].value)
def get():
    from .one import value
look(get)
def get_module():
    from . import one
    return one.__name__
look(get_module)
""",
}
os.makedirs(f"{FOLDER}/pack")
for name, text in FILES.items():
    with open(f"{FOLDER}/{name}", "w") as file:
        file.write(text)
sys.path.insert(0, FOLDER)
try:
    import top
    import pack.one
    from look import look
    look(lambda: top.value)
    look(lambda: pack.one.value)
    look(lambda: pack.three)
finally:
    for name in FILES:
        os.remove(f"{FOLDER}/{name}")
    os.rmdir(f"{FOLDER}/pack")
    os.rmdir(FOLDER)
