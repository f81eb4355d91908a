"""What stands before the first marker is a cell as well."""
import datetime

# %% [markdown] Introduction
# # A talk
#
# - with notes
# - and prose

# %%


# %% a title
# note: say why
x = 1


def f():
    return x
# %%
f()
# %% [markdown]
"""
Prose in a string.
"""
# %%
'''a

b'''   
