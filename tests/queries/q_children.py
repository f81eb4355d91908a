# %% schema=../../schemas/schools.py
q1 = Q()
q1.connector = 'OR'
q1.children.append(('id', 1))
q1.children.append(('id__lt', 3))
q1, q1.children, q1.connector
# %%
con = Q()
con.add(q1, 'AND')
con
# %%
con.add(Q(id=5), 'AND'), con.add(Q(id=6), 'OR')
con
