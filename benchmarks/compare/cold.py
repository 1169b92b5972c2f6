"""One question in a fresh process: ``python -m benchmarks.compare.cold SYSTEM FOLDER QUESTION``."""

import sys
from pathlib import Path

from benchmarks.compare.systems import SYSTEMS

if __name__ == "__main__":
    name, folder, question = sys.argv[1:]
    print(SYSTEMS[name]().opened(Path(folder))(question)[:10])
