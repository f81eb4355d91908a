# %%
a = [1, 2]
# %%
def double(x):
    return 2 * x
# %%
double(21)
# %%
%history
# %%
%history -n 1-3
# %%
%history -o -p 2-3
# %%
%history -g dou*x
# %%
%history -l 2
# %%
%history -q
# %%
%rerun 3
# %%
%rerun -g double(
# %%
%rerun -l x
# %%
%rerun 99
# %%
%who
# %%
%who function
# %%
%who float
# %%
%whos list
# %%
%who_ls
# %%
%xdel a
# %%
%save
# %%
%save nowhere/typed 1-3
# %%
%reset -f out
# %%
%reset -f
# %%
%who
# %%
%run nowhere.py
# %%
%load nowhere.py
# %%
%recall nothing like it
# %%
%export
# %%
%export x.doc [{'a': 1}]
# %%
%export x.csv 5
# %%
1 + 1
# %%
Out[31], In[31], _i31, _i, _
