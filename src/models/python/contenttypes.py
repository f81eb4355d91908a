from collections import defaultdict

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ContentTypeManager(models.Manager):
    use_in_migrations = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._cache = {}

    def get_by_natural_key(self, app_label, model):
        try:
            return self._cache[self.db][(app_label, model)]
        except KeyError:
            found = self.get(app_label=app_label, model=model)
            self._keep(self.db, found)
            return found

    def _options(self, model, for_concrete_model):
        return model._meta.concrete_model._meta if for_concrete_model else model._meta

    def get_for_model(self, model, for_concrete_model=True):
        opts = self._options(model, for_concrete_model)
        known = self._cache.get(self.db, {}).get((opts.app_label, opts.model_name))
        if known is not None:
            return known
        try:
            found = self.get(app_label=opts.app_label, model=opts.model_name)
        except self.model.DoesNotExist:
            found, _created = self.get_or_create(app_label=opts.app_label, model=opts.model_name)
        self._keep(self.db, found)
        return found

    def get_for_models(self, *models, for_concrete_models=True):
        results = {}
        needed = defaultdict(list)
        for model in models:
            opts = self._options(model, for_concrete_models)
            known = self._cache.get(self.db, {}).get((opts.app_label, opts.model_name))
            if known is None:
                needed[(opts.app_label, opts.model_name)].append(model)
            else:
                results[model] = known
        if needed:
            wanted = Q()
            for app_label, model_name in needed:
                wanted |= Q(app_label=app_label, model=model_name)
            for found in self.filter(wanted):
                for model in needed.pop((found.app_label, found.model), []):
                    results[model] = found
                self._keep(self.db, found)
        for (app_label, model_name), left in needed.items():
            made = self.create(app_label=app_label, model=model_name)
            self._keep(self.db, made)
            for model in left:
                results[model] = made
        return results

    def get_for_id(self, id):
        try:
            return self._cache[self.db][id]
        except KeyError:
            found = self.get(pk=id)
            self._keep(self.db, found)
            return found

    def clear_cache(self):
        self._cache.clear()

    def _keep(self, using, found):
        kept = self._cache.setdefault(using, {})
        kept[(found.app_label, found.model)] = found
        kept[found.id] = found


class ContentType(models.Model):
    app_label = models.CharField(max_length=100)
    model = models.CharField(_('python model class name'), max_length=100)
    objects = ContentTypeManager()

    class Meta:
        verbose_name = _('content type')
        verbose_name_plural = _('content types')
        db_table = 'django_content_type'
        unique_together = [['app_label', 'model']]

    def __str__(self):
        return self.app_labeled_name

    @property
    def name(self):
        model = self.model_class()
        if not model:
            return self.model
        return str(model._meta.verbose_name)

    @property
    def app_labeled_name(self):
        model = self.model_class()
        if not model:
            return self.model
        return '%s | %s' % (model._meta.app_config.verbose_name, model._meta.verbose_name)

    def model_class(self):
        try:
            return apps.get_model(self.app_label, self.model)
        except LookupError:
            return None

    def get_object_for_this_type(self, using=None, **kwargs):
        return self.model_class()._base_manager.using(using).get(**kwargs)

    def get_all_objects_for_this_type(self, **kwargs):
        return self.model_class()._base_manager.filter(**kwargs)

    def natural_key(self):
        return (self.app_label, self.model)
