# Users, groups and permissions as the ORM shows them: tables, queries, names and messages are Django's.
import unicodedata

from django.contrib.auth import hashers
from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db.models import (
    CASCADE, BooleanField, CharField, DateTimeField, EmailField, ForeignKey, Manager, ManyToManyField, Model,
)
from django.utils import timezone


def _natural(*path):
    """A `natural_key` of the attributes of a path."""
    return lambda self: tuple(getattr(self, name) for name in path)


class PermissionManager(Manager):
    use_in_migrations = True

    def get_by_natural_key(self, codename, app_label, model):
        types = ContentType.objects.db_manager(self.db)
        return self.get(codename=codename, content_type=types.get_by_natural_key(app_label, model))


class Permission(Model):
    name = CharField('name', max_length=255)
    content_type = ForeignKey(ContentType, CASCADE, verbose_name='content type')
    codename = CharField('codename', max_length=100)
    objects = PermissionManager()

    class Meta:
        verbose_name = 'permission'
        verbose_name_plural = 'permissions'
        ordering = ['content_type__app_label', 'content_type__model', 'codename']
        unique_together = [['content_type', 'codename']]

    def natural_key(self):
        return self.codename, *self.content_type.natural_key()

    natural_key.dependencies = ['contenttypes.contenttype']

    def __str__(self):
        return f'{self.content_type} | {self.name}'


class GroupManager(Manager):
    use_in_migrations = True

    def get_by_natural_key(self, name):
        return self.get(name=name)


class Group(Model):
    name = CharField('name', max_length=150, unique=True)
    permissions = ManyToManyField(Permission, blank=True, verbose_name='permissions')
    objects = GroupManager()

    class Meta:
        verbose_name = 'group'
        verbose_name_plural = 'groups'

    natural_key = _natural('name')

    def __str__(self):
        return self.name


class BaseUserManager(Manager):
    @classmethod
    def normalize_email(cls, email):
        local, at, domain = (email or '').strip().rpartition('@')
        return local + at + domain.lower() if at else email or ''

    def get_by_natural_key(self, username):
        return self.get(**{self.model.USERNAME_FIELD: username})


class UserManager(BaseUserManager):
    use_in_migrations = True

    def _made(self, flag, username, email, password, fields):
        for name in ('is_staff', 'is_superuser'):
            fields.setdefault(name, flag)
            if flag and fields[name] is not True:
                raise ValueError(f'Superuser must have {name}=True.')
        if not username:
            raise ValueError('The given username must be set')
        user = self.model(
            username=self.model.normalize_username(username), email=self.normalize_email(email), **fields)
        user.password = hashers.make_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, username, email=None, password=None, **extra_fields):
        return self._made(False, username, email, password, extra_fields)

    create_user.alters_data = True

    def create_superuser(self, username, email=None, password=None, **extra_fields):
        return self._made(True, username, email, password, extra_fields)

    create_superuser.alters_data = True

    def with_perm(self, perm, is_active=True, include_superusers=True, backend=None, obj=None):
        from django.db.models import Exists, OuterRef, Q

        if isinstance(perm, str):
            try:
                app_label, codename = perm.split('.')
            except ValueError:
                raise ValueError('Permission name should be in the form app_label.permission_codename.') from None
        elif not isinstance(perm, Permission):
            raise TypeError('The `perm` argument must be a string or a permission instance.')
        if obj is not None:
            return self.none()
        holds = Q(group__user=OuterRef('pk')) | Q(user=OuterRef('pk'))
        if isinstance(perm, Permission):
            holds &= Q(pk=perm.pk)
        else:
            holds &= Q(codename=codename, content_type__app_label=app_label)
        wanted = Exists(Permission.objects.filter(holds))
        if include_superusers:
            wanted |= Q(is_superuser=True)
        if is_active is not None:
            wanted &= Q(is_active=is_active)
        return self.filter(wanted)


class AbstractBaseUser(Model):
    password = CharField('password', max_length=128)
    last_login = DateTimeField('last login', blank=True, null=True)

    REQUIRED_FIELDS = []
    is_active = True
    is_anonymous = property(lambda self: False)
    is_authenticated = property(lambda self: True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.get_username()

    def get_username(self):
        return getattr(self, self.USERNAME_FIELD)

    def natural_key(self):
        return (self.get_username(),)

    def clean(self):
        setattr(self, self.USERNAME_FIELD, self.normalize_username(self.get_username()))

    @classmethod
    def normalize_username(cls, username):
        return unicodedata.normalize('NFKC', username) if isinstance(username, str) else username

    @classmethod
    def get_email_field_name(cls):
        try:
            return cls.EMAIL_FIELD
        except AttributeError:
            cls.EMAIL_FIELD = 'email'
            return 'email'

    def set_password(self, raw_password):
        self._password = raw_password
        self.password = hashers.make_password(raw_password)

    def check_password(self, raw_password):
        return hashers.check_password(raw_password, self.password)

    def set_unusable_password(self):
        self.password = hashers.make_password(None)

    def has_usable_password(self):
        return hashers.is_password_usable(self.password)


class PermissionsMixin(Model):
    is_superuser = BooleanField(
        'superuser status', default=False,
        help_text='Designates that this user has all permissions without explicitly assigning them.')
    groups = ManyToManyField(
        Group, verbose_name='groups', blank=True, related_name='user_set', related_query_name='user',
        help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.')
    user_permissions = ManyToManyField(
        Permission, verbose_name='user permissions', blank=True, related_name='user_set', related_query_name='user',
        help_text='Specific permissions for this user.')

    class Meta:
        abstract = True

    def _held(self, source, obj):
        """The names of permissions that come from a source (`user` or `group`), asked for once an instance."""
        if not self.is_active or self.is_anonymous or obj is not None:
            return set()
        cache = f'_{source}_perm_cache'
        if cache not in self.__dict__:
            if self.is_superuser:
                found = Permission.objects.all()
            elif source == 'user':
                found = self.user_permissions.all()
            else:
                found = Permission.objects.filter(group__in=self.groups.all())
            pairs = found.values_list('content_type__app_label', 'codename').order_by()
            setattr(self, cache, {f'{app_label}.{codename}' for app_label, codename in pairs})
        return getattr(self, cache)

    def get_user_permissions(self, obj=None):
        return self._held('user', obj)

    def get_group_permissions(self, obj=None):
        return self._held('group', obj)

    def get_all_permissions(self, obj=None):
        if not self.is_active or self.is_anonymous or obj is not None:
            return set()
        if '_perm_cache' not in self.__dict__:
            self._perm_cache = self._held('user', None) | self._held('group', None)
        return self._perm_cache

    def has_perm(self, perm, obj=None):
        return self.is_active and (self.is_superuser or perm in self.get_all_permissions(obj))

    def has_perms(self, perm_list, obj=None):
        if isinstance(perm_list, str) or not hasattr(perm_list, '__iter__'):
            raise ValueError('perm_list must be an iterable of permissions.')
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        held = self.is_superuser or any(perm.split('.')[0] == app_label for perm in self.get_all_permissions())
        return self.is_active and held


_username = RegexValidator(
    r'^[\w.@+-]+\Z',
    'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.')


class AbstractUser(AbstractBaseUser, PermissionsMixin):
    username_validator = _username

    username = CharField(
        'username', max_length=150, unique=True, validators=[_username],
        help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.',
        error_messages={'unique': 'A user with that username already exists.'})
    first_name = CharField('first name', max_length=150, blank=True)
    last_name = CharField('last name', max_length=150, blank=True)
    email = EmailField('email address', blank=True)
    is_staff = BooleanField(
        'staff status', default=False, help_text='Designates whether the user can log into this admin site.')
    is_active = BooleanField(
        'active', default=True,
        help_text='Designates whether this user should be treated as active. Unselect this instead of deleting '
                  'accounts.')
    date_joined = DateTimeField('date joined', default=timezone.now)

    EMAIL_FIELD = 'email'
    USERNAME_FIELD = 'username'
    REQUIRED_FIELDS = ['email']
    objects = UserManager()

    class Meta:
        abstract = True
        verbose_name = 'user'
        verbose_name_plural = 'users'

    def clean(self):
        super().clean()
        self.email = type(self).objects.normalize_email(self.email)

    def get_full_name(self):
        return f'{self.first_name} {self.last_name}'.strip()

    def get_short_name(self):
        return self.first_name

    def email_user(self, subject, message, from_email=None, **kwargs):
        raise NotImplementedError('this shell sends no mail')


class User(AbstractUser):
    class Meta(AbstractUser.Meta):
        swappable = 'AUTH_USER_MODEL'


class EmptyManager(Manager):
    """The relations of a user who is nobody."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def get_queryset(self):
        return super().get_queryset().none()


EmptyManager.__module__ = 'django.db.models.manager'


class AnonymousUser:
    id = pk = None
    username = ''
    is_staff = is_active = is_superuser = False
    is_anonymous = property(lambda self: True)
    is_authenticated = property(lambda self: False)
    groups = property(lambda self: EmptyManager(Group))
    user_permissions = property(lambda self: EmptyManager(Permission))

    def __str__(self):
        return 'AnonymousUser'

    def __eq__(self, other):
        return isinstance(other, type(self))

    def __hash__(self):
        return 1

    def __int__(self):
        raise TypeError("Cannot cast AnonymousUser to int. Are you trying to use it in place of User?")

    def get_username(self):
        return self.username

    def get_all_permissions(self, obj=None):
        return set()

    get_user_permissions = get_group_permissions = get_all_permissions

    def has_perm(self, perm, obj=None):
        return False

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, module):
        return False


def _refused(name):
    def method(self, *args, **kwargs):
        raise NotImplementedError("Django doesn't provide a DB representation for AnonymousUser.")

    method.__name__ = name
    return method


for _name in ('save', 'delete', 'set_password', 'check_password'):
    setattr(AnonymousUser, _name, _refused(_name))
