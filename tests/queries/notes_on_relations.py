# %% schema=../files/blog.py
from datetime import date, datetime, timedelta
ringo = Person.objects.create(name="Ringo Starr")
paul = Person.objects.create(name="Paul McCartney")
beatles = Group.objects.create(name="The Beatles")
m1 = Membership(person=ringo, group=beatles,
    date_joined=date(1962, 8, 16),
    invite_reason="Needed a new drummer.")
m1.save()
# %%
beatles.members.all()
# %%
ringo.group_set.all()
# %%
m2 = Membership.objects.create(person=paul, group=beatles,
    date_joined=date(1960, 8, 1),
    invite_reason="Wanted to form a band.")
beatles.members.all()
# %%
beatles.members.add(ringo)
# %%
beatles.members.create(name="George Harrison")
# %%
beatles.members.set([ringo, paul], through_defaults={'date_joined': date(1960, 8, 1)})
# %%
beatles.members = [ringo, paul]
# %%
Membership.objects.create(person=ringo, group=beatles,
    date_joined=date(1968, 9, 4),
    invite_reason="You've been gone for a month and we miss you.")
beatles.members.all()
# %%
beatles.members.remove(ringo)
# %%
beatles.members.clear()
Membership.objects.all()
# %%
m1 = Membership.objects.create(person=ringo, group=beatles, date_joined=date(1962, 8, 16), invite_reason='x')
m2 = Membership.objects.create(person=paul, group=beatles, date_joined=date(1960, 8, 1), invite_reason='y')
Group.objects.filter(members__name__startswith='Paul')
# %%
Person.objects.filter(
    group__name='The Beatles',
    membership__date_joined__gt=date(1961,1,1))
# %%
ringos_membership = Membership.objects.get(group=beatles, person=ringo)
ringos_membership.date_joined
# %%
ringos_membership = ringo.membership_set.get(group=beatles)
ringos_membership.invite_reason
# %%
p1 = Publication(title='The Python Journal')
p1.save()
p2 = Publication(title='Science News')
p2.save()
p3 = Publication(title='Science Weekly')
p3.save()
# %%
a1 = Article(headline='Django lets you build Web apps easily')
a1.publications.add(p1)
# %%
a1.save()
a1.publications.add(p1)
a1.publications.add(p1)
# %%
a2 = Article(headline='NASA uses Python')
a2.save()
a2.publications.add(p1, p2)
a2.publications.add(p3)
# %%
a2.publications.add(a1)
# %%
new_publication = a2.publications.create(title='Highlights for Children')
a1.publications.all()
# %%
a2.publications.all()
# %%
p2.article_set.all()
# %%
Publication.objects.get(id=4).article_set.all()
# %%
Article.objects.filter(publications__id=1)
# %%
Article.objects.filter(publications=p1).distinct().count()
# %%
Article.objects.exclude(publications=p2)
# %%
p1.delete()
# %%
Publication.objects.filter(title__startswith='Science').delete()
# %%
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, get_list_or_404
try:
    Membership.objects.create(person=ringo)
except IntegrityError as e:
    print(e)
# %%
get_object_or_404(Person, name='Nobody')
# %%
get_list_or_404(Person, name__contains='zz')
# %%
m = Membership(person_id=paul.pk, group_id=beatles.pk, date_joined=date(2000, 1, 1), invite_reason='')
m.full_clean()
# %%
m.save(); m.person.name
# %%
Ox.objects.create(horn_length=3); Ox.objects.create(horn_length=1); Ox.objects.all()
# %%
Ox._meta.verbose_name_plural, Ox._meta.ordering
# %%
Membership.objects.all().filter(person=ringo).order_by('-date_joined', '-hehe')
# %%
Entry.objects.all()[-1]
# %%
Entry.objects.order_by('headline')[0]
# %%
Entry.objects.order_by('headline')[0:1].get()
# %%
Person.objects.create(first_name="Bruce", last_name="Springsteen")
# %%
Person.objects.get_or_create(name='John Lennon', defaults={'name': 'John'})
# %%
Person.objects.update_or_create(name='John', defaults={'name': 'John Lennon'})
# %%
Person.objects.bulk_create([Person(name='a'), Person(name='b')])
# %%
Person.objects.values_list('name', flat=True)
# %%
Person.objects.in_bulk([1, 2])
# %%
str(Person.objects.filter(name__regex=r'^(An?|The) +').query)
# %%
Person.objects.filter(name__iregex=r'^(an?|the) +')
# %%
Membership.objects.filter(date_joined__range=(date(1960, 1, 1), date(1970, 3, 31)))
# %%
Membership.objects.filter(date_joined__week_day=2)
# %%
Person.objects.extra(where=["name LIKE 'R%%'"])
