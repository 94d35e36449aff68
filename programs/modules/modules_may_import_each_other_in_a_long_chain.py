# Hundreds of modules, each importing the next before it has run to its end, in every way there is to import.
import os
import sys

sys.dont_write_bytecode = True
sys.setrecursionlimit(20_000)
FOLDER = f"/tmp/modules_in_a_long_chain_{os.getpid()}"
LENGTH = 400
WAYS = [
    "import link_{next}\nbelow = link_{next}.depth\n",
    "from link_{next} import depth as below\n",
    "from link_{next} import *\nbelow = depth\n",
    "below = __import__('link_{next}').depth\n",
    "import importlib\nbelow = importlib.import_module('link_{next}').depth\n",
    "def load():\n    import link_{next} as module\n    return module\nbelow = load().depth\n",
    "class Loader:\n    from link_{next} import depth as below\nbelow = Loader.below\n",
    "exec('from link_{next} import depth as below')\n",
]


def write(name, text):
    with open(f"{FOLDER}/{name}.py", "w") as file:
        file.write(text)


def write_all():
    os.mkdir(FOLDER)
    for number in range(LENGTH):
        way = WAYS[number % len(WAYS)].format(next=number + 1)
        write(f"link_{number}", f"{way}depth = below + 1\n")
    write(f"link_{LENGTH}", "import link_0\nprint(hasattr(link_0, 'depth'), link_0.__name__)\ndepth = 0\n")
    for number in range(LENGTH):
        write(f"weak_{number}", f"import weak_{number + 1}\n")
    write(f"weak_{LENGTH}", "{}['nothing']\n")


def remove():
    for name in os.listdir(FOLDER):
        os.remove(f"{FOLDER}/{name}")
    os.rmdir(FOLDER)


def count(traceback, wanted):
    found = 0
    while traceback is not None:
        found += traceback.tb_frame.f_globals["__name__"].startswith(wanted)
        traceback = traceback.tb_next
    return found


def run():
    import link_0
    print(link_0.depth, sum(name.startswith("link_") for name in sys.modules))
    try:
        import weak_0
    except KeyError as error:
        print("no", error, count(error.__traceback__, "weak_"))
    print([name for name in sys.modules if name.startswith("weak_")])
    try:
        import weak_1
    except KeyError as error:
        print("no", error, count(error.__traceback__, "weak_"))


write_all()
sys.path.insert(0, FOLDER)
try:
    run()
finally:
    remove()
