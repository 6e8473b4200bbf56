"""The compiled engine (optional extra `fast`): opened only when someone asks for `engine="compiled"`.

`engine` is the door, `kernels` the loops that numba compiles, `vectors` what they need from the processor's vector
unit, `layout` the arrays they read, `fit` the MAP search. The clinic's pages never come here.
"""
