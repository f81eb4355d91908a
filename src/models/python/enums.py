import enum
from enum import EnumType, IntEnum, StrEnum, property as enum_property


def _split(name, value):
    """The value and the label of a member as it was written."""
    if isinstance(value, (list, tuple)) and len(value) > 1 and isinstance(value[-1], _TEXT):
        return tuple(value[:-1]), value[-1]
    return value, name.replace('_', ' ').title()


try:
    from django.utils.functional import Promise
    _TEXT = (str, Promise)
except ImportError:
    _TEXT = (str,)


class ChoicesType(EnumType):
    """Makes an enumeration whose members have labels."""

    def __new__(metacls, classname, bases, classdict, **kwds):
        labels = []
        for name in list(classdict._member_names):
            value, label = _split(name, classdict[name])
            labels.append(label)
            dict.__setitem__(classdict, name, value)
        made = super().__new__(metacls, classname, bases, classdict, **kwds)
        for member, label in zip(made.__members__.values(), labels):
            member._label_ = label
        return enum.unique(made)

    @property
    def names(cls):
        return (['__empty__'] if hasattr(cls, '__empty__') else []) + [member.name for member in cls]

    @property
    def choices(cls):
        empty = [(None, cls.__empty__)] if hasattr(cls, '__empty__') else []
        return empty + [(member.value, member.label) for member in cls]

    @property
    def labels(cls):
        return [label for _, label in cls.choices]

    @property
    def values(cls):
        return [value for value, _ in cls.choices]


ChoicesMeta = ChoicesType


class Choices(enum.Enum, metaclass=ChoicesType):
    """Choices as an enumeration."""

    do_not_call_in_templates = enum.nonmember(True)

    @enum_property
    def label(self):
        return self._label_

    def __repr__(self):
        return f'{self.__class__.__qualname__}.{self._name_}'


class IntegerChoices(Choices, IntEnum):
    """Choices that are integers."""


class TextChoices(Choices, StrEnum):
    """Choices that are text."""

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name
