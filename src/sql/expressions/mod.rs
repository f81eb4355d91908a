//! Expressions: resolving them against a query, their types, and their SQL.

mod compile;
mod convert;
mod custom;
mod function;
mod group;
mod object;
mod output;
mod resolve;
mod show;
mod template;

pub use compile::compile_expr;
pub use convert::converter;
pub use custom::method as custom_method;
pub use function::{call_row, json_path, json_text, key_path, option};
pub use group::{empty_result_set_value, filterable, group_by_cols, set_returning};
pub use object::{class_names, class_of_name, install, q_from};
pub use output::{conditional, output_field, output_field_opt};
pub use resolve::{is_transform, parse, resolve, resolve_native};
pub use show::{class_name, repr, text};

use crate::models::FieldRef;
use crate::sql::ir::AliasSet;

/// How an expression is resolved: the arguments of Django's `resolve_expression`.
pub struct Resolve<'a> {
    /// Whether joins may be made.
    pub allow_joins: bool,
    /// The joins that may be reused; `None` for all.
    pub reuse: Option<&'a mut AliasSet>,
    /// Whether it is for `aggregate()`.
    pub summarize: bool,
    /// Whether it is on its way into a row.
    pub for_save: bool,
}

impl Resolve<'_> {
    /// With joins, all of them reusable.
    pub fn joins() -> Resolve<'static> {
        Resolve { allow_joins: true, reuse: None, summarize: false, for_save: false }
    }

    /// The same once more, for a source expression.
    pub fn again(&mut self) -> Resolve<'_> {
        Resolve {
            allow_joins: self.allow_joins,
            reuse: self.reuse.as_deref_mut(),
            summarize: self.summarize,
            for_save: self.for_save,
        }
    }
}

/// Whether a field's class is, or derives from, a field type of this name.
pub fn is_field(field: &FieldRef, name: &str) -> bool {
    field.class.mro().any(|c| !c.is_heap && *c.name() == *name)
}
