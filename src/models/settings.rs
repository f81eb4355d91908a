//! The settings that the ORM looks at: what `django.conf.settings` and `--set` change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::object::{CallArgs, Res, Rt, Value, ops};

/// The settings of a session.
pub struct Settings {
    /// `USE_TZ`.
    pub use_tz: Cell<bool>,
    /// `TIME_ZONE`.
    pub time_zone: RefCell<Rc<str>>,
    /// `DEFAULT_AUTO_FIELD`.
    pub default_auto_field: RefCell<Rc<str>>,
    /// `DEBUG`: whether statements are logged.
    pub debug: Cell<bool>,
    /// The time zone that `timezone.activate()` set, as a `tzinfo`.
    pub active_zone: RefCell<Option<Value>>,
    /// Any other setting, as a session or `--set` gave it.
    pub others: RefCell<Vec<(Rc<str>, Value)>>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            use_tz: Cell::new(true),
            time_zone: RefCell::new("UTC".into()),
            default_auto_field: RefCell::new("django.db.models.AutoField".into()),
            debug: Cell::new(true),
            active_zone: RefCell::default(),
            others: RefCell::default(),
        }
    }
}

impl Settings {
    /// The settings of a runtime.
    pub fn of(rt: &Rt) -> Rc<Settings> {
        rt.state::<Settings>()
    }

    /// The name of the current time zone (`timezone.get_current_timezone_name()`).
    pub fn current_timezone_name(&self, rt: &Rt) -> Res<String> {
        let active = self.active_zone.borrow().clone();
        match active {
            None => Ok(self.time_zone.borrow().to_string()),
            Some(zone) => match ops::call_method(rt, &zone, "tzname".into(), CallArgs::new([Value::None]))? {
                Value::None => Ok(ops::str(rt, &zone)?.to_string()),
                name => Ok(ops::str(rt, &name)?.to_string()),
            },
        }
    }
}
