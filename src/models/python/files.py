# Files as fields know them: names, paths and URLs. No file of the machine is read or written: what a storage saves lives
# in the session's memory.
import datetime
import io
import os
import posixpath
import warnings

from django.conf import settings
from django.core.exceptions import FieldError, SuspiciousFileOperation
from django.utils.crypto import get_random_string
from django.utils.text import get_valid_filename


def validate_file_name(name, allow_relative_path=False):
    if posixpath.basename(name) in ('', '.', '..'):
        raise SuspiciousFileOperation(f"Could not derive file name from '{name}'")
    if allow_relative_path:
        path = name.replace('\\', '/')
        if posixpath.isabs(path) or '..' in path.split('/'):
            raise SuspiciousFileOperation(f"Detected path traversal attempt in '{name}'")
    elif name != posixpath.basename(name):
        raise SuspiciousFileOperation(f"File name '{name}' includes path elements")
    return name


def safe_join(base, *paths):
    base = os.path.abspath(base)
    full = os.path.abspath(os.path.join(base, *paths))
    inside = full == base or full.startswith(base.rstrip('/') + '/')
    if not inside:
        raise SuspiciousFileOperation(
            f'The joined path ({full}) is located outside of the base path component ({base})')
    return full


_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/~!*()'")


def filepath_to_uri(path):
    if path is None:
        return path
    text = str(path).replace('\\', '/').encode()
    return ''.join(chr(byte) if byte in _PLAIN else '%%%02X' % byte for byte in text)


class File:
    DEFAULT_CHUNK_SIZE = 64 * 2 ** 10

    def __init__(self, file, name=None):
        self.file = file
        self.name = getattr(file, 'name', None) if name is None else name
        if hasattr(file, 'mode'):
            self.mode = file.mode

    def __str__(self):
        return self.name or ''

    def __repr__(self):
        return '<%s: %s>' % (type(self).__name__, self or 'None')

    def __bool__(self):
        return bool(self.name)

    def __len__(self):
        return self.size

    @property
    def size(self):
        if '_size' not in self.__dict__:
            self._size = self._measure()
        return self._size

    @size.setter
    def size(self, value):
        self._size = value

    def _measure(self):
        file = self.file
        if hasattr(file, 'size'):
            return file.size
        if hasattr(file, 'tell') and hasattr(file, 'seek'):
            at = file.tell()
            file.seek(0, os.SEEK_END)
            size = file.tell()
            file.seek(at)
            return size
        raise AttributeError("Unable to determine the file's size.")

    def chunks(self, chunk_size=None):
        step = chunk_size or self.DEFAULT_CHUNK_SIZE
        if hasattr(self, 'seek'):
            self.seek(0)
        while data := self.read(step):
            yield data

    def multiple_chunks(self, chunk_size=None):
        return self.size > (chunk_size or self.DEFAULT_CHUNK_SIZE)

    def __iter__(self):
        self.seek(0)
        yield from self.read().splitlines(True)

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, tb):
        self.close()

    @property
    def closed(self):
        return not self.file or self.file.closed

    def open(self, mode=None, *args, **kwargs):
        if self.closed:
            if not self.name:
                raise ValueError('The file cannot be reopened.')
            self.file = _memory.open(self.name)
        else:
            self.seek(0)
        return self

    def close(self):
        self.file.close()

    def readable(self):
        return not self.closed and getattr(self.file, 'readable', lambda: True)()

    def writable(self):
        return not self.closed and getattr(self.file, 'writable', lambda: True)()

    def seekable(self):
        return not self.closed and getattr(self.file, 'seekable', lambda: True)()


def _passed_on(name):
    return property(lambda self: getattr(self.file, name))


for _name in 'encoding fileno flush isatty newlines read readinto readline readlines seek tell truncate write writelines'.split():
    setattr(File, _name, _passed_on(_name))


class ContentFile(File):
    def __init__(self, content, name=None):
        super().__init__((io.StringIO if isinstance(content, str) else io.BytesIO)(content), name=name)
        self.size = len(content)

    def __str__(self):
        return 'Raw content'

    def __bool__(self):
        return True

    def open(self, mode=None):
        self.seek(0)
        return self

    def close(self):
        pass

    def write(self, data):
        self.__dict__.pop('_size', None)
        return self.file.write(data)


class UploadedFile(File):
    def __init__(self, file=None, name=None, content_type=None, size=None, charset=None, content_type_extra=None):
        super().__init__(file, name)
        if size is not None:
            self.size = size
        self.content_type = content_type
        self.charset = charset
        self.content_type_extra = content_type_extra

    def __repr__(self):
        return '<%s: %s (%s)>' % (type(self).__name__, self.name, self.content_type)

    def __setattr__(self, key, value):
        if key == 'name' and value is not None:
            value = validate_file_name(os.path.basename(value))
        super().__setattr__(key, value)


class InMemoryUploadedFile(UploadedFile):
    def __init__(self, file, field_name, name, content_type, size, charset, content_type_extra=None):
        super().__init__(file, name, content_type, size, charset, content_type_extra)
        self.field_name = field_name

    def open(self, mode=None):
        self.file.seek(0)
        return self

    def chunks(self, chunk_size=None):
        self.file.seek(0)
        yield self.read()

    def multiple_chunks(self, chunk_size=None):
        return False


class SimpleUploadedFile(InMemoryUploadedFile):
    def __init__(self, name, content, content_type='text/plain'):
        content = content or b''
        super().__init__(io.BytesIO(content), None, name, content_type, len(content), None, None)


def _png_size(head):
    if head[:8] == b'\x89PNG\r\n\x1a\n':
        return int.from_bytes(head[16:20], 'big'), int.from_bytes(head[20:24], 'big')


def _gif_size(head):
    if head[:6] in (b'GIF87a', b'GIF89a'):
        return int.from_bytes(head[6:8], 'little'), int.from_bytes(head[8:10], 'little')


def _bmp_size(head):
    if head[:2] == b'BM':
        return int.from_bytes(head[18:22], 'little'), int.from_bytes(head[22:26], 'little')


def _jpeg_size(data):
    at = 2
    if data[:2] != b'\xff\xd8':
        return None
    while at + 9 < len(data):
        if data[at] != 0xff:
            return None
        kind = data[at + 1]
        if 0xc0 <= kind <= 0xcf and kind not in (0xc4, 0xc8, 0xcc):
            return int.from_bytes(data[at + 7:at + 9], 'big'), int.from_bytes(data[at + 5:at + 7], 'big')
        at += 2 + int.from_bytes(data[at + 2:at + 4], 'big')


def get_image_dimensions(file_or_path, close=False):
    file = file_or_path if hasattr(file_or_path, 'read') else _memory.open(file_or_path)
    at = file.tell()
    file.seek(0)
    data = file.read()
    file.seek(at)
    if close:
        file.close()
    for reader in (_png_size, _gif_size, _bmp_size, _jpeg_size):
        if size := reader(data):
            return size
    return (None, None)


class ImageFile(File):
    @property
    def width(self):
        return self._dimensions()[0]

    @property
    def height(self):
        return self._dimensions()[1]

    def _dimensions(self):
        if not hasattr(self, '_dimensions_cache'):
            close = self.closed
            self.open()
            self._dimensions_cache = get_image_dimensions(self, close=close)
        return self._dimensions_cache


class _Memory:
    """What was saved in this session, by path."""

    def __init__(self):
        self.files = {}

    def open(self, path):
        if path not in self.files:
            raise FileNotFoundError(2, 'No such file or directory', path)
        file = io.BytesIO(self.files[path][0])
        file.name = path
        return file

    def store(self, path, data):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.files[path] = (data, now)


_memory = _Memory()


class Storage:
    def open(self, name, mode='rb'):
        return self._open(name, mode)

    def save(self, name, content, max_length=None):
        if name is None:
            name = content.name
        if not hasattr(content, 'chunks'):
            content = File(content, name)
        validate_file_name(name, allow_relative_path=True)
        name = self._save(self.get_available_name(name, max_length=max_length), content)
        validate_file_name(name, allow_relative_path=True)
        return name

    def is_name_available(self, name, max_length=None):
        return not self.exists(name) and not (max_length and len(name) > max_length)

    def get_valid_name(self, name):
        return get_valid_filename(name)

    def get_alternative_name(self, file_root, file_ext):
        return '%s_%s%s' % (file_root, get_random_string(7), file_ext)

    def get_available_name(self, name, max_length=None):
        folder, base = posixpath.split(str(name).replace('\\', '/'))
        if '..' in folder.split('/'):
            raise SuspiciousFileOperation(f"Detected path traversal attempt in '{folder}'")
        validate_file_name(base)
        dot = base.find('.', 1)
        root, ext = (base, '') if dot < 0 else (base[:dot], base[dot:])
        while not self.is_name_available(name, max_length=max_length):
            name = posixpath.join(folder, self.get_alternative_name(root, ext))
            over = len(name) - max_length if max_length is not None else 0
            if over > 0:
                root = root[:-over]
                if not root:
                    raise SuspiciousFileOperation(
                        f'Storage can not find an available filename for "{name}". Please make sure that the '
                        'corresponding file field allows sufficient "max_length".')
                name = posixpath.join(folder, self.get_alternative_name(root, ext))
        return name

    def generate_filename(self, filename):
        folder, base = posixpath.split(str(filename).replace('\\', '/'))
        if '..' in folder.split('/'):
            raise SuspiciousFileOperation(f"Detected path traversal attempt in '{folder}'")
        return posixpath.normpath(posixpath.join(folder, self.get_valid_name(base)))

    def path(self, name):
        raise NotImplementedError("This backend doesn't support absolute paths.")


def _abstract(name):
    def method(self, name_of_file):
        raise NotImplementedError(f'subclasses of Storage must provide a {name}() method')
    return method


for _name in ('delete', 'exists', 'listdir', 'size', 'url', 'get_accessed_time', 'get_created_time', 'get_modified_time'):
    setattr(Storage, _name, _abstract(_name))


class FileSystemStorage(Storage):
    _told = False
    _in_memory = False

    def __init__(self, location=None, base_url=None, file_permissions_mode=None, directory_permissions_mode=None,
                 *, allow_overwrite=False):
        self._location = location
        self._base_url = base_url
        self.file_permissions_mode = file_permissions_mode
        self.directory_permissions_mode = directory_permissions_mode
        self._allow_overwrite = allow_overwrite

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = object.__hash__

    @property
    def base_location(self):
        return settings.MEDIA_ROOT if self._location is None else self._location

    @property
    def location(self):
        return os.path.abspath(self.base_location)

    @property
    def base_url(self):
        if self._base_url is None:
            return settings.MEDIA_URL
        url = self._base_url
        return url if url.endswith('/') else url + '/'

    def path(self, name):
        return safe_join(self.location, name)

    def url(self, name):
        if self.base_url is None:
            raise ValueError('This file is not accessible via a URL.')
        url = filepath_to_uri(name)
        return self.base_url[:self.base_url.rfind('/') + 1] + (url or '').lstrip('/')

    def _open(self, name, mode='rb'):
        return File(_memory.open(self.path(name)), name)

    def _save(self, name, content):
        if not (FileSystemStorage._told or self._in_memory):
            FileSystemStorage._told = True
            warnings.warn('No file is written here: what is saved stays in memory until the session ends.',
                          RuntimeWarning, stacklevel=5)
        data = b''.join(part.encode() if isinstance(part, str) else part for part in content.chunks())
        _memory.store(self.path(name), data)
        return str(name).replace('\\', '/')

    def delete(self, name):
        if not name:
            raise ValueError('The name must be given to delete().')
        _memory.files.pop(self.path(name), None)

    def is_name_available(self, name, max_length=None):
        if self._allow_overwrite:
            return not (max_length and len(name) > max_length)
        return super().is_name_available(name, max_length=max_length)

    def exists(self, name):
        path = self.path(name)
        return path in _memory.files or any(other.startswith(path + '/') for other in _memory.files)

    def listdir(self, path):
        start = self.path(path).rstrip('/') + '/'
        below = [name[len(start):] for name in _memory.files if name.startswith(start)]
        if not below:
            raise FileNotFoundError(2, 'No such file or directory', start.rstrip('/'))
        folders = dict.fromkeys(name.partition('/')[0] for name in below if '/' in name)
        return list(folders), [name for name in below if '/' not in name]

    def size(self, name):
        path = self.path(name)
        _memory.open(path)
        return len(_memory.files[path][0])

    def get_modified_time(self, name):
        path = self.path(name)
        _memory.open(path)
        when = _memory.files[path][1]
        return when if settings.USE_TZ else when.replace(tzinfo=None)

    get_accessed_time = get_created_time = get_modified_time


class InMemoryStorage(FileSystemStorage):
    _in_memory = True


class _DefaultStorage:
    """The default storage, made when it is first used."""

    def _made(self):
        if '_storage' not in self.__dict__:
            self.__dict__['_storage'] = FileSystemStorage()
        return self.__dict__['_storage']

    def __getattr__(self, name):
        return getattr(self._made(), name)

    def __eq__(self, other):
        return self._made() == getattr(other, '_storage', other)

    def __hash__(self):
        return hash(self._made())


_DefaultStorage.__name__ = _DefaultStorage.__qualname__ = 'DefaultStorage'
_DefaultStorage.__module__ = 'django.core.files.storage'
DefaultStorage = _DefaultStorage
default_storage = DefaultStorage()


class _Storages:
    def __init__(self):
        self.made = {'default': default_storage}

    def __getitem__(self, alias):
        if alias == 'staticfiles':
            return self.made.setdefault(alias, FileSystemStorage())
        if alias not in self.made:
            raise InvalidStorageError(f"Could not find config for '{alias}' in settings.STORAGES.")
        return self.made[alias]


storages = _Storages()


class InvalidStorageError(Exception):
    pass


class FieldFile(File):
    def __init__(self, instance, field, name):
        super().__init__(None, name)
        self.instance = instance
        self.field = field
        self.storage = field.storage
        self._committed = True

    def __eq__(self, other):
        return self.name == (other.name if hasattr(other, 'name') else other)

    def __hash__(self):
        return hash(self.name)

    def _require_file(self):
        if not self:
            raise ValueError("The '%s' attribute has no file associated with it." % self.field.name)

    @property
    def file(self):
        self._require_file()
        if getattr(self, '_file', None) is None:
            self._file = self.storage.open(self.name, 'rb')
        return self._file

    @file.setter
    def file(self, file):
        self._file = file

    @file.deleter
    def file(self):
        del self._file

    @property
    def path(self):
        self._require_file()
        return self.storage.path(self.name)

    @property
    def url(self):
        self._require_file()
        return self.storage.url(self.name)

    @property
    def size(self):
        self._require_file()
        return self.storage.size(self.name) if self._committed else self.file.size

    def open(self, mode='rb'):
        self._require_file()
        if getattr(self, '_file', None) is None:
            self.file = self.storage.open(self.name, mode)
        else:
            self.file.open(mode)
        return self

    open.alters_data = True

    def _name_instance(self):
        setattr(self.instance, self.field.attname, self.name)

    def save(self, name, content, save=True):
        name = self.field.generate_filename(self.instance, name)
        self.name = self.storage.save(name, content, max_length=self.field.max_length)
        self._name_instance()
        self._committed = True
        if save:
            self.instance.save()

    save.alters_data = True

    def delete(self, save=True):
        if not self:
            return
        if hasattr(self, '_file'):
            self.close()
            del self.file
        self.storage.delete(self.name)
        self.name = None
        self._name_instance()
        self._committed = False
        if save:
            self.instance.save()

    delete.alters_data = True

    @property
    def closed(self):
        file = getattr(self, '_file', None)
        return file is None or file.closed

    def close(self):
        file = getattr(self, '_file', None)
        if file is not None:
            file.close()


class ImageFieldFile(ImageFile, FieldFile):
    def delete(self, save=True):
        if hasattr(self, '_dimensions_cache'):
            del self._dimensions_cache
        super().delete(save)


def _value(field, instance):
    """The value of the attribute as a file of the field's `attr_class`; kept in the instance."""
    kept = instance.__dict__
    file = kept[field.attname]
    of = field.attr_class
    if isinstance(file, str) or file is None:
        made = of(instance, field, file)
        kept[field.attname] = made
    elif isinstance(file, File) and not isinstance(file, FieldFile):
        made = of(instance, field, file.name)
        made.file = file
        made._committed = False
        kept[field.attname] = made
    elif isinstance(file, FieldFile) and not hasattr(file, 'field'):
        file.instance = instance
        file.field = field
        file.storage = field.storage
    elif isinstance(file, FieldFile) and instance is not file.instance:
        file.instance = instance
    return kept[field.attname]


def _file_to_store(field, instance):
    """What saving an instance stores; a file that was not saved yet is saved first."""
    file = getattr(instance, field.attname)
    if file.name is None and getattr(file, '_file', None) is not None:
        error = FieldError(f'File for {field.name} must have the name attribute specified to be saved.')
        if isinstance(file._file, ContentFile):
            error.add_note("Pass a 'name' argument to ContentFile.")
        raise error
    if file and not file._committed:
        file.save(file.name, file.file, save=False)
    return file


def _generate_filename(field, instance, filename):
    if callable(field.upload_to):
        filename = field.upload_to(instance, filename)
    else:
        folder = datetime.datetime.now().strftime(str(field.upload_to))
        filename = posixpath.join(folder, filename)
    return field.storage.generate_filename(validate_file_name(filename, allow_relative_path=True))


def _save_form_data(field, instance, data):
    if data is not None:
        setattr(instance, field.name, data or '')


def _update_dimension_fields(field, instance, force=False):
    wanted = [name for name in (field.width_field, field.height_field) if name]
    if not wanted or field.attname not in instance.__dict__:
        return
    file = getattr(instance, field.attname)
    if not file and not force:
        return
    if not force and all(getattr(instance, name) for name in wanted):
        return
    width, height = (file.width, file.height) if file else (None, None)
    if field.width_field:
        setattr(instance, field.width_field, width)
    if field.height_field:
        setattr(instance, field.height_field, height)


def _storage_of(given):
    """A field's storage: the default where none is given, what a callable gives where one is."""
    if given is None:
        return default_storage
    if isinstance(given, (Storage, _DefaultStorage)) or not callable(given):
        return given
    made = given()
    if not isinstance(made, (Storage, _DefaultStorage)):
        raise TypeError('%s.storage must be a subclass/instance of %s.%s'
                        % ('FileField', 'django.core.files.storage.base', 'Storage'))
    return made


# Where people know these classes from.
for _class, _module in (
    (FieldFile, 'django.db.models.fields.files'), (ImageFieldFile, 'django.db.models.fields.files'),
    (ImageFile, 'django.core.files.images'), (Storage, 'django.core.files.storage.base'),
    (FileSystemStorage, 'django.core.files.storage.filesystem'), (InMemoryStorage, 'django.core.files.storage.memory'),
    (UploadedFile, 'django.core.files.uploadedfile'), (InMemoryUploadedFile, 'django.core.files.uploadedfile'),
    (SimpleUploadedFile, 'django.core.files.uploadedfile'),
):
    _class.__module__ = _module
