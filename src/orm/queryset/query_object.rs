//! `qs.query` as a session sees it: shares the queryset's query.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::{Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{GroupBy, Ordering, Query, SelectRelated, value_of};

/// The payload of `qs.query`.
pub struct QueryObject(pub Rc<RefCell<Query>>);

fn order_value(rt: &Rt, order: &Ordering) -> Res<Value> {
    match order {
        Ordering::Name(name) => Ok(Value::str(name)),
        Ordering::Expr(e) => value_of(rt, e),
    }
}

impl Object for QueryObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let query = self.0.borrow();
        let text = name.text();
        Ok(match &*text {
            "model" => query.model.as_ref().map(|m| m.class_value()),
            "order_by" => {
                let order: Res<Vec<Value>> = query.order_by.iter().map(|o| order_value(rt, o)).collect();
                Some(Value::tuple(order?))
            }
            "distinct" => Some(Value::Bool(query.distinct)),
            "distinct_fields" => Some(Value::tuple(query.distinct_fields.iter().map(Value::str).collect())),
            "low_mark" => Some(Value::Int(query.low_mark as i64)),
            "high_mark" => Some(query.high_mark.map_or(Value::None, |n| Value::Int(n as i64))),
            "is_sliced" => Some(Value::Bool(query.is_sliced())),
            "combinator" => Some(query.combinator.map_or(Value::None, |c| Value::str(c.name()))),
            "default_ordering" => Some(Value::Bool(query.default_ordering)),
            "standard_ordering" => Some(Value::Bool(query.standard_ordering)),
            "select_for_update" => Some(Value::Bool(query.select_for_update)),
            "values_select" => Some(Value::tuple(query.values_select.iter().map(|&n| Value::from(n)).collect())),
            "select_related" => Some(match &query.select_related {
                SelectRelated::No => Value::Bool(false),
                SelectRelated::All => Value::Bool(true),
                SelectRelated::Fields(tree) => tree_value(rt, tree),
            }),
            "group_by" => Some(match &query.group_by {
                GroupBy::None => Value::None,
                GroupBy::Model => Value::Bool(true),
                GroupBy::Exprs(list) => {
                    let list: Res<Vec<Value>> = list.iter().map(|e| value_of(rt, e)).collect();
                    Value::tuple(list?)
                }
            }),
            "annotations" | "annotation_select" => {
                let dict = crate::object::Dict::new();
                for (name, e) in query.annotations.iter() {
                    dict.set_str(rt, &name.text(), value_of(rt, e)?);
                }
                Some(Value::Dict(dict))
            }
            "alias_map" => {
                let dict = crate::object::Dict::new();
                for table in query.tables.iter() {
                    dict.set_str(rt, &table.alias.text(), Value::str(&table.table_name));
                }
                Some(Value::Dict(dict))
            }
            "filter_is_sticky" => Some(Value::Bool(query.filter_is_sticky)),
            "used_aliases" => Some(Value::Set(crate::object::Set::from_values(
                rt,
                query.used_aliases.iter().map(Value::from),
                false,
            )?)),
            "max_depth" => Some(Value::Int(i64::from(query.max_depth))),
            _ => None,
        })
    }

    fn set_attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let Some(value) = value else { return Ok(false) };
        let mut query = self.0.borrow_mut();
        match &*name.text() {
            "group_by" => {
                query.group_by = match &value {
                    Value::None | Value::Bool(false) => GroupBy::None,
                    Value::Bool(true) => GroupBy::Model,
                    other => {
                        let mut list = Vec::new();
                        for item in ops::collect(rt, other)? {
                            if let Some(e) = crate::sql::ir::expr_of(rt, &item)? {
                                list.push(e);
                            }
                        }
                        GroupBy::Exprs(Rc::new(list))
                    }
                }
            }
            "low_mark" => query.low_mark = value.as_int().unwrap_or(0).max(0) as u64,
            "high_mark" => query.high_mark = value.as_int().map(|n| n.max(0) as u64),
            "distinct" => query.distinct = ops::truthy(rt, &value)?,
            "default_ordering" => query.default_ordering = ops::truthy(rt, &value)?,
            "standard_ordering" => query.standard_ordering = ops::truthy(rt, &value)?,
            "select_for_update" => query.select_for_update = ops::truthy(rt, &value)?,
            "filter_is_sticky" => query.filter_is_sticky = ops::truthy(rt, &value)?,
            "max_depth" => query.max_depth = value.as_int().unwrap_or(5) as u32,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn tree_value(rt: &Rt, tree: &crate::sql::ir::Tree) -> Value {
    let dict = crate::object::Dict::new();
    for (name, inner) in &tree.0 {
        dict.set_str(rt, &name.text(), tree_value(rt, inner));
    }
    Value::Dict(dict)
}

impl NativeType for QueryObject {
    const NAME: &'static str = "Query";
    const MODULE: &'static str = "django.db.models.sql.query";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

const ROWS: &[Row] = &[
    Row::method("__str__", "(self)", "The SQL, with the parameters in place.", |rt, a| {
        let mut query = a.native::<QueryObject>(0)?.0.borrow().clone();
        Ok(Value::from(crate::sql::compiler::sql_text(rt, &mut query)?))
    }),
    Row::method("sql_with_params", "(self)", "The SQL and its parameters.", |rt, a| {
        let mut query = a.native::<QueryObject>(0)?.0.borrow().clone();
        let (sql, params) = crate::sql::compiler::sql_with_params(rt, &mut query)?;
        Ok(Value::tuple(vec![Value::from(sql), Value::tuple(params)]))
    }),
    Row::method("clone", "(self)", "A copy.", |rt, a| {
        let query = a.native::<QueryObject>(0)?.0.borrow().clone();
        Ok(rt.object(QueryObject(Rc::new(RefCell::new(query)))))
    }),
    Row::method("chain", "(self, klass=None)", "A copy to change.", |rt, a| {
        let query = a.native::<QueryObject>(0)?.0.borrow().chain();
        Ok(rt.object(QueryObject(Rc::new(RefCell::new(query)))))
    }),
    Row::method("is_empty", "(self)", "Whether nothing can match.", |_, a| {
        Ok(Value::Bool(a.native::<QueryObject>(0)?.0.borrow().is_empty()))
    }),
    Row::method("can_filter", "(self)", "Whether it is not sliced.", |_, a| {
        Ok(Value::Bool(a.native::<QueryObject>(0)?.0.borrow().can_filter()))
    }),
    Row::method("clear_ordering", "(self, force=False, clear_default=True)", "Forgets the order.", |rt, a| {
        let (force, default) = (a.flag(rt, 1, false)?, a.flag(rt, 2, true)?);
        a.native::<QueryObject>(0)?.0.borrow_mut().clear_ordering(force, default);
        Ok(Value::None)
    }),
    Row::method("add_ordering", "(self, *ordering)", "Adds to the order.", |rt, a| {
        let ordering = std::mem::take(&mut a.rest);
        a.native::<QueryObject>(0)?.0.borrow_mut().add_ordering(rt, &ordering)?;
        Ok(Value::None)
    }),
    Row::method("set_limits", "(self, low=None, high=None)", "Slices.", |_, a| {
        let mark = |v: Option<&Value>| v.and_then(|v| v.as_int()).map(|n| n.max(0) as u64);
        let (low, high) = (mark(a.some(1)), mark(a.some(2)));
        a.native::<QueryObject>(0)?.0.borrow_mut().set_limits(low, high);
        Ok(Value::None)
    }),
    Row::method("clear_limits", "(self)", "Forgets a slice.", |_, a| {
        a.native::<QueryObject>(0)?.0.borrow_mut().clear_limits();
        Ok(Value::None)
    }),
    Row::method("set_empty", "(self)", "Lets nothing match.", |_, a| {
        a.native::<QueryObject>(0)?.0.borrow_mut().set_empty();
        Ok(Value::None)
    }),
];
