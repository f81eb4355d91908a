from django.core.checks import Error, Warning


def messages(field, from_model=None, databases=None, **kwargs):
    """What is wrong with one field, in the order in which Django looks."""
    from django.db import models

    composite = isinstance(field, models.CompositePrimaryKey)
    if composite:
        if field.name != 'pk':
            yield Error("'CompositePrimaryKey' must be named 'pk'.", obj=field, id='fields.E013')
    else:
        yield from field_name(field)
    if not field.is_relation or field.choices:
        yield from _choices(field)
    if databases:
        yield from _database(field)
    if field.db_index not in (None, True, False):
        yield Error("'db_index' must be None, True or False.", obj=field, id='fields.E006')
    if databases and field.db_comment:
        yield Warning('SQLite does not support comments on columns (db_comment).', obj=field, id='fields.W163')
    if field.primary_key and field.null:
        yield Error(
            'Primary keys must not have null=True.',
            hint='Set null=False on the field, or remove primary_key=True argument.',
            obj=field, id='fields.E007',
        )
    for i, validator in enumerate(() if composite else field.validators):
        if not callable(validator):
            yield Error(
                "All 'validators' must be callable.",
                hint="validators[%d] (%r) isn't a function or instance of a validator class." % (i, validator),
                obj=field, id='fields.E008',
            )
    yield from _removed(field)
    if field.is_relation:
        yield from _relation(field)
        if field.many_to_many:
            yield from _many_to_many(field, from_model or field.model)
        elif hasattr(field, 'to_fields') or field.many_to_one or field.one_to_one:
            yield from _foreign_key(field)
        return
    for kind, check in (
        (models.CharField, _char), (models.AutoField, None), (models.IntegerField, _integer),
        (models.DateField, _dates), (models.TimeField, _dates), (models.DecimalField, _decimal),
        (models.FilePathField, _file_path), (models.GenericIPAddressField, _address), (models.BinaryField, _binary),
        (models.FileField, _file), (models.GeneratedField, _generated),
    ):
        if check and isinstance(field, kind):
            yield from check(field, databases)
    if isinstance(field, models.AutoField) and not field.primary_key:
        yield Error('AutoFields must set primary_key=True.', obj=field, id='fields.E100')


def field_name(field):
    name = field.name
    if name is None:
        return
    if name.endswith('_'):
        yield Error('Field names must not end with an underscore.', obj=field, id='fields.E001')
    elif '__' in name:
        yield Error('Field names must not contain "__".', obj=field, id='fields.E002')
    elif name == 'pk':
        yield Error("'pk' is a reserved word that cannot be used as a field name.", obj=field, id='fields.E003')


def _is_plain(value):
    return isinstance(value, str) or not hasattr(value, '__iter__')


def _choices(field):
    choices = field.choices
    if not choices:
        return
    if isinstance(choices, str) or not hasattr(choices, '__iter__'):
        yield Error(
            "'choices' must be a mapping (e.g. a dictionary) or an iterable (e.g. a list or tuple).",
            obj=field, id='fields.E004',
        )
        return
    longest = _longest(choices)
    if longest is None:
        yield Error(
            "'choices' must be a mapping of actual values to human readable names or an iterable containing "
            '(actual value, human readable name) tuples.',
            obj=field, id='fields.E005',
        )
    elif field.max_length is not None and longest > field.max_length:
        yield Error(
            "'max_length' is too small to fit the longest value in 'choices' (%d characters)." % longest,
            obj=field, id='fields.E009',
        )


def _longest(choices):
    """The length of the longest text among choices; None where one of them is no pair."""
    longest = 0

    def long(value):
        return len(value) if isinstance(value, str) else 0

    for choice in choices:
        try:
            first, second = choice
        except (TypeError, ValueError):
            return None
        try:
            pairs = [(value, name) for value, name in second]
            if not all(_is_plain(value) and _is_plain(name) for value, name in pairs):
                return None
            longest = max([longest, *(long(value) for value, _ in pairs)])
        except (TypeError, ValueError):
            if not _is_plain(first) or not _is_plain(second):
                return None
            longest = max(longest, long(first))
        if isinstance(choice, str):
            return None
    return longest


def _database(field):
    """What SQLite in particular cannot do."""
    from django.db.models import Value
    from django.db.models.fields import NOT_PROVIDED

    default = getattr(field, 'db_default', NOT_PROVIDED)
    if default is NOT_PROVIDED or isinstance(default, Value) or not hasattr(default, 'resolve_expression'):
        return
    if not _allowed(default):
        yield Error('%s cannot be used in db_default.' % default, obj=field, id='fields.E012')


def _allowed(expression):
    """Whether a column's default can be such an expression: one that asks no column and no rows."""
    from django.db.models import Aggregate, F, Subquery, Window

    if isinstance(expression, (F, Aggregate, Subquery, Window)):
        return False
    return all(_allowed(source) for source in expression.get_source_expressions() if source is not None)


REMOVED = {
    'CommaSeparatedIntegerField': (
        'CommaSeparatedIntegerField is removed except for support in historical migrations.',
        'Use CharField(validators=[validate_comma_separated_integer_list]) instead.', 'fields.E901',
    ),
    'IPAddressField': (
        'IPAddressField has been removed except for support in historical migrations.',
        'Use GenericIPAddressField instead.', 'fields.E900',
    ),
    'NullBooleanField': (
        'NullBooleanField is removed except for support in historical migrations.',
        'Use BooleanField(null=True, blank=True) instead.', 'fields.E903',
    ),
}


def _removed(field):
    from django.db import models

    for name, (text, hint, id) in REMOVED.items():
        kind = getattr(models, name, None)
        if kind is not None and isinstance(field, kind):
            yield Error(text, hint=hint, obj=field, id=id)
            return
    for key, error, level in (
        ('system_check_removed_details', Error, 'has been removed except for support in historical migrations.'),
        ('system_check_deprecated_details', Warning, 'has been deprecated.'),
    ):
        details = getattr(field, key, None)
        if details is not None:
            yield error(
                details.get('msg', '%s %s' % (type(field).__name__, level)),
                hint=details.get('hint'), obj=field,
                id=details.get('id', 'fields.EXXX' if error is Error else 'fields.WXXX'),
            )
            return


def _char(field, databases):
    length = field.max_length
    if length is not None and (not isinstance(length, int) or isinstance(length, bool) or length <= 0):
        yield Error("'max_length' must be a positive integer.", obj=field, id='fields.E121')


def _integer(field, databases):
    if field.max_length is not None:
        yield Warning(
            "'max_length' is ignored when used with %s." % type(field).__name__,
            hint="Remove 'max_length' from field", obj=field, id='fields.W122',
        )


def _dates(field, databases):
    given = [field.auto_now_add, field.auto_now, field.has_default()]
    if [option not in (None, False) for option in given].count(True) > 1:
        yield Error(
            'The options auto_now, auto_now_add, and default are mutually exclusive. '
            'Only one of these options may be present.',
            obj=field, id='fields.E160',
        )
    if field.has_default() and _is_now(field):
        yield Warning(
            'Fixed default value provided.',
            hint='It seems you set a fixed date / time / datetime value as default for this field. This may not be '
            'what you want. If you want to have the current date as default, use `django.utils.timezone.now`',
            obj=field, id='fields.W161',
        )


def _is_now(field):
    """Whether the default is the moment when the models were loaded."""
    import datetime

    from django.db import models
    from django.utils import timezone

    value, now = field.default, datetime.datetime.now()
    near = datetime.timedelta(seconds=10)
    if isinstance(field, models.TimeField):
        if isinstance(value, datetime.time):
            value = datetime.datetime.combine(now.date(), value)
        elif not isinstance(value, datetime.datetime):
            return False
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value, now = value.astimezone(datetime.timezone.utc), datetime.datetime.now(datetime.timezone.utc)
        if isinstance(field, models.DateTimeField) or isinstance(field, models.TimeField):
            return now - near <= value <= now + near
        value = value.date()
    if isinstance(value, datetime.date):
        return (now - near).date() <= value <= (now + near).date()
    return False


def _number(value):
    """A whole number; None where none is given, False where it is none."""
    try:
        return int(value)
    except TypeError:
        return None
    except ValueError:
        return False


def _decimal(field, databases):
    places, digits = _number(field.decimal_places), _number(field.max_digits)
    bad = False
    if places is None:
        bad = True
        yield Error("DecimalFields must define a 'decimal_places' attribute.", obj=field, id='fields.E130')
    elif places is False or places < 0:
        bad = True
        yield Error("'decimal_places' must be a non-negative integer.", obj=field, id='fields.E131')
    if digits is None:
        bad = True
        yield Error("DecimalFields must define a 'max_digits' attribute.", obj=field, id='fields.E132')
    elif digits is False or digits <= 0:
        bad = True
        yield Error("'max_digits' must be a positive integer.", obj=field, id='fields.E133')
    if not bad and places > digits:
        yield Error("'max_digits' must be greater or equal to 'decimal_places'.", obj=field, id='fields.E134')


def _file_path(field, databases):
    if not field.allow_files and not field.allow_folders:
        yield Error(
            "FilePathFields must have either 'allow_files' or 'allow_folders' set to True.",
            obj=field, id='fields.E140',
        )


def _address(field, databases):
    if not field.null and field.blank:
        yield Error(
            'GenericIPAddressFields cannot have blank=True if null=False, as blank values are stored as nulls.',
            obj=field, id='fields.E150',
        )


def _binary(field, databases):
    if field.has_default() and isinstance(field.default, str):
        yield Error(
            "BinaryField's default cannot be a string. Use bytes content instead.", obj=field, id='fields.E170',
        )


def _file(field, databases):
    if getattr(field, '_primary_key_set_explicitly', False):
        yield Error(
            "'primary_key' is not a valid argument for a %s." % type(field).__name__, obj=field, id='fields.E201',
        )
    if isinstance(field.upload_to, str) and field.upload_to.startswith('/'):
        yield Error(
            "%s's 'upload_to' argument must be a relative path, not an absolute path." % type(field).__name__,
            hint='Remove the leading slash.', obj=field, id='fields.E202',
        )


def _generated(field, databases):
    output = field.output_field.clone()
    output.model = field.model
    found = output.check(databases=databases)
    for kind, word, id in ((Error, 'errors', 'fields.E223'), (Warning, 'warnings', 'fields.W224')):
        texts = ['%s (%s)' % (m.msg, m.id) for m in found if isinstance(m, kind)]
        if texts:
            yield kind(
                'GeneratedField.output_field has %s:\n    %s' % (word, '\n    '.join(texts)), obj=field, id=id,
            )


def _relation(field):
    """What is wrong with any relation."""
    import keyword

    from django.apps import apps

    rel = field.remote_field
    name = rel.related_name
    if name is not None and not (not keyword.iskeyword(name) and name.isidentifier() or name.endswith('+')):
        yield Error(
            "The name '%s' is invalid related_name for field %s.%s"
            % (name, field.model._meta.object_name, field.name),
            hint="Related name must be a valid Python identifier or end with a '+'",
            obj=field, id='fields.E306',
        )
    if not rel.hidden:
        query_name = field.related_query_name()
        hint = 'Add or change a related_name or related_query_name argument for this field.'
        if query_name.endswith('_'):
            yield Error(
                "Reverse query name '%s' must not end with an underscore." % query_name,
                hint=hint, obj=field, id='fields.E308',
            )
        if '__' in query_name:
            yield Error(
                "Reverse query name '%s' must not contain '__'." % query_name,
                hint=hint, obj=field, id='fields.E309',
            )
    target = rel.model
    is_name = isinstance(target, str)
    swapped = None if is_name else getattr(target._meta, 'swapped', None)
    if is_name or (not swapped and target not in list(apps.get_models(include_auto_created=True))):
        yield Error(
            "Field defines a relation with model '%s', which is either not installed, or is abstract."
            % (target if is_name else target._meta.object_name),
            obj=field, id='fields.E300',
        )
    if swapped:
        yield Error(
            "Field defines a relation with the model '%s', which has been swapped out." % target._meta.label,
            hint="Update the relation to point at 'settings.%s'." % target._meta.swappable,
            obj=field, id='fields.E301',
        )
    if not is_name and not target._meta.abstract:
        yield from _clashes(field)


def _clashes(field):
    """The reverse side's names beside the target's own and those of other relations to it."""
    rel = field.remote_field
    opts = rel.model._meta
    accessor = rel.get_accessor_name()
    query_name = field.related_query_name()
    own = '%s.%s' % (field.model._meta.label, field.name)
    for other in (*opts.fields, *opts.many_to_many):
        clash = '%s.%s' % (opts.label, other.name)
        hint = "Rename field '%s', or add/change a related_name argument to the definition for field '%s'." % (
            clash, own)
        if not rel.hidden and other.name == accessor:
            yield Error(
                "Reverse accessor '%s.%s' for '%s' clashes with field name '%s'."
                % (opts.object_name, accessor, own, clash),
                hint=hint, obj=field, id='fields.E302',
            )
        if other.name == query_name:
            yield Error(
                "Reverse query name for '%s' clashes with field name '%s'." % (own, clash),
                hint=hint, obj=field, id='fields.E303',
            )
    for other in opts.related_objects:
        if other.field is field or other.field == field:
            continue
        clash = '%s.%s' % (other.related_model._meta.label, other.field.name)
        hint = "Add or change a related_name argument to the definition for '%s' or '%s'." % (own, clash)
        name = other.get_accessor_name()
        if not rel.hidden and name == accessor:
            yield Error(
                "Reverse accessor '%s.%s' for '%s' clashes with reverse accessor for '%s'."
                % (opts.object_name, accessor, own, clash),
                hint=hint, obj=field, id='fields.E304',
            )
        if name == query_name:
            yield Error(
                "Reverse query name for '%s' clashes with reverse query name for '%s'." % (own, clash),
                hint=hint, obj=field, id='fields.E305',
            )


def _foreign_key(field):
    from django.core.exceptions import FieldDoesNotExist
    from django.db import models

    target = field.remote_field.model
    if not isinstance(target, str) and not target._meta.abstract:
        names = list(getattr(field, 'to_fields', None) or [field.remote_field.field_name])
        found = []
        for name in names:
            try:
                found.append(target._meta.pk if name is None else target._meta.get_field(name))
            except FieldDoesNotExist:
                yield Error(
                    "The to_field '%s' doesn't exist on the related model '%s'." % (name, target._meta.label),
                    obj=field, id='fields.E312',
                )
        for other in found:
            if isinstance(other, models.CompositePrimaryKey):
                yield Error(
                    'Field defines a relation involving model %r which has a CompositePrimaryKey and such relations '
                    'are not supported.' % target._meta.object_name,
                    obj=field, id='fields.E347',
                )
        if len(found) == len(names) and getattr(field, 'requires_unique_target', True):
            yield from _unique_target(field, target, found)
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
    if isinstance(field, models.ForeignKey) and field.unique and not isinstance(field, models.OneToOneField):
        yield Warning(
            'Setting unique=True on a ForeignKey has the same effect as using a OneToOneField.',
            hint='ForeignKey(unique=True) is usually better served by a OneToOneField.',
            obj=field, id='fields.W342',
        )


def _unique_target(field, target, found):
    if any(other.unique for other in found):
        return
    names = {other.name for other in found}
    opts = target._meta
    groups = [frozenset(group) for group in opts.unique_together]
    groups += [frozenset(constraint.fields) for constraint in opts.total_unique_constraints]
    if any(group <= names for group in groups) or {f.name for f in opts.pk_fields} == names:
        return
    if len(found) > 1:
        yield Error(
            "No subset of the fields %s on model '%s' is unique."
            % (', '.join("'%s'" % other.name for other in found), target.__name__),
            hint='Mark a single field as unique=True or add a set of fields to a unique constraint (via '
            'unique_together or a UniqueConstraint (without condition) in the model Meta.constraints).',
            obj=field, id='fields.E310',
        )
    else:
        yield Error(
            "'%s.%s' must be unique because it is referenced by a foreign key." % (target.__name__, found[0].name),
            hint='Add unique=True to this field or add a UniqueConstraint (without condition) in the model '
            'Meta.constraints.',
            obj=field, id='fields.E311',
        )


def _many_to_many(field, source):
    if field.unique:
        yield Error('ManyToManyFields cannot be unique.', obj=field, id='fields.E330')
    yield from _through(field, source)
    rel = field.remote_field
    for given, text, id in (
        (field.null, 'null has no effect on ManyToManyField.', 'fields.W340'),
        (field._validators, 'ManyToManyField does not support validators.', 'fields.W341'),
        (
            # A relation of a model with itself has a name of Django's own in its place.
            rel.symmetrical and getattr(field, '_given_related_name', None),
            'related_name has no effect on ManyToManyField with a symmetrical relationship, e.g. to "self".',
            'fields.W345',
        ),
        (field.db_comment, 'db_comment has no effect on ManyToManyField.', 'fields.W346'),
    ):
        if given:
            yield Warning(text, obj=field, id=id)
    yield from _own_table(field)


def _keys_to(through, model):
    return [f for f in through._meta.fields if f.remote_field is not None and f.remote_field.model == model]


def _through(field, source):
    """Whether the model between two others is one, and which of its keys are meant."""
    from django.apps import apps
    from django.db import models

    rel = field.remote_field
    through, target = rel.through, rel.model
    is_model = hasattr(through, '_meta')
    label = '%s.%s' % (through._meta.app_label, through.__name__) if is_model else through
    names = rel.through_fields
    if not is_model or through not in list(apps.get_models(include_auto_created=True)):
        if through is None and isinstance(target, str):
            # The table between is made when the target is known.
            return
        yield Error(
            "Field specifies a many-to-many relation through model '%s', which has not been installed." % label,
            obj=field, id='fields.E331',
        )
        return
    if names is None and not isinstance(target, str):
        for model in (target, source):
            if isinstance(model._meta.pk, models.CompositePrimaryKey):
                yield Error(
                    'Field defines a relation involving model %r which has a CompositePrimaryKey and such relations '
                    'are not supported.' % model._meta.object_name,
                    obj=field, id='fields.E347',
                )
                break
    if not through._meta.auto_created:
        known = not isinstance(target, str)
        own_name = source._meta.object_name
        other_name = target._meta.object_name if known else target
        recursive = 'If you want to create a recursive relationship, use ManyToManyField("self", through="%s").' % (
            through._meta.object_name)
        from_keys, to_keys = len(_keys_to(through, source)), len(_keys_to(through, target))
        if source == target:
            if from_keys > 2 and not names:
                yield Error(
                    "The model is used as an intermediate model by '%s', but it has more than two foreign keys to "
                    "'%s', which is ambiguous. You must specify which two foreign keys Django should use via the "
                    'through_fields keyword argument.' % (field, own_name),
                    hint='Use through_fields to specify which two foreign keys Django should use.',
                    obj=through, id='fields.E333',
                )
        else:
            for count, word, name, id in (
                (from_keys, 'from', own_name, 'fields.E334'), (to_keys, 'to', other_name, 'fields.E335'),
            ):
                if count > 1 and not names:
                    yield Error(
                        "The model is used as an intermediate model by '%s', but it has more than one foreign key "
                        "%s '%s', which is ambiguous. You must specify which foreign key Django should use via the "
                        'through_fields keyword argument.' % (field, word, name),
                        hint=recursive, obj=field, id=id,
                    )
            if from_keys == 0 or to_keys == 0:
                yield Error(
                    "The model is used as an intermediate model by '%s', but it does not have a foreign key to "
                    "'%s' or '%s'." % (field, own_name, other_name),
                    obj=through, id='fields.E336',
                )
    if names is None or not is_model:
        return
    if not (len(names) >= 2 and names[0] and names[1]):
        yield Error(
            "Field specifies 'through_fields' but does not provide the names of the two link fields that should be "
            "used for the relation through model '%s'." % label,
            hint="Make sure you specify 'through_fields' as through_fields=('field1', 'field2')",
            obj=field, id='fields.E337',
        )
        return
    yield from _link_fields(field, source, label)


def _link_fields(field, source, label):
    from django.core.exceptions import FieldDoesNotExist

    rel = field.remote_field
    through = rel.through
    for name, model in zip(rel.through_fields, (source, rel.model)):
        possible = [f.name for f in _keys_to(through, model)]
        hint = None
        if possible:
            hint = "Did you mean one of the following foreign keys to '%s': %s?" % (
                model._meta.object_name, ', '.join(possible))
        try:
            link = through._meta.get_field(name)
        except FieldDoesNotExist:
            yield Error(
                "The intermediary model '%s' has no field '%s'." % (label, name),
                hint=hint, obj=field, id='fields.E338',
            )
            continue
        if getattr(getattr(link, 'remote_field', None), 'model', None) != model:
            yield Error(
                "'%s.%s' is not a foreign key to '%s'."
                % (through._meta.object_name, name, model._meta.object_name),
                hint=hint, obj=field, id='fields.E339',
            )


def _own_table(field):
    """Whether the table between is some other model's."""
    from django.apps import apps

    through = field.remote_field.through
    if not hasattr(through, '_meta') or not through._meta.managed:
        return
    table, other = through._meta.db_table, None
    for model in apps.get_models(include_auto_created=True):
        if model != through and model._meta.managed and model._meta.db_table == table:
            other = model
    if other is None or other._meta.concrete_model == through._meta.concrete_model:
        return
    clash = other._meta.label
    if other._meta.auto_created:
        owner = other._meta.auto_created._meta
        names = [f.name for f in owner.many_to_many if f.remote_field.through is other]
        clash = '%s.%s' % (owner.label, names[0] if names else None)
    yield Error(
        "The field's intermediary table '%s' clashes with the table name of '%s'." % (table, clash),
        obj=field, id='fields.E340',
    )
