//! The modules whose contents are models' own: indexes, constraints, enumerations, content types, users.

use std::rc::Rc;

use super::indexes::{self, IndexKind};
use super::{Apps, classes};
use crate::object::{Module, Res, Rt, Value, ops};
use crate::source::Name;

/// Runs a source of ours in a module.
///
/// Errors: what it raises.
pub fn run(rt: &Rt, module: &Rc<Module>, text: &str) -> Res<()> {
    rt.run_text(text, module)
}

/// Names of another module.
fn from(rt: &Rt, m: &Module, module: &str, names: &[&str]) -> Res<()> {
    let other = rt.exec()?.import(rt, module)?;
    for name in names {
        if let Some(value) = ops::get_attr_opt(rt, &other, Name::new(name))? {
            m.put(name, value);
        }
    }
    Ok(())
}

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module("django.db.models.indexes", |rt, m| {
        m.put("Index", Value::Class(indexes::class(rt, IndexKind::Index)));
        Ok(())
    });
    rt.add_module("django.db.models.constraints", |rt, m| {
        m.put("BaseConstraint", Value::Class(indexes::base_class(rt)));
        m.put("CheckConstraint", Value::Class(indexes::class(rt, IndexKind::Check)));
        m.put("UniqueConstraint", Value::Class(indexes::class(rt, IndexKind::Unique)));
        run(rt, m, ENUMERATIONS)
    });
    rt.add_module("django.db.models.enums", |rt, m| run(rt, m, include_str!("python/enums.py")));
    rt.add_module("django.contrib.contenttypes", |_, m| {
        m.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    rt.add_module("django.contrib.contenttypes.models", |rt, m| {
        Apps::of(rt).config_named("contenttypes", "django.contrib.contenttypes", "Content Types");
        run(rt, m, include_str!("python/contenttypes.py"))?;
        super::contrib::imported(rt, "contenttypes")
    });
    rt.add_module("django.contrib.contenttypes.fields", |rt, m| {
        rt.exec()?.import(rt, "django.contrib.contenttypes.models")?;
        classes::publish(rt, m, &["GenericForeignKey", "GenericRelation", "GenericRel"]);
        Ok(())
    });
    rt.add_module("django.contrib.auth", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        run(rt, m, AUTH)
    });
    rt.add_module("django.contrib.auth.hashers", |rt, m| run(rt, m, include_str!("python/hashers.py")));
    rt.add_module("django.contrib.auth.models", |rt, m| {
        Apps::of(rt).config_named("auth", "django.contrib.auth", "Authentication and Authorization");
        run(rt, m, include_str!("python/auth.py"))?;
        super::contrib::imported(rt, "auth")
    });
    rt.add_module("django.contrib.auth.base_user", |rt, m| {
        from(rt, m, "django.contrib.auth.models", &["AbstractBaseUser", "BaseUserManager"])
    });
    rt.add_module("django.contrib.sites", |_, m| {
        m.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    rt.add_module("django.contrib.sites.models", |rt, m| {
        Apps::of(rt).config_named("sites", "django.contrib.sites", "Sites");
        run(rt, m, include_str!("python/sites.py"))?;
        super::contrib::imported(rt, "sites")
    });
    rt.add_module("django.contrib.admin", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        run(rt, m, ADMIN)
    });
    rt.add_module("django.contrib.sites.managers", |rt, m| {
        from(rt, m, "django.contrib.sites.models", &["SiteManager"])
    });
    files(rt);
    rt.add_module("django.core.serializers.encoder", |rt, m| run(rt, m, include_str!("python/encoder.py")));
    rt.add_module("django.forms", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        run(rt, m, include_str!("python/forms.py"))
    });
    for name in ["models", "fields", "forms", "widgets", "formsets"] {
        rt.add_module(&format!("django.forms.{name}"), |rt, m| run(rt, m, "from django.forms import *\n"));
    }
    rt.add_module("django.contrib.contenttypes.prefetch", |rt, m| {
        from(rt, m, "django.db.models.query", &["GenericPrefetch"])
    });
    rt.add_module("django.core.checks", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        run(rt, m, include_str!("python/checks.py"))
    });
    rt.add_module("django.core.checks.model_checks", |rt, m| run(rt, m, include_str!("python/model_checks.py")));
    rt.add_module("django.core.checks.field_checks", |rt, m| run(rt, m, include_str!("python/field_checks.py")));
}

/// `django.core.files` and what is in it: one source, under the names that people import from.
fn files(rt: &Rt) {
    rt.add_module(super::fields::FILES, |rt, m| run(rt, m, include_str!("python/files.py")));
    rt.add_module("django.core.files", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        from(rt, m, super::fields::FILES, &["File"])
    });
    const STORAGE: &[&str] = &[
        "DefaultStorage",
        "FileSystemStorage",
        "InMemoryStorage",
        "InvalidStorageError",
        "Storage",
        "default_storage",
        "storages",
    ];
    rt.add_module("django.core.files.storage", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        from(rt, m, super::fields::FILES, STORAGE)
    });
    for name in ["base", "filesystem", "memory", "handler"] {
        rt.add_module(&format!("django.core.files.storage.{name}"), |rt, m| from(rt, m, super::fields::FILES, STORAGE));
    }
    rt.add_module("django.core.files.images", |rt, m| {
        from(rt, m, super::fields::FILES, &["ImageFile", "get_image_dimensions"])
    });
    rt.add_module("django.core.files.uploadedfile", |rt, m| {
        from(rt, m, super::fields::FILES, &["UploadedFile", "InMemoryUploadedFile", "SimpleUploadedFile"])
    });
    rt.add_module("django.core.files.utils", |rt, m| from(rt, m, super::fields::FILES, &["validate_file_name"]));
    rt.add_module("django.utils._os", |rt, m| from(rt, m, super::fields::FILES, &["safe_join"]));
}

const ENUMERATIONS: &str = "\
from enum import Enum

class Deferrable(Enum):
    DEFERRED = 'deferred'
    IMMEDIATE = 'immediate'

    def __repr__(self):
        return f'{self.__class__.__qualname__}.{self._name_}'

class WindowFrameExclusion(Enum):
    CURRENT_ROW = 'CURRENT ROW'
    GROUP = 'GROUP'
    TIES = 'TIES'
    NO_OTHERS = 'NO OTHERS'

    def __repr__(self):
        return f'{self.__class__.__qualname__}.{self._name_}'
";

const AUTH: &str = "\
def get_user_model():
    from django.apps import apps
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    label = settings.AUTH_USER_MODEL
    if label == 'auth.User':
        from django.contrib.auth.models import User
        return User
    try:
        return apps.get_model(label, require_ready=False)
    except ValueError:
        raise ImproperlyConfigured(\"AUTH_USER_MODEL must be of the form 'app_label.model_name'\")
    except LookupError:
        raise ImproperlyConfigured(
            \"AUTH_USER_MODEL refers to model '%s' that has not been installed\" % label)

def authenticate(request=None, **credentials):
    model = get_user_model()
    username = credentials.get('username', credentials.get(model.USERNAME_FIELD))
    password = credentials.get('password')
    if username is None or password is None:
        return None
    try:
        user = model._default_manager.get_by_natural_key(username)
    except model.DoesNotExist:
        return None
    return user if user.check_password(password) and user.is_active else None
";

/// What models files that also hold their admin use: it loads, and does nothing.
const ADMIN: &str = "\
class ModelAdmin:
    def __init__(self, model=None, admin_site=None):
        self.model = model

class InlineModelAdmin(ModelAdmin):
    pass

class TabularInline(InlineModelAdmin):
    pass

class StackedInline(InlineModelAdmin):
    pass

class SimpleListFilter:
    pass

class AdminSite:
    def __init__(self, name='admin'):
        self.name = name
    def register(self, *args, **kwargs):
        pass
    def unregister(self, *args, **kwargs):
        pass

site = AdminSite()

def register(*models, site=None):
    return lambda cls: cls

def display(function=None, **kwargs):
    return function if function is not None else (lambda f: f)

def action(function=None, **kwargs):
    return function if function is not None else (lambda f: f)
";
