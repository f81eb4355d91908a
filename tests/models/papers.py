# %% schema=../files/papers.py
# Files by name: storages, paths, URLs, validators; nothing is written.
d = Doc.objects.create(title='one', plain='a b.txt')

# %%
d.plain

# %%
d.plain.url

# %%
d.plain.name, str(d.plain), bool(d.plain)

# %%
d.dated

# %%
d.dated.url

# %%
d.named

# %%
d.named.name

# %%
repr(d.named)

# %%
str(d.named)

# %%
d.named == ''

# %%
d.named == None

# %%
d.photo

# %%
d.photo = 'x/é 1.png'

# %%
d.photo.url

# %%
d.photo.path

# %%
d.photo.storage is d._meta.get_field('photo').storage

# %%
d.lazy.storage.location

# %%
d.plain.field

# %%
d.plain.instance

# %%
d.plain == 'a b.txt'

# %%
hash(d.plain) == hash('a b.txt')

# %%
d.pdf = 'pdf/x.doc'

# %%
d.full_clean()

# %%
Doc(title='z').full_clean()

# %%
d.pdf = 'pdf/x.pdf'

# %%
d.full_clean()

# %%
d.save()

# %%
Doc.objects.values_list('plain', 'dated', 'named', 'photo')

# %%
Doc.objects.filter(photo__startswith='x/').count()

# %%
Doc.objects.filter(plain='a b.txt')

# %%
Doc.objects.filter(plain=d.plain).exists()

# %%
Doc.objects.get(pk=d.pk).photo

# %%
d.refresh_from_db()

# %%
d.photo

# %%
d.photo.instance is d

# %%
Doc._meta.get_field('named').upload_to.__name__

# %%
Doc._meta.get_field('named').generate_filename(d, 'my file?.txt')

# %%
Doc._meta.get_field('photo').generate_filename(d, 'my file?.txt')

# %%
Doc._meta.get_field('photo').generate_filename(d, '../a.txt')

# %%
from django.core.files.base import ContentFile, File

# %%
c = ContentFile(b'hello world', name='h.txt')

# %%
c

# %%
c.size, c.name, len(c)

# %%
c.read()

# %%
list(ContentFile('a\nb\n'))

# %%
list(ContentFile(b'abc').chunks(2))

# %%
str(c), bool(c)

# %%
Doc._meta.get_field('path').path, Doc._meta.get_field('path').match

# %%
Doc._meta.get_field('photo').width_field

# %%
type(d.photo)

# %%
type(d.plain)

# %%
s = Sized.objects.create()

# %%
s.pic

# %%
s.pic.width

# %%
s.w, s.h

# %%
Doc.objects.create(title='q')

# %%
Doc.objects.filter(named=None).count(), Doc.objects.filter(named='').count()

# %%
Doc._meta.get_field('plain').attr_class

# %%
Doc.objects.only('title').get(pk=1).plain

# %%
from django.core.files.storage import default_storage

# %%
default_storage.url('a/b c.txt')

# %%
d.named = ContentFile(b'', name='n.txt')

# %%
d.named

# %%
d.named._committed

# %%
d.named.name

# %%
d.named = ContentFile(b'x')

# %%
d.save()
