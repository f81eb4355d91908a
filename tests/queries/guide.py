# %% schema=../files/blog.py
import datetime
b5 = Blog.objects.create(id=5, name='B five', tagline='t')
Blog.objects.create(id=1, name='Beatles Blog', tagline='x'); Blog.objects.create(id=2, name="Cheddar Talk", tagline='c'); Blog.objects.create(id=14, name='Fourteen', tagline='f')
for i, (h, blog) in enumerate([('What is up?', 1), ('Lennon lives', 1), ('Man bites dog', 2), ('100% of them', 5), ('What food', 14), ('Best of Lennon', 5), ('Seven', 5)], 1):
    Entry.objects.create(id=i, blog_id=blog, headline=h, body_text='Food' if i % 2 else 'none', pub_date=datetime.date(2005 + i % 4, i, i), mod_date=datetime.date(2006 + i % 4, i, 2 * i), n_comments=i, n_pingbacks=7 - i, rating=i % 5)
some_blog = Blog.objects.get(pk=2); some_entry = Entry.objects.get(pk=1); other_entry = Entry.objects.get(pk=2); some_obj, other_obj = some_blog, b5

# %%
from blog.models import Blog

# %%
b = Blog(name='Beatles Blog', tagline='All the latest Beatles news.')

# %%
b.save()

# %%
b5.name = 'New name'

# %%
b5.save()

# %%
from blog.models import Entry

# %%
entry = Entry.objects.get(pk=1)

# %%
cheese_blog = Blog.objects.get(name="Cheddar Talk")

# %%
entry.blog = cheese_blog

# %%
entry.save()

# %%
from blog.models import Author

# %%
joe = Author.objects.create(name="Joe")

# %%
entry.authors.add(joe)

# %%
john = Author.objects.create(name="John")

# %%
paul = Author.objects.create(name="Paul")

# %%
george = Author.objects.create(name="George")

# %%
ringo = Author.objects.create(name="Ringo")

# %%
entry.authors.add(john, paul, george, ringo)

# %%
Blog.objects

# %%
b = Blog(name='Foo', tagline='Bar')

# %%
b.objects

# %%
all_entries = Entry.objects.all()

# %%
Entry.objects.filter(
headline__startswith='What'
).exclude(
pub_date__gte=datetime.date.today()
).filter(
pub_date__gte=datetime(2005, 1, 30)
)

# %%
q1 = Entry.objects.filter(headline__startswith="What")

# %%
q2 = q1.exclude(pub_date__gte=datetime.date.today())

# %%
q3 = q1.filter(pub_date__gte=datetime.date.today())

# %%
q = Entry.objects.filter(headline__startswith="What")

# %%
q = q.filter(pub_date__lte=datetime.date.today())

# %%
q = q.exclude(body_text__icontains="food")

# %%
print(q)

# %%
one_entry = Entry.objects.get(pk=1)

# %%
Entry.objects.all()[:5]

# %%
Entry.objects.all()[5:10]

# %%
Entry.objects.all()[:10:2]

# %%
Entry.objects.order_by('headline')[0]

# %%
Entry.objects.order_by('headline')[0:1].get()

# %%
Entry.objects.filter(pub_date__lte='2006-01-01')

# %%
Entry.objects.filter(blog_id=4)

# %%
Entry.objects.get(headline__exact="Man bites dog")

# %%
Blog.objects.get(id__exact=14) # Explicit form

# %%
Blog.objects.get(id=14) # __exact is implied

# %%
Blog.objects.get(name__iexact="beatles blog")

# %%
Entry.objects.filter(blog__name='Beatles Blog')

# %%
Blog.objects.filter(entry__headline__contains='Lennon')

# %%
from django.db.models import F

# %%
Entry.objects.filter(n_comments__gt=F('n_pingbacks'))

# %%
Entry.objects.filter(n_comments__gt=F('n_pingbacks') * 2)

# %%
Entry.objects.filter(rating__lt=F('n_comments') + F('n_pingbacks'))

# %%
Entry.objects.filter(authors__name=F('blog__name'))

# %%
from datetime import timedelta

# %%
Entry.objects.filter(mod_date__gt=F('pub_date') + timedelta(days=3))

# %%
F('somefield').bitand(16)

# %%
Blog.objects.get(id__exact=14) # Explicit form

# %%
Blog.objects.get(id=14) # __exact is implied

# %%
Blog.objects.get(pk=14) # pk implies id__exact

# %%
Blog.objects.filter(pk__in=[1,4,7])

# %%
Blog.objects.filter(pk__gt=14)

# %%
Entry.objects.filter(blog__id__exact=3) # Explicit form

# %%
Entry.objects.filter(blog__id=3) # __exact is implied

# %%
Entry.objects.filter(blog__pk=3) # __pk implies __id__exact

# %%
Entry.objects.filter(headline__contains='%')

# %%
print([e.headline for e in Entry.objects.all()])

# %%
print([e.pub_date for e in Entry.objects.all()])

# %%
queryset = Entry.objects.all()

# %%
print([p.headline for p in queryset]) # Evaluate the query set.

# %%
print([p.pub_date for p in queryset]) # Re-use the cache from the evaluation.

# %%
queryset = Entry.objects.all()

# %%
print queryset[5] # Queries the database

# %%
print queryset[5] # Queries the database again

# %%
queryset = Entry.objects.all()

# %%
[entry for entry in queryset] # Queries the database

# %%
print queryset[5] # Uses cache

# %%
print queryset[5] # Uses cache

# %%
[entry for entry in queryset]

# %%
bool(queryset)

# %%
entry in queryset

# %%
list(queryset)

# %%
roughly translates into the SQL::

# %%
would be a valid query, equivalent to the previous example; but::

# %%
would not be valid.

# %%
some_entry == other_entry

# %%
some_entry.id == other_entry.id

# %%
some_obj == other_obj

# %%
some_obj.name == other_obj.name

# %%
b = Blog.objects.get(pk=1)

# %%
Entry.objects.all().update(blog=b)

# %%
b = Blog.objects.get(pk=1)

# %%
Entry.objects.select_related().filter(blog=b).update(headline='Everything is the same')

# %%
Entry.objects.all().update(n_pingbacks=F('n_pingbacks') + 1)

# %%
Entry.objects.update(headline=F('blog__name'))

# %%
e = Entry.objects.get(id=2)

# %%
e.blog # Returns the related Blog object.

# %%
e = Entry.objects.get(id=2)

# %%
e.blog = some_blog

# %%
e.save()

# %%
e = Entry.objects.get(id=2)

# %%
e.blog = None

# %%
e.save() # "UPDATE blog_entry SET blog_id = NULL ...;"

# %%
e = Entry.objects.get(id=2)

# %%
print(e.blog) # Hits the database to retrieve the associated Blog.

# %%
print(e.blog) # Doesn't hit the database; uses cached version.

# %%
e = Entry.objects.select_related().get(id=2)

# %%
print(e.blog) # Doesn't hit the database; uses cached version.

# %%
print(e.blog) # Doesn't hit the database; uses cached version.

# %%
b = Blog.objects.get(id=1)

# %%
b.entry_set.all() # Returns all Entry objects related to Blog.

# %%
b.entry_set.filter(headline__contains='Lennon')

# %%
b.entry_set.count()

# %%
b = Blog.objects.get(id=1)

# %%
b.entries.all() # Returns all Entry objects related to Blog.

# %%
b.entries.filter(headline__contains='Lennon')

# %%
b.entries.count()

# %%
Blog.objects.filter(entry__headline__contains='Lennon', entry__pub_date__year=2008)
# %%
Blog.objects.filter(entry__headline__contains='Lennon').filter(entry__pub_date__year=2008)
# %%
Blog.objects.exclude(entry__headline__contains='Lennon', entry__pub_date__year=2008)
# %%
Blog.objects.exclude(entry__in=Entry.objects.filter(headline__contains='Lennon', pub_date__year=2008))
# %%
Blog.objects.filter(entry__authors__name='Lennon')
# %%
Blog.objects.filter(entry__authors__name__isnull=True)
# %%
Blog.objects.filter(entry__authors__isnull=False, entry__authors__name__isnull=True)
# %%
from django.db.models import Q
Q(question__startswith='What')
# %%
Q(question__startswith='Who') | Q(question__startswith='What')
# %%
Q(question__startswith='Who') | ~Q(pub_date__year=2005)
# %%
from datetime import date
Poll.objects.create(question='Who?', pub_date=date(2005, 5, 2)); Poll.objects.create(question='What?', pub_date=date(2006, 5, 2))
Poll.objects.get(
    Q(question__startswith='Who'),
    Q(pub_date=date(2005, 5, 2)) | Q(pub_date=date(2005, 5, 6))
)
# %%
Poll.objects.get(Q(pub_date=date(2005, 5, 2)) | Q(pub_date=date(2005, 5, 6)), question__startswith='Who')
# %%
Poll.objects.get(question__startswith='Who', Q(pub_date=date(2005, 5, 2)) | Q(pub_date=date(2005, 5, 6)))
# %%
e = Entry.objects.get(id=3)
e.delete()
# %%
Entry.objects.filter(pub_date__year=2005).delete()
# %%
b = Blog.objects.get(pk=1)
b.delete()
# %%
Entry.objects.all().delete()
# %%
Entry.objects.delete()
# %%
blog = Blog(name='My blog', tagline='Blogging is easy')
blog.save() # blog.pk == 1
blog.pk = None
blog.save() # blog.pk == 2
# %%
django_blog = ThemeBlog(name='Django', tagline='Django is easy', theme='python')
django_blog.save() # django_blog.pk == 3
django_blog.pk = None
django_blog.id = None
django_blog.save() # django_blog.pk == 4
# %%
entry = Entry.objects.create(blog=blog, headline='h', body_text='', pub_date=date(2000,1,1), mod_date=date(2000,1,1), n_comments=0, n_pingbacks=0, rating=0)
old_authors = entry.authors.all()
entry.pk = None
entry.save()
entry.authors = old_authors # saves new many2many relations
# %%
entry.authors.set(old_authors)
# %%
for item in Blog.objects.all():
    item.save()
# %%
e = Entry.objects.get(id=entry.id)
e.authors.all() # Returns all Author objects for this Entry.
# %%
e.authors.count()
# %%
e.authors.filter(name__contains='John')
# %%
a = Author.objects.create(name='Zed')
a.entry_set.all() # Returns all Entry objects for this Author.
# %%
ed = EntryDetail.objects.create(entry=e, details='d')
ed.entry # Returns the related Entry object.
# %%
e = Entry.objects.get(id=e.id)
e.entrydetail # returns the related EntryDetail object
# %%
e.entrydetail = ed
# %%
b.entry_set = [e]
# %%
blog.entry_set.add(e)
# %%
blog.entry_set.set([e])
# %%
blog.entry_set.clear()
# %%
blog.entry_set.remove(e)
# %%
Entry.objects.filter(blog=blog)
# %%
Entry.objects.filter(blog=blog.id)
# %%
Entry.objects.filter(blog=5)
# %%
values = Blog.objects.filter(name__contains='Cheddar').values_list('pk', flat=True)
entries = Entry.objects.filter(blog__in=list(values))
entries
# %%
inner_qs = Blog.objects.filter(name__contains='Cheddar')
Entry.objects.filter(blog__in=inner_qs)
