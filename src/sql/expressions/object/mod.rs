//! The Python face of expressions: their classes, constructors, methods and attributes.

mod attrs;
mod classes;
mod compiler;
mod func;
mod init;
mod lookup;
mod q;
mod rows;

use std::cell::RefCell;
use std::rc::Rc;

pub use classes::{class_names, class_of_name};
pub use compiler::{CompilerObject, QueryObject};
pub(super) use compiler::{call_as_sql, call_resolve};
pub use q::q_from;

use super::{Resolve, class_name, parse, resolve_native};
use crate::object::{Args, Exc, Instance, NativeType, Payload, Res, Rt, Value, ops};
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::ir::{self, Expr, ExprObject, ExprRef, IrHooks, Query};

/// Lets the layers below reach the Python face. Called once a session.
pub fn install(rt: &Rt) {
    let old = *rt.state::<IrHooks>();
    rt.set_state(Rc::new(IrHooks { object_of, custom_of, attr: attrs::get, set_attr: attrs::set, ..old }));
}

/// The node behind an expression object.
pub(super) fn payload(value: &Value) -> Res<ExprRef> {
    if let Value::Obj(object) = value {
        ir::settle(object);
    }
    match value.native::<ExprObject>() {
        Some(e) => Ok(e.0.borrow().clone()),
        None => Err(Exc::TypeError.new(format!("'{}' object is not an expression", ops::type_name(value)))),
    }
}

/// An expression argument: TypeError where it is none.
fn expr_arg(rt: &Rt, value: &Value) -> Res<ExprRef> {
    ir::expr_of(rt, value)?.ok_or_else(|| {
        Exc::AttributeError.new(format!("'{}' object has no attribute 'resolve_expression'", ops::type_name(value)))
    })
}

/// Replaces the node behind an object.
fn replace(value: &Value, new: ExprRef) -> Res<()> {
    if let Some(e) = value.native::<ExprObject>() {
        *e.0.borrow_mut() = new;
    }
    if let Value::Obj(object) = value {
        // The list that `children` gave is that of the old node.
        let old = object.attrs_mut().remove(crate::source::Name::new("children"));
        drop(old);
    }
    Ok(())
}

/// An object of the class that an expression's kind has.
fn new_object(rt: &Rt, expr: ExprRef) -> Res<Value> {
    object_of(rt, &expr)
}

/// The Python object of an expression.
fn object_of(rt: &Rt, expr: &ExprRef) -> Res<Value> {
    if let Some(object) = expr.common().and_then(|c| c.object.clone()) {
        let same = object.native::<ExprObject>().is_some_and(|e| Rc::ptr_eq(&e.0.borrow(), expr));
        if same {
            return Ok(Value::Obj(object));
        }
        return copy_object(rt, &Value::Obj(object), expr.clone());
    }
    let name = class_name(rt, expr);
    let class = class_of_name(rt, &name).unwrap_or_else(|| rt.types.object.clone());
    Ok(rt.object_of(class, ExprObject(RefCell::new(expr.clone()))))
}

/// An object of the same class and attributes with another node.
fn copy_object(rt: &Rt, value: &Value, expr: ExprRef) -> Res<Value> {
    let _ = rt;
    let Some(old) = value.as_obj() else { return Ok(value.clone()) };
    let attrs = crate::object::Attrs::from_row(
        old.attrs().shape().clone(),
        old.attrs().iter().map(|(_, v)| v.clone()).collect(),
    );
    let payload = Payload::Native(Box::new(ExprObject(RefCell::new(expr.clone()))));
    let class = old.class().clone();
    let heap = class.is_heap;
    let new = Instance::with_attrs(class, payload, attrs);
    if heap {
        own(&new, expr);
    }
    Ok(Value::Obj(new))
}

/// Makes an object of a session's class the owner of a node: overridden methods are found through it.
fn own(object: &Rc<Instance>, expr: ExprRef) {
    let mut expr = expr;
    let node = Rc::make_mut(&mut expr);
    if let Some(common) = node.common_mut() {
        common.object = Some(object.clone());
    }
    if let Some(e) = object.native::<ExprObject>() {
        *e.0.borrow_mut() = expr;
    }
}

/// Puts a constructor's node into the object, owned where the class is the session's.
fn built(rt: &Rt, this: &Value, mut expr: Expr) -> Res<Value> {
    let Some(object) = this.as_obj() else { return Ok(Value::None) };
    let class = object.class().clone();
    if class.is_heap {
        // An output field in the class's body counts as given.
        let of_class = class.lookup("output_field".into());
        if let Some(common) = expr.common_mut()
            && common.output_field.is_none()
        {
            common.output_field = of_class.as_ref().and_then(crate::models::field_of);
        }
        own(object, Rc::new(expr));
    } else {
        replace(this, Rc::new(expr))?;
    }
    let _ = rt;
    Ok(Value::None)
}

/// The expression of an object that is no [`ExprObject`] but can be resolved: a session's own class from scratch.
fn custom_of(rt: &Rt, value: &Value) -> Res<Option<ExprRef>> {
    let Value::Obj(object) = value else { return Ok(None) };
    if !object.class().is_heap {
        return Ok(None);
    }
    let has = |name: &str| object.class().lookup(name.into()).is_some();
    if !has("resolve_expression") && !has("as_sql") {
        return Ok(None);
    }
    let _ = rt;
    let common = ir::Common { object: Some(object.clone()), ..ir::Common::default() };
    Ok(Some(Rc::new(Expr::Custom(ir::Custom { object: object.clone(), children: Vec::new(), common }))))
}

/// The source expressions that an object of a session's class keeps in attributes of its own; `None` where its class
/// leaves them to us.
pub(super) fn kept_sources(rt: &Rt, object: &Rc<Instance>) -> Res<Option<Vec<Option<ExprRef>>>> {
    let Some(hook) = super::custom::method(object, "get_source_expressions") else { return Ok(None) };
    let list = ops::call(rt, &hook, crate::object::CallArgs::new([Value::Obj(object.clone())]))?;
    let mut out = Vec::new();
    for value in ops::collect(rt, &list)? {
        out.push(if value.is_none() { None } else { Some(parse(rt, &value)?) });
    }
    Ok(Some(out))
}

/// A copy of such an object with other source expressions.
pub(super) fn with_kept_sources(rt: &Rt, custom: &ir::Custom, children: Vec<Option<ExprRef>>) -> Res<ExprRef> {
    let new = ir::Custom { children, ..custom.clone() };
    let copy = copy_object(rt, &Value::Obj(custom.object.clone()), Rc::new(Expr::Custom(new.clone())))?;
    let Some(object) = copy.as_obj().cloned() else { return Ok(Rc::new(Expr::Custom(new))) };
    if let Some(hook) = super::custom::method(&object, "set_source_expressions") {
        let values: Res<Vec<Value>> = new.children.iter().map(|e| optional_value(rt, e)).collect();
        ops::call(rt, &hook, crate::object::CallArgs::new([copy.clone(), Value::list(values?)]))?;
    }
    let common = ir::Common { object: Some(object.clone()), ..new.common.clone() };
    let expr = Rc::new(Expr::Custom(ir::Custom { object: object.clone(), common, ..new }));
    if let Some(slot) = object.native::<ExprObject>() {
        *slot.0.borrow_mut() = expr.clone();
    }
    Ok(expr)
}

/// The sources as Python's `get_source_expressions()` lists them.
fn sources(e: &ExprRef) -> Vec<Option<ExprRef>> {
    match &**e {
        Expr::Subquery(s) => vec![Some(Rc::new(Expr::Query(s.query.clone())))],
        Expr::Func(f) => {
            let mut out: Vec<Option<ExprRef>> = f.args.iter().cloned().map(Some).collect();
            if let Some(aggregate) = &f.aggregate {
                out.push(aggregate.filter.clone());
            }
            out
        }
        Expr::Window(w) => vec![Some(w.source.clone()), w.partition_by.clone(), w.order_by.clone(), w.frame.clone()],
        Expr::Custom(c) => c.children.clone(),
        _ => e.children().into_iter().map(Some).collect(),
    }
}

/// A source as a value; Python's `None` where there is none.
fn optional_value(rt: &Rt, e: &Option<ExprRef>) -> Res<Value> {
    match e {
        Some(e) => ir::value_of(rt, e),
        None => Ok(Value::None),
    }
}

/// The expression with other sources, in the order of [`sources`].
fn with_sources(rt: &Rt, e: &ExprRef, exprs: &Value) -> Res<ExprRef> {
    let mut new: Vec<Option<ExprRef>> = Vec::new();
    for value in ops::collect(rt, exprs)? {
        new.push(if value.is_none() { None } else { Some(parse(rt, &value)?) });
    }
    let mut node = (**e).clone();
    match &mut node {
        Expr::Func(f) => {
            if let Some(aggregate) = &mut f.aggregate {
                aggregate.filter = new.pop().flatten();
            }
            f.args = new.into_iter().flatten().collect();
        }
        Expr::Window(w) => {
            let mut it = new.into_iter();
            if let Some(source) = it.next().flatten() {
                w.source = source;
            }
            w.partition_by = it.next().flatten();
            w.order_by = it.next().flatten();
            w.frame = it.next().flatten();
        }
        Expr::Case(c) => {
            if let Some(default) = new.pop().flatten() {
                c.default = default;
            }
            c.cases = new.into_iter().flatten().collect();
        }
        Expr::Custom(c) => c.children = new,
        Expr::Subquery(s) => {
            if let Some(Expr::Query(q)) = new.first().and_then(|e| e.as_deref()) {
                s.query = q.clone();
            }
        }
        other => {
            let mut it = new.into_iter().flatten();
            node = other.map_children(&mut |old| Ok(it.next().unwrap_or_else(|| old.clone())))?;
        }
    }
    Ok(Rc::new(node))
}

const RESOLVE: &str = "(self, query=None, allow_joins=True, reuse=None, summarize=False, for_save=False)";
const AS_SQL: &str = "(self, compiler, connection, function=None, template=None, arg_joiner=None, **extra_context)";

/// `super().resolve_expression(query, ...)`.
fn resolve_row(rt: &Rt, a: &mut Args) -> Res<Value> {
    let e = payload(a.get(0))?;
    let mut how = Resolve {
        allow_joins: a.flag(rt, 2, true)?,
        reuse: None,
        summarize: a.flag(rt, 4, false)?,
        for_save: a.flag(rt, 5, false)?,
    };
    let resolved = match a.get(1).native::<QueryObject>() {
        Some(query) => {
            let mut query = query.0.borrow_mut();
            resolve_native(rt, &e, &mut query, &mut how)?
        }
        None => {
            let mut query = Query::new(None);
            resolve_native(rt, &e, &mut query, &mut how)?
        }
    };
    object_of(rt, &resolved)
}

/// A compiled piece as Python's `(sql, params)`.
fn pair(done: Compiled) -> Value {
    Value::tuple(vec![Value::from(done.sql), Value::list(done.params)])
}

/// Compiles against the query of a compiler object.
fn with_compiler<T>(rt: &Rt, value: &Value, run: impl FnOnce(&mut Compiler) -> Res<T>) -> Res<T> {
    let mut query = match value.native::<CompilerObject>() {
        Some(c) => c.0.borrow().clone(),
        None => Query::new(None),
    };
    let mut c = Compiler::new(rt, &mut query);
    run(&mut c)
}

/// The node without its owner: compiled as ours.
fn unowned(e: &ExprRef) -> ExprRef {
    let mut node = (**e).clone();
    if let Expr::Func(f) = &mut node {
        // What the class or the object says of function, template and joiner still counts.
        let object = f.common.object.take();
        if let Some(object) = object {
            let mut extra = f.extra.to_vec();
            for name in ["function", "template", "arg_joiner"] {
                let known = extra.iter().any(|(n, _)| *n == name);
                let own = object.get(name.into()).or_else(|| {
                    let class = object.class().clone();
                    class.owner_of(name.into()).filter(|c| c.is_heap).and_then(|c| c.own(name.into()))
                });
                if let (false, Some(value)) = (known, own)
                    && !value.is_none()
                {
                    extra.push((name.into(), value));
                }
            }
            f.extra = extra.into();
        }
    } else if let Some(common) = node.common_mut() {
        common.object = None;
    }
    Rc::new(node)
}

/// `super().as_sql(compiler, connection, function=..., template=..., **extra)`.
fn as_sql_row(rt: &Rt, a: &mut Args) -> Res<Value> {
    let e = unowned(&payload(a.get(0))?);
    let text = |slot: usize| -> Res<Option<String>> {
        match a.some(slot) {
            Some(v) => Ok(Some(ops::str(rt, v)?.to_string())),
            None => Ok(None),
        }
    };
    let changes =
        super::function::Changes { function: text(3)?, template: text(4)?, joiner: text(5)?, extra: a.kwargs.clone() };
    let plain = changes.function.is_none() && changes.template.is_none() && changes.joiner.is_none();
    with_compiler(rt, a.get(1), |c| {
        match &*e {
            Expr::Func(f) if !plain || !changes.extra.is_empty() => super::function::call(c, &e, f, Some(changes))?,
            Expr::Func(f) if f.row.special == crate::sql::functions::Special::None => {
                super::function::call(c, &e, f, None)?;
            }
            _ => c.compile(&e)?,
        }
        let mark = crate::sql::compiler::Mark::default();
        Ok(pair(c.take_since(mark)))
    })
}

/// `super().as_sqlite(...)`: the session's `as_sql` if it has one, with the cast of decimals around it.
fn as_sqlite_row(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    if let Some(object) = this.as_obj()
        && let Some(hook) = super::custom::method(object, "as_sql")
    {
        let args = crate::object::CallArgs::new([this.clone(), a.value(1), a.value(2)]);
        return ops::call(rt, &hook, args);
    }
    as_sql_row(rt, a)
}

impl NativeType for CompilerObject {
    const NAME: &'static str = "SQLCompiler";
    const MODULE: &'static str = "django.db.models.sql.compiler";
    const ROWS: &'static [&'static [crate::object::Row]] = &[compiler::ROWS];
}

impl NativeType for QueryObject {
    const NAME: &'static str = "Query";
    const MODULE: &'static str = "django.db.models.sql.query";
    const ROWS: &'static [&'static [crate::object::Row]] = &[compiler::QUERY];
}
