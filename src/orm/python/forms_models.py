def model_to_dict(instance, fields=None, exclude=None):
    meta, values = instance._meta, {}
    for field in [*meta.concrete_fields, *meta.private_fields, *meta.many_to_many]:
        wanted = fields is None or field.name in fields
        if wanted and field.name not in (exclude or ()) and getattr(field, 'editable', False):
            values[field.name] = field.value_from_object(instance)
    return values
