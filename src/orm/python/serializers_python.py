from django.core.serializers.base import (
    DEFER_FIELD, DeserializationError, DeserializedObject, M2MDeserializationError, build_instance,
    deserialize_fk_value, deserialize_m2m_values, has_natural_key, is_protected_type,
)


class Serializer:
    """Objects as dicts: model, pk, fields."""

    internal_use_only = True

    def serialize(self, queryset, *, stream=None, fields=None, use_natural_foreign_keys=False,
                  use_natural_primary_keys=False, progress_output=None, object_count=0, **options):
        self.options = options
        self.stream = stream
        self.selected_fields = fields
        self.use_natural_foreign_keys = use_natural_foreign_keys
        self.use_natural_primary_keys = use_natural_primary_keys
        self.start_serialization()
        self.first = True
        plans = {}
        for obj in queryset:
            model = obj._meta.concrete_model
            plan = plans.get(model)
            if plan is None:
                plan = plans[model] = self.plan(model)
            self.end_object(self.dump(obj, plan))
            self.first = False
        self.end_serialization()
        return self.getvalue()

    def plan(self, model):
        """Which fields of a model are written, and how."""
        opts = model._meta
        # Without a key of its own, a child is found again by its parent's.
        pk = opts.pk
        link = pk if self.use_natural_primary_keys and pk.remote_field and pk.remote_field.parent_link else None
        chosen = self.selected_fields
        own = []
        for field in opts.local_fields:
            if not field.serialize and field is not link:
                continue
            if field.remote_field is None:
                if chosen is None or field.attname in chosen:
                    own.append((field, False))
            elif chosen is None or field.attname[:-3] in chosen:
                natural = self.use_natural_foreign_keys and hasattr(field.remote_field.model, 'natural_key')
                own.append((field, natural))
        many = [
            field for field in opts.local_many_to_many
            if field.serialize and (chosen is None or field.attname in chosen)
            and field.remote_field.through._meta.auto_created
        ]
        return own, many

    def value_of(self, obj, field):
        value = field.value_from_object(obj)
        if is_protected_type(value) or field.get_internal_type() == 'JSONField':
            return value
        return field.value_to_string(obj)

    def dump(self, obj, plan):
        data = {'model': str(obj._meta)}
        if not self.use_natural_primary_keys or not hasattr(obj, 'natural_key'):
            pk = self.value_of(obj, obj._meta.pk)
            if pk is not None:
                data['pk'] = pk
        fields = data['fields'] = {}
        own, many = plan
        for field, natural in own:
            if natural:
                related = getattr(obj, field.name)
                fields[field.name] = related.natural_key() if related else None
            else:
                fields[field.name] = self.value_of(obj, field)
        for field in many:
            model = field.remote_field.model
            related = getattr(obj, field.name)
            if self.use_natural_foreign_keys and hasattr(model, 'natural_key'):
                fields[field.name] = [other.natural_key() for other in related.select_related(None).iterator()]
            else:
                pk = model._meta.pk
                fields[field.name] = [self.value_of(other, pk) for other in related.select_related(None).only('pk').iterator()]
        return data

    def start_serialization(self):
        self.objects = []

    def end_object(self, data):
        self.objects.append(data)

    def end_serialization(self):
        pass

    def getvalue(self):
        return self.objects


def Deserializer(object_list, *, using='default', ignorenonexistent=False, **options):
    """Dicts as instances that are not saved yet."""
    from django.apps import apps

    forward = options.get('handle_forward_references', False)
    names = {}
    for d in object_list:
        try:
            obj = _read(d, apps, names, using, ignorenonexistent, forward)
        except DeserializationError:
            raise
        except Exception as exc:
            raise DeserializationError('Error deserializing object: %s' % exc) from exc
        if obj is not None:
            yield obj


def _read(d, apps, names, using, ignorenonexistent, forward):
    try:
        Model = apps.get_model(d['model'])
    except (LookupError, TypeError, ValueError):
        if ignorenonexistent:
            return None
        raise DeserializationError('Invalid model identifier: %s' % d['model'])
    opts = Model._meta
    label, pk = d['model'], d.get('pk')
    data, m2m_data, deferred = {}, {}, {}
    if 'pk' in d:
        try:
            data[opts.pk.attname] = opts.pk.to_python(pk)
        except Exception as e:
            raise DeserializationError.WithData(e, label, pk, None)
    if Model not in names:
        names[Model] = {f.name for f in opts.get_fields()}
    for name, value in d['fields'].items():
        if ignorenonexistent and name not in names[Model]:
            continue
        field = opts.get_field(name)
        if field.remote_field and field.many_to_many:
            try:
                values = deserialize_m2m_values(field, value, using, forward)
            except M2MDeserializationError as e:
                raise DeserializationError.WithData(e.original_exc, label, pk, e.pk)
            if values is DEFER_FIELD:
                deferred[field] = value
            else:
                m2m_data[field.name] = values
        elif field.remote_field and (field.many_to_one or field.one_to_one):
            try:
                key = deserialize_fk_value(field, value, using, forward)
            except Exception as e:
                raise DeserializationError.WithData(e, label, pk, value)
            if key is DEFER_FIELD:
                deferred[field] = value
            else:
                data[field.attname] = key
        else:
            try:
                data[field.name] = field.to_python(value)
            except Exception as e:
                raise DeserializationError.WithData(e, label, pk, value)
    return DeserializedObject(build_instance(Model, data, using), m2m_data, deferred)
