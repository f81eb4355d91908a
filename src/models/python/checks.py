DEBUG = 10
INFO = 20
WARNING = 30
ERROR = 40
CRITICAL = 50


class CheckMessage:
    def __init__(self, level, msg, hint=None, obj=None, id=None):
        self.level = level
        self.msg = msg
        self.hint = hint
        self.obj = obj
        self.id = id

    def __eq__(self, other):
        return isinstance(other, self.__class__) and all(
            getattr(self, name) == getattr(other, name) for name in ('level', 'msg', 'hint', 'obj', 'id')
        )

    def __str__(self):
        from django.db import models

        if self.obj is None:
            obj = '?'
        elif isinstance(self.obj, models.base.ModelBase):
            obj = self.obj._meta.label
        else:
            obj = str(self.obj)
        id = '(%s) ' % self.id if self.id else ''
        hint = '\n\tHINT: %s' % self.hint if self.hint else ''
        return '%s: %s%s%s' % (obj, id, self.msg, hint)

    def __repr__(self):
        return '<%s: level=%r, msg=%r, hint=%r, obj=%r, id=%r>' % (
            self.__class__.__name__, self.level, self.msg, self.hint, self.obj, self.id,
        )

    def is_serious(self, level=ERROR):
        return self.level >= level

    def is_silenced(self):
        return False


class Debug(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(DEBUG, *args, **kwargs)


class Info(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(INFO, *args, **kwargs)


class Warning(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(WARNING, *args, **kwargs)


class Error(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(ERROR, *args, **kwargs)


class Critical(CheckMessage):
    def __init__(self, *args, **kwargs):
        super().__init__(CRITICAL, *args, **kwargs)


class Tags:
    models = 'models'
    database = 'database'


def register(check=None, *tags, **kwargs):
    if callable(check):
        return check
    return lambda f: f


def _relation_name(field):
    return '%s.%s.%s' % (field.model._meta.app_label, field.model._meta.object_name, field.name)


def _field(field):
    """What is wrong with one field."""
    name = field.name
    if name.endswith('_'):
        yield Error('Field names must not end with an underscore.', obj=field, id='fields.E001')
    elif '__' in name:
        yield Error('Field names must not contain "__".', obj=field, id='fields.E002')
    elif name == 'pk':
        yield Error("'pk' is a reserved word that cannot be used as a field name.", obj=field, id='fields.E003')
    kind = type(field).__mro__
    kinds = {c.__name__ for c in kind}
    if field.primary_key and field.null:
        yield Error(
            'Primary keys must not have null=True.',
            hint='Set null=False on the field, or remove primary_key=True argument.',
            obj=field, id='fields.E007',
        )
    if 'CharField' in kinds and not field.is_relation:
        length = field.max_length
        if length is not None and (not isinstance(length, int) or isinstance(length, bool) or length <= 0):
            yield Error("'max_length' must be a positive integer.", obj=field, id='fields.E121')
        elif length is None:
            yield Error("CharFields must define a 'max_length' attribute.", obj=field, id='fields.E120')
    if 'DecimalField' in kinds:
        places, digits = field.decimal_places, field.max_digits
        bad = False
        if places is None:
            bad = True
            yield Error("DecimalFields must define a 'decimal_places' attribute.", obj=field, id='fields.E130')
        elif places < 0:
            bad = True
            yield Error("'decimal_places' must be a non-negative integer.", obj=field, id='fields.E131')
        if digits is None:
            bad = True
            yield Error("DecimalFields must define a 'max_digits' attribute.", obj=field, id='fields.E132')
        elif digits <= 0:
            bad = True
            yield Error("'max_digits' must be a positive integer.", obj=field, id='fields.E133')
        if not bad and places > digits:
            yield Error(
                "'max_digits' must be greater or equal to 'decimal_places'.", obj=field, id='fields.E134',
            )
    if kinds & {'AutoField', 'BigAutoField', 'SmallAutoField'} and not field.primary_key:
        yield Error('AutoFields must set primary_key=True.', obj=field, id='fields.E100')
    if 'IntegerField' in kinds and field.max_length is not None:
        yield Warning(
            "'max_length' is ignored when used with %s." % field.__class__.__name__,
            hint="Remove 'max_length' from field", obj=field, id='fields.W122',
        )
    if kinds & {'DateField', 'TimeField'}:
        if [bool(field.auto_now_add), bool(field.auto_now), field.has_default()].count(True) > 1:
            yield Error(
                'The options auto_now, auto_now_add, and default are mutually exclusive. '
                'Only one of these options may be present.',
                obj=field, id='fields.E160',
            )
    if 'BinaryField' in kinds and isinstance(field.default, str):
        yield Error(
            "BinaryField's default cannot be a string. Use bytes content instead.", obj=field, id='fields.E170',
        )
    if 'GenericIPAddressField' in kinds and not field.null and field.blank:
        yield Error(
            'GenericIPAddressFields cannot have blank=True if null=False, as blank values are stored as nulls.',
            obj=field, id='fields.E150',
        )
    if 'NullBooleanField' in kinds:
        yield Error(
            'NullBooleanField is removed except for support in historical migrations.',
            hint='Use BooleanField(null=True, blank=True) instead.', obj=field, id='fields.E903',
        )
    if field.choices is not None and field.max_length is not None and not field.is_relation:
        longest = max((len(v) for v, _ in field.flatchoices if isinstance(v, str)), default=0)
        if longest > field.max_length:
            yield Error(
                "'max_length' is too small to fit the longest value in 'choices' (%d characters)." % longest,
                obj=field, id='fields.E009',
            )
    if field.is_relation:
        yield from _relation(field)


def _relation(field):
    from django.db import models

    target = field.remote_field.model if field.remote_field else None
    if isinstance(target, str):
        yield Error(
            "Field defines a relation with model '%s', which is either not installed, or is abstract." % target,
            obj=field, id='fields.E300',
        )
        return
    if target is None:
        return
    if target._meta.abstract:
        yield Error(
            "Field defines a relation with model '%s', which is either not installed, or is abstract."
            % target._meta.object_name,
            obj=field, id='fields.E300',
        )
        return
    related_name = field.remote_field.related_name
    if related_name and not (related_name.isidentifier() or related_name.endswith('+')):
        yield Error(
            "The name '%s' is invalid related_name for field %s.%s"
            % (related_name, field.model._meta.object_name, field.name),
            hint="Related name must be a valid Python identifier or end with a '+'",
            obj=field, id='fields.E306',
        )
    if field.many_to_many:
        if field.null:
            yield Warning('null has no effect on ManyToManyField.', obj=field, id='fields.W340')
        if field._validators:
            yield Warning('ManyToManyField does not support validators.', obj=field, id='fields.W341')
        if field.unique:
            yield Error('ManyToManyFields cannot be unique.', obj=field, id='fields.E330')
    else:
        on_delete = getattr(field.remote_field, 'on_delete', None)
        if on_delete == models.SET_NULL and not field.null:
            yield Error(
                'Field specifies on_delete=SET_NULL, but cannot be null.',
                hint='Set null=True argument on the field, or change the on_delete rule.',
                obj=field, id='fields.E320',
            )
        elif on_delete == models.SET_DEFAULT and not field.has_default():
            yield Error(
                'Field specifies on_delete=SET_DEFAULT, but has no default value.',
                hint='Set a default value, or change the on_delete rule.',
                obj=field, id='fields.E321',
            )
        if field.many_to_one and field.unique:
            yield Warning(
                'Setting unique=True on a ForeignKey has the same effect as using a OneToOneField.',
                hint='ForeignKey(unique=True) is usually better served by a OneToOneField.',
                obj=field, id='fields.W342',
            )
    yield from _clashes(field)


def _clashes(field):
    rel = field.remote_field
    if rel.hidden and not field.many_to_many:
        return
    opts = rel.model._meta
    accessor = rel.get_accessor_name()
    query_name = field.related_query_name()
    own = '%s.%s' % (field.model._meta.label, field.name)
    for other in list(opts.fields) + list(opts.many_to_many):
        if other is field:
            continue
        clash = '%s.%s' % (opts.label, other.name)
        if not rel.hidden and other.name == accessor:
            yield Error(
                "Reverse accessor '%s.%s' for '%s' clashes with field name '%s'."
                % (opts.object_name, accessor, own, clash),
                hint="Rename field '%s', or add/change a related_name argument to the definition for field '%s'."
                % (clash, own),
                obj=field, id='fields.E302',
            )
        if other.name == query_name:
            yield Error(
                "Reverse query name for '%s' clashes with field name '%s'." % (own, clash),
                hint="Rename field '%s', or add/change a related_name argument to the definition for field '%s'."
                % (clash, own),
                obj=field, id='fields.E303',
            )
    for other in opts.related_objects:
        if other.field is field or other.field == field:
            continue
        clash = '%s.%s' % (other.related_model._meta.label, other.field.name)
        if not rel.hidden and other.get_accessor_name() == accessor:
            yield Error(
                "Reverse accessor '%s.%s' for '%s' clashes with reverse accessor for '%s'."
                % (opts.object_name, accessor, own, clash),
                hint="Add or change a related_name argument to the definition for '%s' or '%s'." % (own, clash),
                obj=field, id='fields.E304',
            )
        if other.name == query_name:
            yield Error(
                "Reverse query name for '%s' clashes with reverse query name for '%s'." % (own, clash),
                hint="Add or change a related_name argument to the definition for '%s' or '%s'." % (own, clash),
                obj=field, id='fields.E305',
            )


def _names(cls, option, names, codes):
    """Names in a Meta option that no field has."""
    from django.core.exceptions import FieldDoesNotExist

    for name in names:
        try:
            field = cls._meta.get_field(name.lstrip('-'))
        except FieldDoesNotExist:
            yield Error(
                "'%s' refers to the nonexistent field '%s'." % (option, name), obj=cls, id=codes[0],
            )
        else:
            if field.many_to_many:
                yield Error(
                    "'%s' refers to a ManyToManyField '%s', but ManyToManyFields are not permitted in '%s'."
                    % (option, name, option),
                    obj=cls, id=codes[1],
                )
            elif field not in cls._meta.local_fields:
                yield Error(
                    "'%s' refers to field '%s' which is not local to model '%s'."
                    % (option, name, cls._meta.object_name),
                    hint='This issue may be caused by multi-table inheritance.',
                    obj=cls, id=codes[2],
                )


def _model(cls):
    """What is wrong with a model beyond its fields."""
    from django.core.exceptions import FieldDoesNotExist

    opts = cls._meta
    if opts.proxy and (opts.local_fields or opts.local_many_to_many):
        yield Error("Proxy model '%s' contains model fields." % cls.__name__, obj=cls, id='models.E017')
    fields = list(opts.local_fields) + list(opts.local_many_to_many)
    if any(f.name == 'id' and not f.primary_key for f in opts.local_fields):
        yield Error(
            "'id' can only be used as a field name if the field also sets 'primary_key=True'.",
            obj=cls, id='models.E004',
        )
    if sum(1 for f in opts.local_fields if f.primary_key) > 1:
        yield Error(
            "The model cannot have more than one field with 'primary_key=True'.", obj=cls, id='models.E026',
        )
    seen = set()
    for field in fields:
        if field.column and field.column in seen:
            yield Error(
                "Field '%s' has column name '%s' that is used by another field." % (field.name, field.column),
                hint="Specify a 'db_column' for the field.", obj=cls, id='models.E007',
            )
        seen.add(field.column)
    if cls.__name__.startswith('_') or cls.__name__.endswith('_'):
        yield Error(
            "The model name '%s' cannot start or end with an underscore as it collides with the query lookup syntax."
            % cls.__name__,
            obj=cls, id='models.E023',
        )
    elif '__' in cls.__name__:
        yield Error(
            "The model name '%s' cannot contain double underscores as it collides with the query lookup syntax."
            % cls.__name__,
            obj=cls, id='models.E024',
        )
    for names in opts.unique_together:
        yield from _names(cls, 'unique_together', names, ('models.E012', 'models.E013', 'models.E016'))
    for index in opts.indexes:
        if index.name.startswith('_') or index.name[:1].isdigit():
            yield Error(
                "The index name '%s' cannot start with an underscore or a number." % index.name,
                obj=cls, id='models.E033',
            )
        if len(index.name) > 30:
            yield Error(
                "The index name '%s' cannot be longer than 30 characters." % index.name, obj=cls, id='models.E034',
            )
        yield from _names(cls, 'indexes', index.fields, ('models.E012', 'models.E013', 'models.E016'))
    for constraint in opts.constraints:
        names = getattr(constraint, 'fields', ())
        yield from _names(cls, 'constraints', names, ('models.E012', 'models.E013', 'models.E016'))
    ordering = opts.ordering
    if ordering and not isinstance(ordering, (list, tuple)):
        yield Error(
            "'ordering' must be a tuple or list (even if you want to order by only one field).",
            obj=cls, id='models.E014',
        )
    elif ordering:
        for name in ordering:
            if not isinstance(name, str) or name == '?':
                continue
            at, missing = cls, False
            for part in name.lstrip('-').split('__'):
                if part == 'pk':
                    break
                try:
                    field = at._meta.get_field(part)
                except (FieldDoesNotExist, AttributeError):
                    missing = True
                    break
                if not field.is_relation:
                    break
                at = field.related_model
            if missing and name.lstrip('-') != '_order':
                yield Error(
                    "'ordering' refers to the nonexistent field, related field, or lookup '%s'." % name.lstrip('-'),
                    obj=cls, id='models.E015',
                )
    if not opts.pk.auto_created:
        return
    from django.conf import settings
    if getattr(settings, 'DEFAULT_AUTO_FIELD_WARNING', False):
        yield Warning(
            "Auto-created primary key used when not defining a primary key type, by default '%s'."
            % settings.DEFAULT_AUTO_FIELD,
            obj=cls, id='models.W042',
        )


def check_field(field):
    return list(_field(field))


def check_model(cls):
    found = []
    opts = cls._meta
    for field in list(opts.local_fields) + list(opts.local_many_to_many):
        if not field.auto_created or field.is_relation:
            found.extend(_field(field))
    found.extend(_model(cls))
    return found


def run_checks(app_configs=None, tags=None, include_deployment_checks=False, databases=None):
    from django.apps import apps

    found = []
    tables = {}
    for model in apps.get_models():
        if model._meta.app_label in ('auth', 'contenttypes', 'sites'):
            continue
        found.extend(model.check())
        if model._meta.managed and not model._meta.proxy:
            tables.setdefault(model._meta.db_table, []).append(model._meta.label)
    for table, labels in tables.items():
        if len(labels) > 1:
            found.append(Error(
                "db_table '%s' is used by multiple models: %s." % (table, ', '.join(labels)),
                obj=table, id='models.E028',
            ))
    return found
