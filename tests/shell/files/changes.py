# %%
%undo
# %%
Department.objects.create(code='X1', name='Botany')
# %%
Student.objects.filter(name='Bob').update(name='Rob')
# %%
%undo
# %%
Student.objects.filter(name__in=['Bob', 'Rob']).values_list('name', flat=True)
# %%
%redo
# %%
%undo 2
# %%
%undo
# %%
# The counter of keys went back too.
Department.objects.create(code='X2', name='Zoology').pk
# %%
%redo
# %%
Student.objects.all().delete();
# %%
%undo
# %%
Student.objects.count(), Enrolment.objects.count(), Student.friends.through.objects.count()
# %%
%undo
# %%
Department.objects.create(code='X3', name='half')
1 / 0
# %%
%undo
# %%
with transaction.atomic():
    Department.objects.create(code='X4', name='rolled back')
    raise ValueError('no')
# %%
%undo
# %%
with transaction.atomic():
    Department.objects.create(code='X5', name='kept')
    try:
        with transaction.atomic():
            Department.objects.create(code='X6', name='inner')
            raise ValueError('no')
    except ValueError:
        pass
# %%
%undo
# %%
transaction.set_autocommit(False)
Department.objects.create(code='X7', name='open')
# %%
%undo
# %%
transaction.rollback()
transaction.set_autocommit(True)
# %%
%undo
# %%
c = connection.cursor()
c.execute('CREATE TABLE plain (a, b)')
c.execute('CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID')
c.execute('CREATE TABLE parent (id INTEGER PRIMARY KEY, n UNIQUE)')
c.execute('CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES parent (id) ON DELETE CASCADE)')
c.execute('CREATE TABLE noted (id)')
c.execute('CREATE TRIGGER note AFTER INSERT ON child BEGIN INSERT INTO noted VALUES (NEW.id); END');
# %%
%undo
# %%
c.execute("INSERT INTO plain VALUES (1, x'00ff'), (1, 'a' || char(0) || 'b'), (NULL, 1.5)")
c.execute("INSERT INTO pair VALUES (1, 2), (3, 'x')")
c.execute("INSERT INTO parent VALUES (1, 'a'), (2, 'b')")
c.execute('INSERT INTO child VALUES (1, 1), (2, 2)');
# %%
def look():
    for table in ('plain', 'pair', 'parent', 'child', 'noted'):
        print(table, c.execute('SELECT * FROM ' + table).fetchall())
look()
# %%
c.execute('UPDATE pair SET a = a + 10')
c.execute('DELETE FROM plain WHERE a = 1')
c.execute('UPDATE plain SET rowid = rowid + 100')
c.execute("REPLACE INTO parent VALUES (3, 'b')")
c.execute('DELETE FROM parent WHERE id = 1');
# %%
look()
# %%
%undo
# %%
look()
# %%
%undo
# %%
look()
# %%
%redo 2
# %%
look()
# %%
%undo x
# %%
%sandbox
# %%
%sandbox on
# %%
Student.objects.all().delete();
# %%
%sandbox off
# %%
%sandbox discard
# %%
Student.objects.count()
# %%
%sandbox on
# %%
Department.objects.create(code='X8', name='in the box').pk
# %%
%sandbox commit
# %%
Department.objects.filter(name='in the box').count()
