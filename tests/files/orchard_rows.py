# The rows that the cases on the orchard start from.
import datetime
ada = Grower.objects.create(name='Ada', email='ada@farm.example', joined=datetime.date(2019, 3, 1))
ben = Grower.objects.create(name='Ben', joined=datetime.date(2020, 11, 30), mentor=ada)
cem = Grower.objects.create(name='Cem', mentor=ben)
red, gala, cox = [Variety.objects.create(name=n, sweet=s, notes=j) for n, s, j in [
    ('Red', True, {'colour': 'red', 'keeps': 4}), ('Gala', True, {'colour': 'mixed', 'parents': ['Kidd', 'Golden']}),
    ('Cox', False, {})]]
plots = [Plot.objects.create(grower=g, label=l, area=a) for g, l, a in [
    (ada, 'A1', '1.50'), (ada, 'A2', '0.75'), (ben, 'B1', '2.00'), (cem, 'C1', '10')]]
lots = [Planting.objects.create(plot=plots[p], variety=v, trees=t, planted=datetime.datetime(2021, m, 5, 9, 30, tzinfo=datetime.timezone.utc))
        for p, v, t, m in [(0, red, 12, 1), (0, gala, 3, 2), (1, red, 7, 3), (2, cox, 20, 4), (3, gala, 1, 5)]]
for lot, year, kilos in [(0, 2022, 120.5), (0, 2023, 80.0), (1, 2022, 10.25), (2, 2023, 55.5), (3, 2023, 300.0)]:
    h = Harvest.objects.create(planting=lots[lot], year=year, kilos=kilos, took=datetime.timedelta(hours=lot + 1))
