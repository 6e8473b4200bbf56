"""Lets go of kernels that were compiled from other sources than those that stand here.

Numba keeps a compiled kernel beside its file and asks of that file alone whether it has changed. A kernel also holds
what it took from the other files of this folder: after an update that touched one of those alone, it would go on
computing as before.
"""

import hashlib
from pathlib import Path

STAMP = "kernels.sha256"


def let_go_of_stale(folder: Path) -> None:
    """Remove the compiled kernels of a folder when a source in it is another than when they were compiled.

    Where nothing can be written, nothing is removed: numba keeps its kernels elsewhere then, and whoever installed
    the folder wrote every file of it anew.
    """
    kept, digest = folder / "__pycache__", digest_of(folder)
    try:
        if (kept / STAMP).is_file() and (kept / STAMP).read_text(encoding="ascii") == digest:
            return
        kept.mkdir(exist_ok=True)
        for compiled in (*kept.glob("*.nbi"), *kept.glob("*.nbc")):
            compiled.unlink(missing_ok=True)
        (kept / STAMP).write_text(digest, encoding="ascii")
    except OSError:
        return


def digest_of(folder: Path) -> str:
    """Return a digest of every source of a folder, by name."""
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()
