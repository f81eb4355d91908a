# %% schema=../schemas/magazine.py
# Making queries: the guide's subjects on a magazine rack.
lighthouse = Magazine(name='Lighthouse', motto='Slow news.')
lighthouse.save()
harbour = Magazine.objects.create(name='Harbour Post', motto='All that comes in by sea.')
lighthouse.name = 'The Lighthouse'
lighthouse.save()
Magazine.objects.all()

# %%
ruth, sam, tove = [Writer.objects.create(name=n, email=f'{n.lower()}@rack.example') for n in ('Ruth', 'Sam', 'Tove')]
fog = Article.objects.create(magazine=lighthouse, headline='What the fog hides', body='Nothing much.', published=date(2006, 1, 5), edited=date(2006, 1, 20), comments=4, links=9)
tide = Article.objects.create(magazine=harbour, headline='What the tide brings', body='Mostly food.', published=date(2007, 3, 1), edited=date(2007, 3, 2), comments=12, links=3, rating=8)
rope = Article.objects.create(magazine=harbour, headline='A hundred knots', body='From A to Z.', published=date(2008, 7, 9), edited=date(2008, 7, 9), comments=30, links=14, rating=2)
fog.writers.add(ruth)
tide.writers.add(ruth, sam)
rope.writers.set([tove])

# %%
q = Article.objects.filter(headline__startswith='What')
q = q.filter(published__lte=date(2010, 1, 1))
q = q.exclude(body__icontains='food')
print(q)

# %%
str(q.query)

# %%
harbour.objects

# %%
Article.objects.order_by('headline')[0], Article.objects.all()[1:3]

# %%
Article.objects.all()[-1]

# %%
Article.objects.filter(magazine__name='Harbour Post').values_list('headline', 'magazine__motto')

# %%
Magazine.objects.filter(article__headline__contains='tide', article__published__year=2007)

# %%
Magazine.objects.filter(article__headline__contains='tide').filter(article__published__year=2008).distinct()

# %%
Magazine.objects.exclude(article__writers__name='Ruth')

# %%
Article.objects.filter(comments__gt=F('links') * 2)

# %%
Article.objects.filter(edited__gt=F('published') + timedelta(days=3))

# %%
Article.objects.filter(Q(headline__startswith='A') | ~Q(published__year=2006), rating__lt=8)

# %%
Article.objects.filter(headline__contains='%').count()

# %%
every = Article.objects.all()
print([a.headline for a in every])
print([a.published for a in every])

# %%
first = Article.objects.select_related('magazine').get(pk=1)
print(first.magazine, first.magazine.pk == lighthouse.pk, first == fog)

# %%
Article.objects.filter(magazine=harbour).update(links=F('links') + 1)

# %%
Article.objects.update(headline=F('magazine__name'))

# %%
Cover.objects.create(article=tide, artist='Lena')
tide.cover.artist, rope.cover

# %%
Article.objects.aggregate(Avg('rating'), most=Max('comments'))

# %%
Writer.objects.annotate(n=Count('article')).filter(n__gte=1).order_by('-n', 'name').values('name', 'n')

# %%
harbour.article_set.filter(rating__gt=5).delete()

# %%
Magazine.objects.filter(pk__in=[1, 2]).delete()
