//! A query as data: tables and joins, where nodes, expressions, filters. No behaviour beyond walking and comparing.
//!
//! Everything is shared by `Rc` and never changed in place once shared: cloning a query costs reference counts, and
//! a change copies the one piece it touches (`Rc::make_mut`).

mod alias;
mod expr;
mod node;
mod object;
mod query;
mod same;
mod walk;

pub use alias::{Alias, AliasSet, Relabels};
pub use expr::{
    AggregateParts, Case, Col, ColPairs, Combined, CombinedKind, Common, Custom, Expr, ExprRef, Frame, FrameKind, Func,
    ListKind, Lookup, OrderBy, Outer, RawSql, Ref, Rhs, Sliced, Subquery, SubqueryKind, ValueExpr, When, Window,
};
pub use node::{Connector, FilteredRelation, Q, QChild, Where};
pub use object::{ExprObject, IrHooks, expr_of, rhs_value, settle, value_of};
pub use query::{
    Annotations, Combinator, Explain, Extra, GroupBy, JoinKind, LIMIT_NONE, Ordering, Query, SelectRelated, Selected,
    Table, Tree,
};
pub use same::{hash_expr, same_expr, same_rhs};
pub use walk::{Replacements, collect_cols, flatten, names_of, refs, relabel, replace};
