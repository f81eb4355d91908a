//! `list[int]` (generic aliases) and `int | str` (unions). Mirrors
//! <https://docs.python.org/3/library/stdtypes.html#generic-alias-type>.

use std::rc::Rc;

use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object};
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;

/// `origin[args]`.
pub struct GenericAlias {
    /// The class.
    pub origin: Value,
    /// What stands in the brackets.
    pub args: Vec<Value>,
}

impl Object for GenericAlias {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        match name.text().starts_with("__") {
            true => Ok(None),
            false => ops::get_attr_opt(rt, &self.origin, name),
        }
    }
}

impl NativeType for GenericAlias {
    const NAME: &'static str = "GenericAlias";
    const MODULE: &'static str = "types";
    const ROWS: &'static [&'static [Row]] = &[ALIAS_ROWS, ALIAS_ORDER];
}

/// `a | b` of types.
pub struct Union(pub Vec<Value>);

impl Object for Union {}

impl NativeType for Union {
    const NAME: &'static str = "UnionType";
    const MODULE: &'static str = "types";
    const ROWS: &'static [&'static [Row]] = &[UNION_ROWS, UNION_ORDER];
}

/// `__class_getitem__` of the containers: `list[int]`.
pub fn class_getitem(rt: &Rt, a: &mut Args) -> Res<Value> {
    let args = match a.get(1) {
        Value::Tuple(t) => t.to_vec(),
        other => vec![other.clone()],
    };
    Ok(rt.object(GenericAlias { origin: a.value(0), args }))
}

/// How a type is written in an annotation.
pub fn type_text(rt: &Rt, v: &Value) -> Res<String> {
    Ok(match v {
        Value::Class(c) => class_text(c),
        Value::Ellipsis => "...".to_string(),
        Value::None => "None".to_string(),
        Value::List(l) => {
            let parts: Res<Vec<String>> = l.to_vec().iter().map(|v| type_text(rt, v)).collect();
            format!("[{}]", parts?.join(", "))
        }
        other => ops::repr(rt, other)?.to_string(),
    })
}

fn class_text(c: &Rc<Class>) -> String {
    let module = c.module.borrow();
    match &**module {
        "builtins" if &*c.name() == "NoneType" => "None".to_string(),
        "builtins" => c.qualname.borrow().to_string(),
        module => format!("{module}.{}", c.qualname.borrow()),
    }
}

fn alias<'a>(a: &'a Args) -> Res<&'a GenericAlias> {
    a.native::<GenericAlias>(0)
}

const ALIAS_ROWS: &[Row] = &[
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let g = alias(a)?;
        let parts: Res<Vec<String>> = g.args.iter().map(|v| type_text(rt, v)).collect();
        let parts = parts?.join(", ");
        let parts = if g.args.is_empty() { "()" } else { &parts };
        Ok(Value::from(format!("{}[{parts}]", type_text(rt, &g.origin)?)))
    }),
    Row::method("__call__", "(...)", "Makes an instance of the class.", |rt, a| {
        let args = std::mem::take(&mut a.rest);
        let mut args = args.into_iter();
        let this = args.next().unwrap_or_default();
        let Some(g) = this.native::<GenericAlias>() else { return Ok(Value::None) };
        let call = crate::object::args::CallArgs { pos: args.collect(), kw: a.kwargs.drain(..).collect() };
        ops::call(rt, &g.origin, call)
    }),
    Row::method("__or__", "(self, value, /)", "Return self|value.", |rt, a| {
        Ok(union_of(rt, a.get(0), a.get(1))?.unwrap_or(Value::NotImplemented))
    }),
    Row::method("__ror__", "(self, value, /)", "Return value|self.", |rt, a| {
        Ok(union_of(rt, a.get(1), a.get(0))?.unwrap_or(Value::NotImplemented))
    }),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        let origin = alias(a)?.origin.clone();
        let args = match a.get(1) {
            Value::Tuple(t) => t.to_vec(),
            other => vec![other.clone()],
        };
        Ok(rt.object(GenericAlias { origin, args }))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let g = alias(a)?;
        super::hash_value(rt, &Value::pair(g.origin.clone(), Value::tuple(g.args.clone())))
    }),
    Row::method("__mro_entries__", "(self, bases, /)", "The base that stands for it.", |_, a| {
        Ok(Value::tuple(vec![alias(a)?.origin.clone()]))
    }),
    Row::method("__instancecheck__", "(self, instance, /)", "Refused.", |_, _| {
        Err(Exc::TypeError.new("isinstance() argument 2 cannot be a parameterized generic"))
    }),
    Row::method("__subclasscheck__", "(self, cls, /)", "Refused.", |_, _| {
        Err(Exc::TypeError.new("issubclass() argument 2 cannot be a parameterized generic"))
    }),
    Row::getter("__origin__", "The class.", |_, a| Ok(alias(a)?.origin.clone())),
    Row::getter("__args__", "What stands in the brackets.", |_, a| Ok(Value::tuple(alias(a)?.args.clone()))),
    Row::getter("__parameters__", "Type variables.", |_, _| Ok(Value::tuple(Vec::new()))),
];

const ALIAS_ORDER: &[Row] = compare_rows!(compare_aliases);

fn compare_aliases(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let (Some(x), Some(y)) = (a.native::<GenericAlias>(), b.native::<GenericAlias>()) else {
        return Ok(Value::NotImplemented);
    };
    if !matches!(op, Order::Eq | Order::Ne) {
        return Ok(Value::NotImplemented);
    }
    let same = ops::eq(rt, &x.origin, &y.origin)?
        && ops::eq(rt, &Value::tuple(x.args.clone()), &Value::tuple(y.args.clone()))?;
    Ok(Value::Bool(same == (op == Order::Eq)))
}

/// `a | b` where both are types, aliases, unions or `None`; `None` where they are not.
pub fn union_of(rt: &Rt, a: &Value, b: &Value) -> Res<Option<Value>> {
    let is_type = |v: &Value| {
        matches!(v, Value::Class(_) | Value::None)
            || v.native::<GenericAlias>().is_some()
            || v.native::<Union>().is_some()
    };
    if !is_type(a) || !is_type(b) || a.is_none() && b.is_none() {
        return Ok(None);
    }
    let mut members: Vec<Value> = Vec::new();
    for v in [a, b] {
        let parts = match v.native::<Union>() {
            Some(u) => u.0.clone(),
            None if v.is_none() => vec![Value::Class(rt.types.none.clone())],
            None => vec![v.clone()],
        };
        for part in parts {
            let mut known = false;
            for m in &members {
                known |= ops::eq(rt, m, &part)?;
            }
            if !known {
                members.push(part);
            }
        }
    }
    if let [only] = &members[..] {
        return Ok(Some(only.clone()));
    }
    Ok(Some(rt.object(Union(members))))
}

fn union<'a>(a: &'a Args) -> Res<&'a Union> {
    a.native::<Union>(0)
}

const UNION_ROWS: &[Row] = &[
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let parts: Res<Vec<String>> = union(a)?.0.iter().map(|v| type_text(rt, v)).collect();
        Ok(Value::from(parts?.join(" | ")))
    }),
    Row::method("__or__", "(self, value, /)", "Return self|value.", |rt, a| {
        Ok(union_of(rt, a.get(0), a.get(1))?.unwrap_or(Value::NotImplemented))
    }),
    Row::method("__ror__", "(self, value, /)", "Return value|self.", |rt, a| {
        Ok(union_of(rt, a.get(1), a.get(0))?.unwrap_or(Value::NotImplemented))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let mut sum = 0i64;
        for m in &union(a)?.0 {
            sum ^= ops::hash(rt, m)? as i64;
        }
        Ok(Value::Int(sum))
    }),
    Row::method("__instancecheck__", "(self, instance, /)", "Whether it is an instance of one of them.", |rt, a| {
        for m in union(a)?.0.clone() {
            if m.native::<GenericAlias>().is_some() {
                return Err(Exc::TypeError.new("isinstance() argument 2 cannot be a parameterized generic"));
            }
            if ops::is_instance(rt, a.get(1), &m)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    Row::method("__subclasscheck__", "(self, cls, /)", "Whether it is a subclass of one of them.", |rt, a| {
        for m in union(a)?.0.clone() {
            if m.native::<GenericAlias>().is_some() {
                return Err(Exc::TypeError.new("issubclass() argument 2 cannot be a parameterized generic"));
            }
            if ops::is_subclass(rt, a.get(1), &m)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    Row::getter("__args__", "The types.", |_, a| Ok(Value::tuple(union(a)?.0.clone()))),
    Row::getter("__parameters__", "Type variables.", |_, _| Ok(Value::tuple(Vec::new()))),
];

const UNION_ORDER: &[Row] = compare_rows!(compare_unions);

fn compare_unions(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let (Some(x), Some(y)) = (a.native::<Union>(), b.native::<Union>()) else { return Ok(Value::NotImplemented) };
    if !matches!(op, Order::Eq | Order::Ne) {
        return Ok(Value::NotImplemented);
    }
    let mut same = x.0.len() == y.0.len();
    for m in &x.0 {
        let mut found = false;
        for n in &y.0 {
            found |= ops::eq(rt, m, n)?;
        }
        same &= found;
    }
    Ok(Value::Bool(same == (op == Order::Eq)))
}
