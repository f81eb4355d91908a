# %% schema=../files/library.py
# A library: choices, constraints, orders, generated columns, through models.
a = Author.objects.create(first='Ann', last='Ale')

# %%
a

# %%
a.full

# %%
a.first = 'Anne'

# %%
a.save()

# %%
a.full

# %%
a.refresh_from_db()

# %%
a.full

# %%
Author(first='x').full

# %%
Author.objects.create(first='Anne', last='Ale')

# %%
Author(first='Anne', last='Ale').full_clean()

# %%
m = Member.objects.create(first='Max', last='Mo', number=7)

# %%
type(m.joined)

# %%
Member(first='B', last='C', number=7).full_clean()

# %%
Member(first='B', last='C', number=-7).full_clean()

# %%
Member(first='B', last='C', number=70000).full_clean()

# %%
Member(first='B', last='C', number='abc').full_clean()

# %%
Member(first='B', last='C', number=8, fines='12345.678').full_clean()

# %%
Member(first='B', last='C', number=8, fines='x', active='maybe').full_clean()

# %%
Member(first='B', last='C', number=8, born='2001-13-01').full_clean()

# %%
Member(first='B', last='C', number=8, born='yesterday').full_clean()

# %%
Member._meta.unique_together, Author._meta.unique_together

# %%
Member._meta.db_table, Author._meta.db_table

# %%
Member._meta.verbose_name, Member._meta.verbose_name_plural

# %%
b = Book.objects.create(isbn='1', title='Go', genre=Genre.CRIME, price='9.5')

# %%
b.price

# %%
b.get_genre_display()

# %%
b.get_lang_display()

# %%
b.lang = 'de'

# %%
b.get_lang_display()

# %%
b.lang = 'yy'

# %%
b.get_lang_display()

# %%
b.full_clean()

# %%
b.lang = 'en'

# %%
b.genre = 9

# %%
b.full_clean()

# %%
b.genre = None

# %%
b.get_genre_display()

# %%
Book._meta.get_field('genre').choices

# %%
Book._meta.get_field('lang').flatchoices

# %%
Genre.choices

# %%
Genre.names

# %%
Genre(2)

# %%
Genre.CRIME

# %%
Genre.CRIME + 1

# %%
str(Genre.CRIME), repr(Genre.CRIME)

# %%
f'{Genre.CRIME}'

# %%
Genre['POETRY'].label

# %%
2 in Genre

# %%
9 in Genre

# %%
Genre.CRIME == 2

# %%
Book(isbn='2', title='Zero', pages=0).full_clean()

# %%
Book(isbn='2', title='Zero', pages=0).validate_constraints()

# %%
try:
    Book(isbn='2', title='Zero', pages=0).validate_constraints()
except Exception as e:
    print(type(e), e.error_dict, e.message_dict)

# %%
Book.objects.create(isbn='2', title='Zero', pages=0)

# %%
Book(isbn='3', title='Go').full_clean()

# %%
Book(isbn='1', title='Goo').full_clean()

# %%
Book(isbn='3', title='GO', lang='de').full_clean()

# %%
b.genre = 1

# %%
b.save()

# %%
Book(isbn='3', title='go', lang='de', genre=1).full_clean()

# %%
b.authors.add(a, through_defaults={'role': 'editor', 'order': lambda: 3})

# %%
Authorship.objects.values()

# %%
b.authors.all()

# %%
b.authors.through

# %%
b.authors.add(a)

# %%
a.books.all()

# %%
a.books.get().pk

# %%
b.authors.set([a], through_defaults={'role': 'z'})

# %%
b.authors.clear()

# %%
b.authors.create(first='Q', last='Q', through_defaults={'order': 1})

# %%
b.authors.remove(a)

# %%
b.authorship_set.all()

# %%
l = Loan.objects.create(member=m, book=b)

# %%
l2 = Loan.objects.create(member=m, book=b, out=date(2020, 5, 5))

# %%
m.get_loan_order()

# %%
m.set_loan_order([l2.pk, l.pk])

# %%
m.get_loan_order()

# %%
l2.get_next_in_order() == l

# %%
l.get_previous_in_order() == l2

# %%
l2.get_previous_in_order()

# %%
Loan.objects.all()

# %%
Loan.objects.latest().pk, Loan.objects.earliest().pk

# %%
m.delete()

# %%
b.delete()

# %%
Loan(member=m, book_id='nope', out=date(2020, 5, 5), back=date(2020, 1, 1)).full_clean()

# %%
Loan(member_id=99, book_id='nope', out=date(2020, 5, 5)).full_clean()

# %%
Loan(out='x').clean_fields()

# %%
m.active = False

# %%
m.save()

# %%
Loan(member=m, book=b).full_clean()

# %%
Loan().member

# %%
Loan().member_id is None

# %%
Loan(member='x')

# %%
Loan(member_id='x').save()

# %%
Loan.days.short_description

# %%
Loan._meta.ordering

# %%
Loan._meta.order_with_respect_to

# %%
[f.name for f in Loan._meta.fields]

# %%
m.age(), Author(born=date(1990, 1, 1)).age()

# %%
Book(isbn='9', title='B', length=timedelta(days=1, hours=2)).save()

# %%
Book.objects.get(pk='9').length

# %%
Book(isbn='9', title='B', length='1 02:00:00').full_clean()

# %%
x = Book(isbn='9', title='B', length='abc')

# %%
x.full_clean()

# %%
x.length = 5

# %%
x.save()

# %%
Book.objects.filter(length__gt=timedelta(hours=3))

# %%
Book(isbn='10', title='C', cover=b'\x00\x01').save()

# %%
Book.objects.get(pk='10').cover

# %%
bytes(Book.objects.get(pk='10').cover)

# %%
Book(isbn='11', title='D', cover='abc').save()

# %%
Member.HasFines

# %%
Member.DoesNotExist.__mro__

# %%
Member.objects.get(number=99)

# %%
Book.objects.filter(title='go')

# %%
Book.objects.get(title__startswith='')

# %%
sorted(Book.objects.all())

# %%
Book.objects.filter(loan__member=m)

# %%
Book.objects.filter(loans__member=m)
