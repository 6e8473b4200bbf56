"""The compiled engine (optional extra `fast`): opened only when someone asks for `engine="compiled"`.

`engine` is the door; `trajectories` and `counts` are the loops that numba compiles, with `modes` and what `vectors`
takes from the processor's vector unit; `layout` makes the arrays they read; `fit` is the MAP search. The clinic's pages
never come here.
"""
