# %%
Pet.objects.create(name='Rex')

# %%
for pet in Pet.objects.all():
    print(pet)

# %%
Pet.objects.all()

# %%
def loud(pet):
    return pet.nme.upper()

# %%
loud(Pet.objects.first())

# %%
[p.name for p in Pet.objects.all()];

# %%
list(range(60))
