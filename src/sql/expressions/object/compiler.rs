//! The compiler and the query as a session's own `as_sql` and `resolve_expression` see them.

use std::cell::RefCell;
use std::rc::Rc;

use super::{object_of, pair, with_compiler};
use crate::object::{CallArgs, Exc, Instance, Object, Res, Row, Rt, Value, ops};
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::expressions::Resolve;
use crate::sql::ir::{self, ExprRef, Query};

/// `compiler`: writes expressions of one query.
pub struct CompilerObject(pub RefCell<Query>);

impl Object for CompilerObject {}

/// `query`: resolves names.
pub struct QueryObject(pub RefCell<Query>);

impl Object for QueryObject {}

pub(super) const ROWS: &[Row] = &[
    Row::method("compile", "(self, node)", "The SQL and parameters of an expression.", |rt, a| {
        let e = super::expr_arg(rt, a.get(1))?;
        with_compiler(rt, a.get(0), |c| c.compile_apart(&e).map(pair))
    }),
    Row::method("quote_name_unless_alias", "(self, name)", "A quoted name.", |rt, a| {
        let name = a.str(1)?.to_string();
        with_compiler(rt, a.get(0), |c| {
            c.quote_unless_alias(name.as_str().into());
            Ok(Value::from(std::mem::take(&mut c.sql)))
        })
    }),
    Row::getter("query", "The query.", |rt, a| {
        let query = a.native::<CompilerObject>(0)?.0.borrow().clone();
        Ok(rt.object(QueryObject(RefCell::new(query))))
    }),
    Row::getter("connection", "The connection.", |rt, _| connection(rt)),
];

pub(super) const QUERY: &[Row] = &[Row::method(
    "resolve_ref",
    "(self, name, allow_joins=True, reuse=None, summarize=False)",
    "What a name means in the query.",
    |rt, a| {
        let name = a.str(1)?.to_string();
        let query = a.native::<QueryObject>(0)?;
        let mut how = Resolve {
            allow_joins: a.flag(rt, 2, true)?,
            reuse: None,
            summarize: a.flag(rt, 4, false)?,
            for_save: false,
        };
        let found = query.0.borrow_mut().resolve_ref(rt, &name, &mut how)?;
        object_of(rt, &found)
    },
)];

/// `django.db.connection`.
fn connection(rt: &Rt) -> Res<Value> {
    let module = rt.exec()?.import(rt, "django.db")?;
    ops::get_attr(rt, &module, "connection".into())
}

/// Calls a session's own `as_sql(self, compiler, connection)`.
pub fn call_as_sql(c: &mut Compiler, expr: &ExprRef, object: &Rc<Instance>, hook: &Value) -> Res<Compiled> {
    let rt = c.rt;
    let this = match &**expr {
        // Aliases may have changed since the object got its sources.
        ir::Expr::Custom(custom) if !custom.children.is_empty() => {
            let synced = super::with_kept_sources(rt, custom, custom.children.clone())?;
            object_of(rt, &synced)?
        }
        ir::Expr::Custom(_) => Value::Obj(object.clone()),
        _ => object_of(rt, expr)?,
    };
    let compiler = rt.object(CompilerObject(RefCell::new(c.query.clone())));
    let connection = connection(rt)?;
    let result = ops::call(rt, hook, CallArgs::new([this, compiler, connection]))?;
    let parts = ops::collect(rt, &result)?;
    let [sql, params] = &parts[..] else {
        return Err(Exc::ValueError.new(format!("not enough values to unpack (expected 2, got {})", parts.len())));
    };
    Ok(Compiled { sql: ops::str(rt, sql)?.to_string(), params: ops::collect(rt, params)? })
}

/// Calls a session's own `resolve_expression(self, query, ...)`. The query is the session's for that time.
pub fn call_resolve(
    rt: &Rt,
    object: &Rc<Instance>,
    hook: &Value,
    query: &mut Query,
    how: &mut Resolve,
) -> Res<ExprRef> {
    let lent = rt.object(QueryObject(RefCell::new(query.clone())));
    let args = CallArgs::new([
        Value::Obj(object.clone()),
        lent.clone(),
        Value::Bool(how.allow_joins),
        Value::None,
        Value::Bool(how.summarize),
        Value::Bool(how.for_save),
    ]);
    let result = ops::call(rt, hook, args)?;
    if let Some(lent) = lent.native::<QueryObject>() {
        *query = lent.0.borrow().clone();
    }
    ir::expr_of(rt, &result)?.ok_or_else(|| {
        Exc::AttributeError.new(format!("'{}' object has no attribute 'as_sql'", ops::type_name(&result)))
    })
}
