"""What `dumpdata` and `loaddata` do, step by step, so that whoever calls can show how far they are."""
from django.core.management.base import CommandError
from django.db import DatabaseError

# Apps that `django.contrib` brings are written where somebody names them.
BUNDLED = ('contenttypes', 'auth', 'sites')


def _models_of(names, labels):
    """App configs with their chosen models (None: all), and single models."""
    from django.apps import apps

    chosen = {}
    for name in names or labels:
        label, _, model_name = name.partition('.')
        try:
            config = apps.get_app_config(label)
        except LookupError as error:
            # A model of an app that was loaded, by its bare name, is meant as well.
            found = [m for l in labels for m in apps.get_app_config(l).get_models() if m.__name__.lower() == name.lower()]
            if '.' in name or len(found) != 1:
                raise CommandError(str(error))
            chosen.setdefault(apps.get_app_config(found[0]._meta.app_label), []).append(found[0])
            continue
        if not model_name:
            chosen[config] = None
            continue
        try:
            model = config.get_model(model_name)
        except LookupError:
            raise CommandError('Unknown model: %s.%s' % (label, model_name))
        if chosen.get(config, []) is not None:
            models = chosen.setdefault(config, [])
            if model not in models:
                models.append(model)
    return chosen


def models_to_dump(names, labels, excluded=(), natural=False):
    """The models of `dumpdata`'s arguments, in the order in which they are written; the sentences about those that are not."""
    from django.apps import apps
    from django.core import serializers

    chosen = _models_of(names, labels)
    out, models = [], []
    gone_apps, gone_models = set(), set()
    for name in excluded:
        if '.' in name:
            try:
                gone_models.add(apps.get_model(name))
            except LookupError:
                raise CommandError('Unknown model: %s' % name)
        else:
            try:
                gone_apps.add(apps.get_app_config(name))
            except LookupError as e:
                raise CommandError(str(e))
    app_list = [(config, chosen[config]) for config in chosen if config not in gone_apps]
    notes = []
    if natural:
        ordered = serializers.sort_dependencies(app_list, allow_cycles=True)
    else:
        ordered = [m for config, chosen_ in app_list for m in (config.get_models() if chosen_ is None else chosen_)]
    for model in ordered:
        if model in gone_models or not model._meta.can_migrate('default'):
            if model._meta.proxy and model._meta.proxy_for_model not in gone_models:
                notes.append("%s is a proxy model and won't be serialized." % model._meta.label)
            continue
        models.append(model)
    return models, notes


def count(models, pks=None):
    return sum(model._base_manager.count() for model in models)


def dump(models, format='json', indent=None, all=False, natural_foreign=False, natural_primary=False, pks=None):
    """Yields after each object, and at the end the text."""
    from django.core import serializers

    if pks and len(models) != 1:
        raise CommandError('You can only use --pks option with one model')

    def objects():
        for model in models:
            manager = model._base_manager if all else model._default_manager
            queryset = manager.order_by(model._meta.pk.name)
            if pks:
                queryset = queryset.filter(pk__in=pks)
            yield from queryset.iterator()

    serializer = serializers.get_serializer(format)()
    serializer.options = {'indent': indent}
    serializer.stream = None
    serializer.selected_fields = None
    serializer.use_natural_foreign_keys = natural_foreign
    serializer.use_natural_primary_keys = natural_primary
    serializer.start_serialization()
    serializer.first = True
    plans = {}
    for obj in objects():
        model = obj._meta.concrete_model
        if model not in plans:
            plans[model] = serializer.plan(model)
        serializer.end_object(serializer.dump(obj, plans[model]))
        serializer.first = False
        yield model
    serializer.end_serialization()
    yield serializer.getvalue()


def load(text, name, waiting, format='json', ignorenonexistent=False):
    """Saves the objects of a fixture; yields after each."""
    import json

    from django.core.serializers.python import Deserializer

    try:
        if format == 'jsonl':
            read = [json.loads(line) for line in text.split('\n') if line.strip()]
        else:
            read = json.loads(text)
        yield len(read)
        for obj in Deserializer(read, ignorenonexistent=ignorenonexistent, handle_forward_references=True):
            _save(obj)
            if obj.deferred_fields:
                waiting.append(obj)
            yield obj.object.__class__
    except GeneratorExit:
        raise
    except Exception as e:
        if not isinstance(e, CommandError):
            from django.core.serializers.base import DeserializationError

            text = "Problem installing fixture '%s': %s" % (name, e)
            if not isinstance(e, (DeserializationError, DatabaseError)):
                raise DeserializationError(text) from e
            e.args = (text,)
        raise


def _save(obj):
    try:
        obj.save()
    except (DatabaseError, ValueError) as e:
        e.args = ('Could not load %s(pk=%s): %s' % (obj.object._meta.label, obj.object.pk, e),)
        raise


def load_rows(model, header, rows, name):
    """Saves the rows of a CSV file: texts, by the names of fields; yields after each."""
    from django.core.exceptions import FieldDoesNotExist, ValidationError
    from django.core.serializers.base import DeserializationError, DeserializedObject

    opts = model._meta
    fields = []
    for column in header:
        try:
            field = opts.pk if column == 'pk' else opts.get_field(column.removesuffix('_id') if column not in names_of(model) else column)
        except FieldDoesNotExist:
            known = ', '.join(f.name for f in opts.concrete_fields)
            raise CommandError("%s: %s has no field '%s'; it has: %s" % (name, opts.label, column, known))
        if not field.concrete or field.many_to_many or field.generated:
            raise CommandError("%s: '%s' cannot be in a CSV file" % (name, column))
        fields.append(field)
    for line, row in rows:
        if len(row) != len(fields):
            raise DeserializationError(
                "Problem installing fixture '%s': line %d has %d values, the header has %d" % (name, line, len(row), len(fields)))
        data = {}
        for field, text in zip(fields, row):
            target = field.target_field if field.remote_field else field
            empty = text == '' and (field.null or field.primary_key or not target.empty_strings_allowed)
            if text == '' and field.null and target.empty_strings_allowed:
                empty = True
            if empty and field.primary_key:
                continue
            try:
                data[field.attname] = None if empty else target.to_python(text)
            except ValidationError as e:
                raise DeserializationError(
                    "Problem installing fixture '%s': line %d, %s: %s" % (name, line, field.name, ' '.join(e.messages)))
        try:
            _save(DeserializedObject(model(**data)))
        except Exception as e:
            e.args = ("Problem installing fixture '%s': line %d: %s" % (name, line, e),)
            raise
        yield model


def names_of(model):
    return {f.name for f in model._meta.get_fields()} | {f.attname for f in model._meta.concrete_fields}


def csv_header(model):
    return [field.attname for field in model._meta.concrete_fields]


def csv_rows(model, all=False, pks=None):
    """The rows of a CSV file, as texts."""
    fields = list(model._meta.concrete_fields)
    manager = model._base_manager if all else model._default_manager
    queryset = manager.order_by(model._meta.pk.name)
    if pks:
        queryset = queryset.filter(pk__in=pks)
    for obj in queryset.iterator():
        yield ['' if field.value_from_object(obj) is None else field.value_to_string(obj) for field in fields]


def in_transaction(steps, waiting):
    """Runs the steps of all fixtures; at the end every key has to refer to something."""
    from django.db import connection, transaction

    touched = set()
    with transaction.atomic():
        for model in steps:
            if not isinstance(model, int):
                touched.add(model)
            yield model
        for obj in waiting:
            obj.save_deferred_fields()
        try:
            connection.check_constraints(table_names=[m._meta.db_table for m in touched])
        except Exception as e:
            e.args = ('Problem installing fixtures: %s' % e,)
            raise
