"""Where an index lies: in a folder of this machine, or on a search server. Nothing here opens either."""

from pathlib import Path
from typing import NamedTuple


class Server(NamedTuple):
    """An index on an Elasticsearch cluster. Frozen and light: every cold search makes one of its configuration."""

    address: str  # https://HOST:PORT/PREFIX
    folder: Path  # of this machine: the query encoder, the lock of a build
    access: Path | None = None  # file of mode 600 with api_key, ca, fingerprint
    shards: int = 1  # of an index that is written anew

    def __str__(self) -> str:
        return self.address

    def encoder_folder(self, model: str) -> Path:
        """Where the query encoder of a model lies on this machine; one for each model, as a rebuild may change it."""
        return self.folder / "encoders" / model


Location = Path | Server
"""Where to open an index."""
