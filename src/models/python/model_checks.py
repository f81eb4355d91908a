from django.core.checks import Error, Warning


def messages(cls, **kwargs):
    """What is wrong with a model and its fields, in the order in which Django looks."""
    opts = cls._meta
    databases = kwargs.get('databases')
    if opts.proxy and (opts.local_fields or opts.local_many_to_many):
        yield Error("Proxy model '%s' contains model fields." % cls.__name__, id='models.E017')
    for manager in opts.managers:
        if hasattr(manager, 'check'):
            yield from manager.check(**kwargs)
    for field in opts.local_fields:
        yield from field.check(**kwargs)
    for field in opts.local_many_to_many:
        yield from field.check(from_model=cls, **kwargs)
    yield from _same_relationship(cls)
    clashes = [*_id(cls), *_field_names(cls), *_model_name(cls), *_property_names(cls), *_primary_keys(cls)]
    yield from clashes
    if not clashes:
        yield from _columns(cls)
    yield from _unique_together(cls)
    yield from _indexes(cls, databases)
    yield from _ordering(cls)
    if databases:
        yield from _constraints(cls)
        if opts.db_table_comment:
            yield Warning(
                'SQLite does not support comments on tables (db_table_comment).', obj=cls, id='models.W046',
            )
    yield from _composite(cls)


def _same_relationship(cls):
    seen = []
    for field in cls._meta.local_many_to_many:
        rel = field.remote_field
        if isinstance(rel.model, str) or rel.through is None or isinstance(rel.through, str):
            continue
        signature = rel.model, rel.through, rel.through_fields
        if signature in seen:
            yield Error(
                'The model has two identical many-to-many relations through the intermediate model '
                "'%s'." % rel.through._meta.label,
                obj=cls, id='models.E003',
            )
        seen.append(signature)


def _id(cls):
    fields = [f for f in cls._meta.local_fields if f.name == 'id' and f != cls._meta.pk]
    if fields and not fields[0].primary_key and cls._meta.pk.name == 'id':
        yield Error(
            "'id' can only be used as a field name if the field also sets 'primary_key=True'.",
            obj=cls, id='models.E004',
        )


def _field_names(cls):
    """A field may not hide one of a parent's."""
    used = {}
    parents = cls._meta.all_parents
    for parent in parents:
        for field in parent._meta.local_fields:
            clash = used.get(field.name) or used.get(field.attname)
            if clash:
                yield Error(
                    "The field '%s' from parent model '%s' clashes with the field '%s' from parent model '%s'."
                    % (clash.name, clash.model._meta, field.name, field.model._meta),
                    obj=cls, id='models.E005',
                )
            used[field.name] = used[field.attname] = field
    for parent in parents:
        for field in parent._meta.get_fields():
            # Django asks its dict of names for the field itself: an accessor always replaces what is there.
            used[field.name] = field
    for link in cls._meta.parents.values():
        clash = link and used.get(link.name)
        if clash:
            yield Error(
                "The field '%s' clashes with the field '%s' from model '%s'."
                % (link.name, clash.name, clash.model._meta),
                obj=cls, id='models.E006',
            )
    for field in cls._meta.local_fields:
        clash = used.get(field.name) or used.get(field.attname)
        both_id = field.name == 'id' and clash and clash.name == 'id' and clash.model == cls
        if clash and not both_id:
            yield Error(
                "The field '%s' clashes with the field '%s' from model '%s'."
                % (field.name, clash.name, clash.model._meta),
                obj=field, id='models.E006',
            )
        used[field.name] = used[field.attname] = field


def _model_name(cls):
    name = cls.__name__
    if name.startswith('_') or name.endswith('_'):
        yield Error(
            "The model name '%s' cannot start or end with an underscore as it collides with the query lookup syntax."
            % name,
            obj=cls, id='models.E023',
        )
    elif '__' in name:
        yield Error(
            "The model name '%s' cannot contain double underscores as it collides with the query lookup syntax."
            % name,
            obj=cls, id='models.E024',
        )


def _property_names(cls):
    properties = {
        name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, property)
    }
    for field in (*cls._meta.fields, *cls._meta.many_to_many):
        if field.is_relation and field.related_model is not None and field.attname in properties:
            yield Error(
                "The property '%s' clashes with a related field accessor." % field.attname,
                obj=cls, id='models.E025',
            )


def _primary_keys(cls):
    if sum(1 for f in cls._meta.local_fields if f.primary_key) > 1:
        yield Error(
            "The model cannot have more than one field with 'primary_key=True'.", obj=cls, id='models.E026',
        )


def _columns(cls):
    seen = set()
    for field in cls._meta.local_fields:
        if field.column and field.column in seen:
            yield Error(
                "Field '%s' has column name '%s' that is used by another field." % (field.name, field.column),
                hint="Specify a 'db_column' for the field.", obj=cls, id='models.E007',
            )
        seen.add(field.column)


def _local(cls, names, option):
    """Names in a Meta option that are no fields of the model's own table."""
    known = {}
    for field in (*cls._meta.fields, *cls._meta.many_to_many, *cls._meta.private_fields):
        known[field.name] = field
        if hasattr(field, 'attname'):
            known[field.attname] = field
    for name in names:
        field = known.get(name) if isinstance(name, str) else None
        if field is None:
            yield Error(
                "'%s' refers to the nonexistent field '%s'." % (option, name), obj=cls, id='models.E012',
            )
        elif field.many_to_many:
            yield Error(
                "'%s' refers to a ManyToManyField '%s', but ManyToManyFields are not permitted in '%s'."
                % (option, name, option),
                obj=cls, id='models.E013',
            )
        elif type(field).__name__ == 'CompositePrimaryKey':
            yield Error(
                "'%s' refers to a CompositePrimaryKey '%s', but CompositePrimaryKeys are not permitted in '%s'."
                % (option, name, option),
                obj=cls, id='models.E048',
            )
        elif field not in cls._meta.local_fields:
            yield Error(
                "'%s' refers to field '%s' which is not local to model '%s'." % (option, name, cls._meta.object_name),
                hint='This issue may be caused by multi-table inheritance.',
                obj=cls, id='models.E016',
            )


def _unique_together(cls):
    names = cls._meta.original_attrs.get('unique_together', cls._meta.unique_together)
    if names and isinstance(names, (tuple, list)) and isinstance(names[0], str):
        names = [names]
    if not isinstance(names, (tuple, list)):
        yield Error("'unique_together' must be a list or tuple.", obj=cls, id='models.E010')
    elif any(not isinstance(fields, (tuple, list)) for fields in names):
        yield Error("All 'unique_together' elements must be lists or tuples.", obj=cls, id='models.E011')
    else:
        for fields in names:
            yield from _local(cls, fields, 'unique_together')


def _references(expression):
    """The names, in pieces, that an expression or condition refers to."""
    from django.db.models import F, Q

    if isinstance(expression, Q):
        for child in expression.children:
            if isinstance(child, tuple):
                name, value = child
                yield tuple(name.split('__'))
                yield from _references(value)
            else:
                yield from _references(child)
    elif isinstance(expression, F):
        yield tuple(expression.name.split('__'))
    elif hasattr(expression, 'get_source_expressions'):
        for source in expression.get_source_expressions():
            yield from _references(source)


def _indexes(cls, databases):
    references = []
    for index in cls._meta.indexes:
        if index.name[0] == '_' or index.name[0].isdigit():
            yield Error(
                "The index name '%s' cannot start with an underscore or a number." % index.name,
                obj=cls, id='models.E033',
            )
        if len(index.name) > 30:
            yield Error(
                "The index name '%s' cannot be longer than 30 characters." % index.name, obj=cls, id='models.E034',
            )
        for expression in index.expressions:
            references.extend(ref[0] for ref in _references(expression) if ref[0] not in references)
    if databases and any(index.include for index in cls._meta.indexes):
        yield Warning(
            'SQLite does not support indexes with non-key columns.',
            hint="Non-key columns will be ignored. Silence this warning if you don't care about it.",
            obj=cls, id='models.W040',
        )
    names = [name for index in cls._meta.indexes for name, _ in index.fields_orders]
    names += [name for index in cls._meta.indexes for name in index.include]
    yield from _local(cls, names + references, 'indexes')


def _constraints(cls):
    from django.db import models

    composite = type(cls._meta.pk).__name__ == 'CompositePrimaryKey'
    for constraint in cls._meta.constraints:
        name = type(constraint).__name__
        if isinstance(constraint, models.UniqueConstraint):
            yield from _local(cls, dict.fromkeys((*constraint.fields, *constraint.include)), 'constraints')
            for given, text, id in (
                (constraint.deferrable, 'deferrable unique constraints', 'models.W038'),
                (constraint.include, 'unique constraints with non-key columns', 'models.W039'),
                (constraint.nulls_distinct is not None, 'unique constraints with nulls distinct', 'models.W047'),
            ):
                if given:
                    yield Warning(
                        'SQLite does not support %s.' % text,
                        hint="A constraint won't be created. Silence this warning if you don't care about it.",
                        obj=cls, id=id,
                    )
        elif not isinstance(constraint, models.CheckConstraint):
            continue
        references = []
        condition = constraint.condition
        if condition is not None:
            references += _references(condition)
        for expression in getattr(constraint, 'expressions', ()):
            references += _references(expression)
        names = {}
        for first, *lookups in references:
            if first != 'pk' or composite:
                names[first] = True
            if not lookups:
                continue
            try:
                field = cls._meta.pk if first == 'pk' else cls._meta.get_field(first)
            except Exception:
                continue
            if not field.is_relation or field.many_to_many or field.one_to_many:
                continue
            if field.get_transform(lookups[0]) is None and field.get_lookup(lookups[0]) is None:
                yield Error(
                    "'constraints' refers to the joined field '%s'." % '__'.join([first, *lookups]),
                    obj=cls, id='models.E041',
                )
        yield from _local(cls, names, 'constraints')


def _ordering(cls):
    from django.core.exceptions import FieldDoesNotExist

    opts = cls._meta
    if 'ordering' in opts.original_attrs and 'order_with_respect_to' in opts.original_attrs:
        yield Error(
            "'ordering' and 'order_with_respect_to' cannot be used together.", obj=cls, id='models.E021',
        )
        return
    if opts.order_with_respect_to or not opts.ordering:
        return
    if not isinstance(opts.ordering, (list, tuple)):
        yield Error(
            "'ordering' must be a tuple or list (even if you want to order by only one field).",
            obj=cls, id='models.E014',
        )
        return
    names = [name.removeprefix('-') for name in opts.ordering if isinstance(name, str) and name != '?']

    def missing(name):
        return Error(
            "'ordering' refers to the nonexistent field, related field, or lookup '%s'." % name,
            obj=cls, id='models.E015',
        )

    for name in names:
        if '__' not in name:
            continue
        at, field = cls, None
        for part in name.split('__'):
            try:
                field = at._meta.pk if part == 'pk' else at._meta.get_field(part)
                at = field.related_model if field.is_relation else None
            except (FieldDoesNotExist, AttributeError):
                if field is None or (field.get_transform(part) is None and field.get_lookup(part) is None):
                    yield missing(name)
    known = {'pk'}
    for field in opts.fields:
        known |= {field.name, field.attname}
    for rel in opts.related_objects:
        known.add(rel.field.related_query_name())
    for name in dict.fromkeys(name for name in names if '__' not in name):
        if name not in known:
            yield missing(name)


def _composite(cls):
    from django.core.exceptions import FieldDoesNotExist

    opts = cls._meta
    if opts.proxy or type(opts.pk).__name__ != 'CompositePrimaryKey':
        return
    columns = {}
    for name in opts.pk.field_names:
        try:
            field = opts.get_field(name)
        except FieldDoesNotExist:
            field = None
        if not field:
            hint = '%r is not a valid field.' % name
        elif not getattr(field, 'column', None):
            hint = '%r field has no column.' % name
        elif field.null and not field.generated:
            hint = "%r field may not set 'null=True'." % name
        elif field.generated:
            hint = '%r field is a generated field.' % name
        elif field not in opts.local_fields:
            hint = '%r field is not a local field.' % name
        else:
            columns.setdefault(field.column, []).append(name)
            continue
        yield Error(
            '%r cannot be included in the composite primary key.' % name, hint=hint, obj=cls, id='models.E042',
        )
    for first, *rest in columns.values():
        if rest:
            again = ', '.join(repr(name) for name in rest)
            yield Error(
                '%s cannot be included in the composite primary key.' % again,
                hint='%s and %r are the same fields.' % (again, first), obj=cls, id='models.E042',
            )


# What `django.contrib` brings is not the session's to mend.
BUNDLED = ('auth', 'contenttypes', 'sites', 'sessions', 'admin', 'messages')


def across(databases=None):
    """What is wrong with the models of all apps, each by itself and one beside the other."""
    from django.apps import apps

    tables, indexes, constraints = {}, {}, {}
    models = [m for m in apps.get_models()]
    own = [m for m in models if m._meta.app_label not in BUNDLED]
    kwargs = {'databases': databases} if databases else {}
    for model in models:
        opts = model._meta
        if opts.managed and not opts.proxy:
            tables.setdefault(opts.db_table, []).append(opts.label)
        if model not in own:
            continue
        if not hasattr(model.check, '__self__'):
            yield Error(
                "The '%s.check()' class method is currently overridden by %r." % (model.__name__, model.check),
                obj=model, id='models.E020',
            )
        else:
            yield from model.check(**kwargs)
        for index in opts.indexes:
            indexes.setdefault(index.name, []).append(opts.label)
        for constraint in opts.constraints:
            constraints.setdefault(constraint.name, []).append(opts.label)
    for table, labels in tables.items():
        if len(labels) > 1:
            yield Error(
                "db_table '%s' is used by multiple models: %s." % (table, ', '.join(labels)),
                obj=table, id='models.E028',
            )
    for what, named, ids in (
        ('index', indexes, ('models.E029', 'models.E030')),
        ('constraint', constraints, ('models.E031', 'models.E032')),
    ):
        for name, labels in named.items():
            if len(labels) > 1:
                one = len(set(labels)) == 1
                yield Error(
                    "%s name '%s' is not unique %s %s."
                    % (what, name, 'for model' if one else 'among models:', ', '.join(sorted(set(labels)))),
                    id=ids[0] if one else ids[1],
                )
    yield from _lazy(own)
    yield from _permissions(own)
    yield from _generic(own)


def _lazy(models):
    """Relations whose models never came."""
    from django.apps import apps

    found = []

    def declared(field, name):
        label, _, model = name.lower().rpartition('.')
        label = label or field.model._meta.app_label
        try:
            apps.get_app_config(label)
            why = "app '%s' doesn't provide model '%s'" % (label, model)
        except LookupError:
            why = "app '%s' isn't installed" % label
        text = "The field %s was declared with a lazy reference to '%s.%s', but %s." % (field, label, model, why)
        found.append(Error(text, obj=field, id='fields.E307'))

    for model in models:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            rel = field.remote_field
            if rel is None:
                continue
            if isinstance(rel.model, str):
                declared(field, rel.model)
            elif rel.model._meta.abstract:
                declared(field, rel.model._meta.label)
            through = getattr(rel, 'through', None)
            for link in through._meta.local_fields if hasattr(through, '_meta') and through._meta.auto_created else ():
                if isinstance(link.remote_field and link.remote_field.model, str):
                    declared(link, link.remote_field.model)
    return sorted(found, key=lambda error: error.msg)


def _permissions(models):
    """Whether the permissions of models fit the tables of `django.contrib.auth`."""
    for model in models:
        opts = model._meta
        builtin = {
            '%s_%s' % (action, opts.model_name): 'Can %s %s' % (action, opts.verbose_name)
            for action in opts.default_permissions
        }
        longest = max((len(name) for name in builtin.values()), default=0)
        if longest > 255:
            yield Error(
                "The verbose_name of model '%s' must be at most %d characters for its builtin permission names to be "
                'at most 255 characters.' % (opts.label, 255 - (longest - len(str(opts.verbose_name)))),
                obj=model, id='auth.E007',
            )
        longest = max((len(code) for code in builtin), default=0)
        if longest > 100:
            yield Error(
                "The name of model '%s' must be at most %d characters for its builtin permission codenames to be at "
                'most 100 characters.' % (opts.label, 100 - (longest - len(opts.model_name))),
                obj=model, id='auth.E011',
            )
        seen = set()
        for code, name in opts.permissions:
            if len(name) > 255:
                yield Error(
                    "The permission named '%s' of model '%s' is longer than 255 characters." % (name, opts.label),
                    obj=model, id='auth.E008',
                )
            if len(code) > 100:
                yield Error(
                    "The permission codenamed '%s' of model '%s' is longer than 100 characters." % (code, opts.label),
                    obj=model, id='auth.E012',
                )
            if code in builtin:
                yield Error(
                    "The permission codenamed '%s' clashes with a builtin permission for model '%s'."
                    % (code, opts.label),
                    obj=model, id='auth.E005',
                )
            elif code in seen:
                yield Error(
                    "The permission codenamed '%s' is duplicated for model '%s'." % (code, opts.label),
                    obj=model, id='auth.E006',
                )
            seen.add(code)


def _generic(models):
    for model in models:
        for field in model._meta.private_fields:
            # By name: who has none should not load content types for it.
            if field.model is model and 'GenericForeignKey' in [c.__name__ for c in type(field).__mro__]:
                yield from generic_foreign_key(field)
    for model in models:
        if len(model._meta.model_name) > 100:
            yield Error(
                'Model names must be at most 100 characters (got %d).' % len(model._meta.model_name),
                obj=model, id='contenttypes.E005',
            )


def generic_foreign_key(field):
    """What is wrong with a GenericForeignKey."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.exceptions import FieldDoesNotExist
    from django.db import models

    opts = field.model._meta
    if field.name.endswith('_'):
        yield Error('Field names must not end with an underscore.', obj=field, id='fields.E001')
    try:
        opts.get_field(field.fk_field)
    except FieldDoesNotExist:
        yield Error(
            "The GenericForeignKey object ID references the nonexistent field '%s'." % field.fk_field,
            obj=field, id='contenttypes.E001',
        )
    own = '%s.%s' % (opts.object_name, field.ct_field)
    hint = "GenericForeignKeys must use a ForeignKey to 'contenttypes.ContentType' as the 'content_type' field."
    try:
        key = opts.get_field(field.ct_field)
    except FieldDoesNotExist:
        yield Error(
            "The GenericForeignKey content type references the nonexistent field '%s'." % own,
            obj=field, id='contenttypes.E002',
        )
        return
    if not isinstance(key, models.ForeignKey):
        yield Error("'%s' is not a ForeignKey." % own, hint=hint, obj=field, id='contenttypes.E003')
    elif key.remote_field.model != ContentType:
        yield Error(
            "'%s' is not a ForeignKey to 'contenttypes.ContentType'." % own,
            hint=hint, obj=field, id='contenttypes.E004',
        )
