"""Records that others wrote, unpacked once: Synthea's people and HL7's examples of R4."""

import tarfile
from functools import cache
from pathlib import Path

PACKED = Path(__file__).resolve().parents[2] / "data" / "fhir_in" / "samples.tar.xz"


@cache
def samples(folder: str) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    found: dict[str, bytes] = {}
    with tarfile.open(PACKED) as packed:
        for member in packed:
            held = packed.extractfile(member) if member.isfile() else None
            if held is not None and member.name.startswith(f"{folder}/"):
                found[Path(member.name).name] = held.read()
    return found
