# %%
%sql on
# %%
Student.objects.filter(surname='Rivera').exclude(department__name='Physics').values('name')[:2]
# %%
%sql off
# %%
%table 3
# %%
Student.objects.values('name', 'born', 'adviser_id').order_by('adviser_id', 'name')
# %%
Student.objects.values_list('name', 'surname')[:2]
# %%
Student.objects.values_list('name', flat=True).order_by('name')[:2]
# %%
[{'a': 1, 'b': None}, {'a': 20, 'b': 'two\nlines'}]
# %%
[1, 2, 3]
# %%
Department.objects.all()[:2]
# %%
%table off
# %%
%config table_rows
# %%
%config tabel=on
# %%
%config TerminalInteractiveShell.xmode = 'Plain'
# %%
1/0
# %%
%xmode
# %%
%xmode nonsense
# %%
%xmod
# %%
%%who
1
# %%
%pager off
# %%
%pager sometimes
# %%
%lookups Student.department__name
# %%
%lookups Student.nme
# %%
%describe Room
# %%
%describe Rom
# %%
%undo?
# %%
%timeit?
