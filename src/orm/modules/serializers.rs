//! `django.core.serializers`, and what `dumpdata` and `loaddata` do with it.

use crate::object::{Rt, Value};

/// Registers the modules.
pub fn install(rt: &Rt) {
    macro_rules! module {
        ($name:literal, $file:literal) => {
            rt.add_module($name, |rt, m| {
                rt.exec()?.evaluate(rt, include_str!(concat!("../python/", $file)), m, false).map(drop)
            });
        };
    }
    rt.add_module("django.core.serializers", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        rt.exec()?.evaluate(rt, include_str!("../python/serializers.py"), m, false).map(drop)
    });
    module!("django.core.serializers.base", "serializers_base.py");
    module!("django.core.serializers.python", "serializers_python.py");
    module!("django.core.serializers.json", "serializers_json.py");
    module!("django.core.serializers.jsonl", "serializers_jsonl.py");
    module!("django.core.management.base", "management.py");
    module!("django.core.management.fixtures", "fixtures.py");
}
