//! `class` statements and `super()`.

use std::cell::RefCell;
use std::rc::Rc;

use super::call::code_of;
use super::frame::{CellRef, Frame, Namespace, Vm};
use super::run_frame;
use crate::object::class::Names;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::NativeType;
use crate::object::types::{CellObject, Super, make_class};
use crate::object::{CallArgs, Class, Exc, Res, Row, Rt, Value};
use crate::source::Name;

/// Runs a class body and makes its class: `__build_class__`.
pub fn build_class(rt: &Rt, vm: &Rc<Vm>, body: &Value, bases: &Value, keywords: Option<&Value>) -> Res<Value> {
    let Value::Func(function) = body else { return Err(Exc::SystemError.new("no class body")) };
    let name = function.name.borrow().text();
    let given = bases.as_list().map(|l| l.to_vec()).unwrap_or_default();
    let mut keywords: Vec<(Name, Value)> = match keywords.and_then(Value::as_dict) {
        Some(dict) => dict.0.items().into_iter().filter_map(|(k, v)| Some((Name::new(k.as_str()?), v))).collect(),
        None => Vec::new(),
    };
    let resolved = resolve_bases(rt, &given)?;
    let asked = keywords.iter().position(|(n, _)| *n == "metaclass").map(|i| keywords.remove(i).1);
    let meta = metaclass(rt, asked, &resolved)?;
    let names = match prepare(rt, &meta, &name, &resolved, &keywords)? {
        Some(mapping) => Namespace::Mapping(mapping),
        None => Namespace::Names(Rc::new(RefCell::new(Names::default()))),
    };
    let code = code_of(function)?;
    let mut frame = Frame::of_function(code.clone(), function.clone(), 0);
    frame.set_names(names.clone());
    // The cell of `__class__` is made here, so that it can be given to the class when that is there.
    let mut class_cell: Option<CellRef> = None;
    for (i, &cell) in code.cells.iter().enumerate() {
        let cell_ref = frame.cell(i as u16).clone();
        if cell == "__class__" {
            class_cell = Some(cell_ref);
        }
    }
    run_frame(rt, vm, frame)?;
    let mut pairs = super::names::all(rt, &names);
    if resolved.len() != given.len() || !resolved.iter().zip(&given).all(|(a, b)| a.is(b)) {
        pairs.push(("__orig_bases__".into(), Value::tuple(given)));
    }
    if let Some(cell) = class_cell {
        pairs.push(("__classcell__".into(), rt.object(CellObject(cell))));
    }
    match &meta {
        Value::Class(class) if Rc::ptr_eq(class, &rt.types.type_) => {
            let dict: Names = pairs.into_iter().collect();
            make_class(rt, class, &name, resolved, dict, keywords)
        }
        meta => {
            let namespace = match names {
                Namespace::Mapping(mapping) => {
                    for extra in ["__orig_bases__", "__classcell__"] {
                        if let Some((n, v)) = pairs.iter().find(|(n, _)| *n == extra) {
                            ops::set_item(rt, &mapping, (*n).into(), v.clone())?;
                        }
                    }
                    mapping
                }
                Namespace::Names(_) => {
                    let pairs = pairs.into_iter().map(|(n, v)| (Value::from(n), v));
                    Value::Dict(crate::object::Dict::from_pairs(rt, pairs)?)
                }
            };
            let args = CallArgs {
                pos: [Value::str(&*name), Value::tuple(resolved), namespace].into_iter().collect(),
                kw: keywords.into_iter().collect(),
            };
            ops::call(rt, meta, args)
        }
    }
}

/// Bases that are no classes may say which classes they mean (`__mro_entries__`).
fn resolve_bases(rt: &Rt, bases: &[Value]) -> Res<Vec<Value>> {
    let mut out = Vec::with_capacity(bases.len());
    for base in bases {
        if matches!(base, Value::Class(_)) {
            out.push(base.clone());
            continue;
        }
        match ops::lookup_special(rt, base, "__mro_entries__")? {
            Some(entries) => {
                let found = ops::call1(rt, &entries, Value::tuple(bases.to_vec()))?;
                out.extend(ops::collect(rt, &found)?);
            }
            None => out.push(base.clone()),
        }
    }
    Ok(out)
}

/// The most derived metaclass. TypeError where two conflict.
fn metaclass(rt: &Rt, asked: Option<Value>, bases: &[Value]) -> Res<Value> {
    let mut winner: Rc<Class> = match &asked {
        Some(Value::Class(class)) if class.is_subclass(&rt.types.type_) => class.clone(),
        // Any callable will do.
        Some(other) => return Ok(other.clone()),
        None => match bases.first() {
            // A base that is no class has its own say: its class is called with the three arguments.
            Some(first) => rt.class_of(first),
            None => rt.types.type_.clone(),
        },
    };
    for base in bases {
        let meta = rt.class_of(base);
        if winner.is_subclass(&meta) {
            continue;
        }
        if meta.is_subclass(&winner) {
            winner = meta;
            continue;
        }
        return Err(Exc::TypeError.new(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of \
             all its bases",
        ));
    }
    Ok(Value::Class(winner))
}

/// The namespace that the metaclass wants, where it wants one of its own.
fn prepare(rt: &Rt, meta: &Value, name: &str, bases: &[Value], keywords: &[(Name, Value)]) -> Res<Option<Value>> {
    if let Value::Class(class) = meta
        && matches!(class.lookup("__prepare__".into()), None | Some(Value::Native(_)))
        && class.lookup("__prepare__".into()).is_none_or(|_| Rc::ptr_eq(class, &rt.types.type_))
    {
        return Ok(None);
    }
    match ops::get_attr_opt(rt, meta, "__prepare__".into())? {
        Some(prepare) => {
            let args = CallArgs {
                pos: [Value::str(name), Value::tuple(bases.to_vec())].into_iter().collect(),
                kw: keywords.iter().cloned().collect(),
            };
            ops::call(rt, &prepare, args).map(Some)
        }
        None => Ok(None),
    }
}

/// `super()` without arguments, from what the name `super` means, the `__class__` cell and the first argument.
pub fn super_call(rt: &Rt, callee: &Value, class: &Value, this: &Value) -> Res<Value> {
    let own = rt.class::<Super>();
    match (callee, class) {
        (Value::Class(c), Value::Class(class)) if Rc::ptr_eq(c, &own) => Super::make(rt, class.clone(), this.clone()),
        _ => ops::call0(rt, callee),
    }
}

/// A type parameter of a generic function or class: `typing.TypeVar` and its kin, or a stand-in that has its name.
pub fn type_param(rt: &Rt, name: Name, kind: u8) -> Res<Value> {
    let class = ["TypeVar", "TypeVarTuple", "ParamSpec"][(kind as usize).min(2)];
    if let Ok(typing) = super::import_module(rt, "typing")
        && let Some(class) = ops::get_attr_opt(rt, &typing, class.into())?
    {
        return ops::call1(rt, &class, name.into());
    }
    Ok(rt.object(TypeParam(name)))
}

/// A type parameter where there is no `typing`.
struct TypeParam(Name);

impl Object for TypeParam {}

impl NativeType for TypeParam {
    const NAME: &'static str = "TypeVar";
    const MODULE: &'static str = "typing";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| Ok(a.native::<TypeParam>(0)?.0.into())),
        Row::getter("__name__", "The name.", |_, a| Ok(a.native::<TypeParam>(0)?.0.into())),
    ]];
}

/// What `type name = value` makes.
struct TypeAlias(Name, Value);

impl Object for TypeAlias {}

impl NativeType for TypeAlias {
    const NAME: &'static str = "TypeAliasType";
    const MODULE: &'static str = "typing";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| Ok(a.native::<TypeAlias>(0)?.0.into())),
        Row::getter("__name__", "The name.", |_, a| Ok(a.native::<TypeAlias>(0)?.0.into())),
        Row::getter("__value__", "What it stands for.", |_, a| Ok(a.native::<TypeAlias>(0)?.1.clone())),
    ]];
}

/// A type alias.
pub fn type_alias(rt: &Rt, name: Name, value: Value) -> Value {
    rt.object(TypeAlias(name, value))
}
