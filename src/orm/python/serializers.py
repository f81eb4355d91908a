from django.core.serializers.base import DeserializationError, SerializationError, SerializerDoesNotExist

FORMATS = ('python', 'json', 'jsonl')


def _module(format):
    if format not in FORMATS:
        raise SerializerDoesNotExist(format)
    from django.core.serializers import json, jsonl, python

    return {'python': python, 'json': json, 'jsonl': jsonl}[format]


def get_serializer(format):
    return _module(format).Serializer


def get_deserializer(format):
    return _module(format).Deserializer


def get_serializer_formats():
    return list(FORMATS)


def get_public_serializer_formats():
    return [name for name in FORMATS if name != 'python']


def serialize(format, queryset, **options):
    return get_serializer(format)().serialize(queryset, **options)


def deserialize(format, stream_or_string, **options):
    return get_deserializer(format)(stream_or_string, **options)


def sort_dependencies(app_list, allow_cycles=False):
    """Models so that what a natural key needs comes before it."""
    waiting, models = [], set()
    for app_config, model_list in app_list:
        for model in app_config.get_models() if model_list is None else model_list:
            models.add(model)
            needs = []
            if hasattr(model, 'natural_key'):
                from django.apps import apps

                needs = [apps.get_model(name) for name in getattr(model.natural_key, 'dependencies', [])]
            for field in (*model._meta.fields, *model._meta.many_to_many):
                rel = field.remote_field
                if rel and hasattr(rel.model, 'natural_key') and rel.model != model:
                    if not field.many_to_many or rel.through._meta.auto_created:
                        needs.append(rel.model)
            waiting.append((model, needs))
    waiting.reverse()
    done = []
    while waiting:
        skipped, changed = [], False
        while waiting:
            model, needs = waiting.pop()
            if all(need not in models or need in done for need in needs):
                done.append(model)
                changed = True
            else:
                skipped.append((model, needs))
        if not changed:
            if allow_cycles:
                done.extend(model for model, _ in sorted(skipped, key=lambda pair: len(pair[1])))
                return done
            raise RuntimeError(
                "Can't resolve dependencies for %s in serialized app list."
                % ', '.join(model._meta.label for model, _ in sorted(skipped, key=lambda pair: pair[0].__name__))
            )
        waiting = skipped
    return done
