"""The compiled engine (optional extra `fast`): opened only when someone asks for `engine="compiled"`.

`storing` writes trajectories and `streaming` counts them; `trajectories` and `counts` are the loops that numba
compiles, with `modes` and what `vectors` takes from the processor's vector unit; `layout` makes the arrays they read;
`fit` is the MAP search. Kernels are compiled once and cached on disk, where `kept_kernels` keeps them to the sources
that stand here; `pharmacology.warm` compiles ahead of time. The clinic's pages never come here.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from sereniv.pharmacology.compiled.kept_kernels import let_go_of_stale

# Threads that wait by spinning were measured 4 to 8 times slower here as soon as anything else used a core; the
# waiting policy is read when numba first makes its threads. Whoever has set one keeps it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

if find_spec("numba") is None:
    raise ModuleNotFoundError(
        "The compiled engine needs the optional extra: pip install 'sereniv[fast]', or use engine='numpy'."
    )

let_go_of_stale(Path(__file__).parent)
