class SerializerDoesNotExist(KeyError):
    pass


class SerializationError(Exception):
    pass


class DeserializationError(Exception):
    @classmethod
    def WithData(cls, original_exc, model, fk, field_value):
        return cls("%s: (%s:pk=%s) field_value was '%s'" % (original_exc, model, fk, field_value))


class M2MDeserializationError(Exception):
    def __init__(self, original_exc, pk):
        self.original_exc = original_exc
        self.pk = pk


DEFER_FIELD = object()


class DeserializedObject:
    """An instance that was read but not saved, with what its many-to-many fields should hold."""

    def __init__(self, obj, m2m_data=None, deferred_fields=None):
        self.object = obj
        self.m2m_data = m2m_data
        self.deferred_fields = deferred_fields

    def __repr__(self):
        return '<%s: %s(pk=%s)>' % (self.__class__.__name__, self.object._meta.label, self.object.pk)

    def save(self, save_m2m=True, using=None, **kwargs):
        from django.db import models

        models.Model.save_base(self.object, using=using, raw=True, **kwargs)
        if self.m2m_data and save_m2m:
            for name, values in self.m2m_data.items():
                getattr(self.object, name).set(values)
        self.m2m_data = None

    def save_deferred_fields(self, using=None):
        self.m2m_data = {}
        for field, value in self.deferred_fields.items():
            opts = self.object._meta
            label = opts.app_label + '.' + opts.model_name
            if field.many_to_many:
                try:
                    self.m2m_data[field.name] = deserialize_m2m_values(field, value, using, False)
                except M2MDeserializationError as e:
                    raise DeserializationError.WithData(e.original_exc, label, self.object.pk, e.pk)
            else:
                try:
                    key = deserialize_fk_value(field, value, using, False)
                except Exception as e:
                    raise DeserializationError.WithData(e, label, self.object.pk, value)
                setattr(self.object, field.attname, key)
        self.save()


def has_natural_key(model):
    return hasattr(model._default_manager, 'get_by_natural_key')


def build_instance(Model, data, db):
    """An instance; one without a key that says its natural one gets the key of the row that has it."""
    key = data.get(Model._meta.pk.attname)
    if key is None and has_natural_key(Model) and hasattr(Model, 'natural_key'):
        natural_key = Model(**data).natural_key()
        try:
            data[Model._meta.pk.attname] = Model._meta.pk.to_python(
                Model._default_manager.db_manager(db).get_by_natural_key(*natural_key).pk)
        except Model.DoesNotExist:
            pass
    return Model(**data)


def is_collection(value):
    return hasattr(value, '__iter__') and not isinstance(value, str)


def deserialize_m2m_values(field, field_value, using, handle_forward_references):
    from django.core.exceptions import ObjectDoesNotExist

    model = field.remote_field.model
    natural = has_natural_key(model)

    def to_pk(value):
        if natural and is_collection(value):
            return model._default_manager.db_manager(using).get_by_natural_key(*value).pk
        return model._meta.pk.to_python(value)

    try:
        iterator = iter(field_value)
    except TypeError as e:
        raise M2MDeserializationError(e, field_value)
    values = []
    value = None
    try:
        for value in iterator:
            values.append(to_pk(value))
    except Exception as e:
        if isinstance(e, ObjectDoesNotExist) and handle_forward_references:
            return DEFER_FIELD
        raise M2MDeserializationError(e, value)
    return values


def deserialize_fk_value(field, field_value, using, handle_forward_references):
    from django.core.exceptions import ObjectDoesNotExist

    if field_value is None:
        return None
    model = field.remote_field.model
    name = field.remote_field.field_name or field.target_field.name
    if has_natural_key(model) and is_collection(field_value):
        try:
            obj = model._default_manager.db_manager(using).get_by_natural_key(*field_value)
        except ObjectDoesNotExist:
            if handle_forward_references:
                return DEFER_FIELD
            raise
        value = getattr(obj, name)
        # Of a target whose key is a relation itself, its key is meant.
        if model._meta.pk.remote_field:
            value = value.pk
        return value
    return model._meta.get_field(name).to_python(field_value)


def is_protected_type(value):
    import datetime
    from decimal import Decimal

    return isinstance(value, (type(None), int, float, Decimal, datetime.datetime, datetime.date, datetime.time))
