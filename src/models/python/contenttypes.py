# A row for each model, and the way from a model to its row.
from django.apps import apps
from django.db.models import CharField, Manager, Model, Q


class ContentTypeManager(Manager):
    use_in_migrations = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # By database: rows by id and by (label, model name).
        self._cache = {}

    def _known(self, key):
        return self._cache.get(self.db, {}).get(key)

    def _keep(self, row):
        self._cache.setdefault(self.db, {}).update({row.id: row, row.natural_key(): row})
        return row

    def clear_cache(self):
        self._cache.clear()

    def get_for_id(self, id):
        return self._known(id) or self._keep(self.get(pk=id))

    def get_by_natural_key(self, app_label, model):
        return self._known((app_label, model)) or self._keep(self.get(app_label=app_label, model=model))

    def get_for_model(self, model, for_concrete_model=True):
        names = _names(model, for_concrete_model)
        try:
            return self.get_by_natural_key(*names)
        except self.model.DoesNotExist:
            row, _ = self.get_or_create(app_label=names[0], model=names[1])
            return self._keep(row)

    def get_for_models(self, *models, for_concrete_models=True):
        keys = {model: _names(model, for_concrete_models) for model in models}
        missing = list(dict.fromkeys(key for key in keys.values() if self._known(key) is None))
        if missing:
            wanted = Q()
            for label in dict.fromkeys(label for label, _ in missing):
                wanted |= Q(app_label=label, model__in=[name for of, name in missing if of == label])
            for row in self.filter(wanted):
                self._keep(row)
            for label, name in missing:
                if self._known((label, name)) is None:
                    self._keep(self.create(app_label=label, model=name))
        return {model: self._known(key) for model, key in keys.items()}


def _names(model, concrete):
    meta = model._meta.concrete_model._meta if concrete else model._meta
    return meta.app_label, meta.model_name


class ContentType(Model):
    app_label = CharField(max_length=100)
    model = CharField('python model class name', max_length=100)
    objects = ContentTypeManager()

    class Meta:
        db_table = 'django_content_type'
        verbose_name = 'content type'
        verbose_name_plural = 'content types'
        unique_together = [['app_label', 'model']]

    def __str__(self):
        return self.app_labeled_name

    @property
    def name(self):
        model = self.model_class()
        return str(model._meta.verbose_name) if model else self.model

    @property
    def app_labeled_name(self):
        model = self.model_class()
        return f'{model._meta.app_config.verbose_name} | {model._meta.verbose_name}' if model else self.model

    def natural_key(self):
        return self.app_label, self.model

    def model_class(self):
        try:
            return apps.get_model(*self.natural_key())
        except LookupError:
            return None

    def get_object_for_this_type(self, using=None, **kwargs):
        return self._rows().using(using).get(**kwargs)

    def get_all_objects_for_this_type(self, **kwargs):
        return self._rows().filter(**kwargs)

    def _rows(self):
        return self.model_class()._base_manager
