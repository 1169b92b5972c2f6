"""Python's collector in processes that live long: nearly all that they make goes by itself, what they loaded stays."""

import gc
from typing import Final

YOUNG: Final = 50_000  # new objects after which it looks at them; a query makes as many


def spare_the_collector(young: int = YOUNG) -> None:
    """What is there now stays as long as the process: it is not walked through again, and new objects more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(young)
