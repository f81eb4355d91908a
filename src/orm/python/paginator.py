from collections.abc import Sequence
from functools import cached_property
import warnings


class UnorderedObjectListWarning(RuntimeWarning):
    pass


class InvalidPage(Exception):
    pass


class PageNotAnInteger(InvalidPage):
    pass


class EmptyPage(InvalidPage):
    pass


class Paginator:
    ELLIPSIS = '…'
    default_error_messages = {
        'invalid_page': 'That page number is not an integer',
        'min_page': 'That page number is less than 1',
        'no_results': 'That page contains no results',
    }

    def __init__(self, object_list, per_page, orphans=0, allow_empty_first_page=True, error_messages=None):
        self.object_list = object_list
        ordered = getattr(object_list, 'ordered', None)
        if ordered is not None and not ordered:
            of = getattr(object_list, 'model', type(object_list))
            shown = '{} {}'.format(of, type(object_list).__name__) if hasattr(object_list, 'model') else '{!r}'.format(of)
            warnings.warn(
                f'Pagination may yield inconsistent results with an unordered object_list: {shown}.',
                UnorderedObjectListWarning, stacklevel=3)
        self.per_page, self.orphans = int(per_page), int(orphans)
        self.allow_empty_first_page = allow_empty_first_page
        self.error_messages = self.default_error_messages | (error_messages or {})

    def __iter__(self):
        return (self.page(number) for number in self.page_range)

    @cached_property
    def count(self):
        rows = self.object_list
        if callable(getattr(rows, 'count', None)) and not isinstance(rows, (list, tuple, str)):
            return rows.count()
        return len(rows)

    @cached_property
    def num_pages(self):
        if not self.count and not self.allow_empty_first_page:
            return 0
        return -(-max(1, self.count - self.orphans) // self.per_page)

    @property
    def page_range(self):
        return range(1, self.num_pages + 1)

    def validate_number(self, number):
        whole = not (isinstance(number, float) and not number.is_integer())
        try:
            asked = int(number) if whole else None
        except (TypeError, ValueError):
            asked = None
        if asked is None:
            raise PageNotAnInteger(self.error_messages['invalid_page'])
        if asked < 1:
            raise EmptyPage(self.error_messages['min_page'])
        if asked > self.num_pages:
            raise EmptyPage(self.error_messages['no_results'])
        return asked

    def page(self, number):
        number = self.validate_number(number)
        first = self.per_page * (number - 1)
        end = self.count if first + self.per_page + self.orphans >= self.count else first + self.per_page
        return self._get_page(self.object_list[first:end], number, self)

    def get_page(self, number):
        try:
            return self.page(number)
        except PageNotAnInteger:
            return self.page(1)
        except EmptyPage:
            return self.page(self.num_pages)

    def _get_page(self, *args, **kwargs):
        return Page(*args, **kwargs)

    def get_elided_page_range(self, number=1, *, on_each_side=3, on_ends=2):
        number, last = self.validate_number(number), self.num_pages
        if last <= 2 * (on_each_side + on_ends):
            yield from self.page_range
            return
        low, high = number - on_each_side, number + on_each_side
        if low > on_ends + 2:
            yield from range(1, on_ends + 1)
            yield self.ELLIPSIS
            yield from range(low, number + 1)
        else:
            yield from range(1, number + 1)
        if high < last - on_ends - 1:
            yield from range(number + 1, high + 1)
            yield self.ELLIPSIS
            yield from range(last - on_ends + 1, last + 1)
        else:
            yield from range(number + 1, last + 1)


class Page(Sequence):
    def __init__(self, object_list, number, paginator):
        self.object_list, self.number, self.paginator = object_list, number, paginator

    def __repr__(self):
        return f'<Page {self.number} of {self.paginator.num_pages}>'

    def __len__(self):
        return len(self.object_list)

    def __getitem__(self, index):
        if not isinstance(index, (int, slice)):
            raise TypeError(f'Page indices must be integers or slices, not {type(index).__name__}.')
        if not isinstance(self.object_list, list):
            # Read once, so that each index is no query of its own.
            self.object_list = list(self.object_list)
        return self.object_list[index]

    def has_next(self):
        return self.number < self.paginator.num_pages

    def has_previous(self):
        return self.number > 1

    def has_other_pages(self):
        return self.has_next() or self.has_previous()

    def next_page_number(self):
        return self.paginator.validate_number(self.number + 1)

    def previous_page_number(self):
        return self.paginator.validate_number(self.number - 1)

    def start_index(self):
        return 0 if self.paginator.count == 0 else self.paginator.per_page * (self.number - 1) + 1

    def end_index(self):
        return self.paginator.count if not self.has_next() else self.number * self.paginator.per_page
