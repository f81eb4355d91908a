# Forms load with a models file and do nothing: there is no page to show them on. `model_to_dict` works.
from itertools import chain

from django.core.exceptions import ValidationError


def model_to_dict(instance, fields=None, exclude=None):
    meta = instance._meta
    wanted = {}
    for field in chain(meta.concrete_fields, meta.private_fields, meta.many_to_many):
        chosen = fields is None or field.name in fields
        if getattr(field, 'editable', False) and chosen and not (exclude and field.name in exclude):
            wanted[field.name] = field.value_from_object(instance)
    return wanted


class _Part:
    """A form's field or widget: keeps what it was given."""

    def __init__(self, *args, **kwargs):
        self.args = args
        self.__dict__.update(kwargs)


class Field(_Part):
    pass


class Widget(_Part):
    pass


class BaseForm:
    def __init__(self, *args, **kwargs):
        raise NotImplementedError(f'{type(self).__name__}: this shell has models and no forms')


class Form(BaseForm):
    pass


class BaseModelForm(BaseForm):
    pass


class ModelForm(BaseModelForm):
    pass


class BaseFormSet(BaseForm):
    pass


class BaseInlineFormSet(BaseFormSet):
    pass


class BaseModelFormSet(BaseFormSet):
    pass


def _refused(*args, **kwargs):
    raise NotImplementedError('this shell has models and no forms')


modelform_factory = modelformset_factory = inlineformset_factory = formset_factory = _refused
ALL_FIELDS = '__all__'

_FIELDS = '''
    BooleanField CharField ChoiceField ComboField DateField DateTimeField DecimalField DurationField EmailField FileField
    FilePathField FloatField GenericIPAddressField ImageField IntegerField JSONField ModelChoiceField
    ModelMultipleChoiceField MultiValueField MultipleChoiceField NullBooleanField RegexField SlugField SplitDateTimeField
    TimeField TypedChoiceField TypedMultipleChoiceField URLField UUIDField
'''.split()
_WIDGETS = '''
    CheckboxInput CheckboxSelectMultiple ClearableFileInput ColorInput DateInput DateTimeInput EmailInput FileInput
    HiddenInput MultiWidget MultipleHiddenInput NullBooleanSelect NumberInput PasswordInput RadioSelect SearchInput Select
    SelectDateWidget SelectMultiple SplitDateTimeWidget TelInput TextInput Textarea TimeInput URLInput
'''.split()
for _name in _FIELDS:
    globals()[_name] = type(_name, (Field,), {'__module__': 'django.forms.fields'})
for _name in _WIDGETS:
    globals()[_name] = type(_name, (Widget,), {'__module__': 'django.forms.widgets'})
