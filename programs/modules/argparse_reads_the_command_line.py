import argparse

parser = argparse.ArgumentParser(prog="serve", description="Serve a folder.")
parser.add_argument("folder")
parser.add_argument("-p", "--port", type=int, default=8000, help="the port (default: %(default)s)")
parser.add_argument("-v", "--verbose", action="store_true", help="say more")
parser.add_argument("--mode", choices=["fast", "safe"], default="safe")
print(parser.parse_args(["site"]))
options = parser.parse_args(["-p", "80", "--verbose", "site", "--mode=fast"])
print(options.port, options.verbose, options.folder, options.mode)
parser.print_help()
