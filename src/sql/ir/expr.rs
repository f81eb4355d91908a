use std::rc::Rc;

use crate::models::FieldRef;
use crate::object::{Instance, Value};
use crate::source::Name;
use crate::sql::functions::FuncRow;
use crate::sql::lookups::LookupRow;

use super::alias::Alias;
use super::node::{FilteredRelation, Q, Where};
use super::query::Query;

/// A shared expression.
pub type ExprRef = Rc<Expr>;

/// Anything that a query can compute or compare: Django's expressions, lookups and where nodes.
#[derive(Clone)]
pub enum Expr {
    /// A column of a table of the query.
    Col(Col),
    /// Several columns that count as one: a composite primary key.
    ColPairs(ColPairs),
    /// A value bound as a parameter: `Value(...)`.
    Value(ValueExpr),
    /// A name yet to be resolved: `F('rel__field')`.
    F(Rc<str>),
    /// A name of an outer query: `OuterRef('pk')`.
    OuterRef(Outer),
    /// A name of the next outer query, to be resolved when this query becomes a subquery.
    ResolvedOuterRef(Rc<str>),
    /// `F('field')[1:3]`.
    Sliced(Sliced),
    /// A reference by name to something selected, with what it refers to.
    Ref(Ref),
    /// `*`.
    Star,
    /// SQL as a session wrote it.
    RawSql(RawSql),
    /// Two expressions and an operator.
    Combined(Combined),
    /// A function, a transform or an aggregate: see its row.
    Func(Func),
    /// `CASE ... END`.
    Case(Case),
    /// One `WHEN ... THEN ...`.
    When(When),
    /// `Subquery(...)` or `Exists(...)`.
    Subquery(Subquery),
    /// A query as an operand: what a queryset on the right side of a lookup is.
    Query(Rc<Query>),
    /// `... OVER (...)`.
    Window(Window),
    /// A window's frame.
    Frame(Frame),
    /// Several expressions in a row: `PARTITION BY` and `ORDER BY` of a window, arguments.
    List(ListKind, Vec<ExprRef>),
    /// An expression with a direction.
    OrderBy(OrderBy),
    /// A comparison.
    Lookup(Lookup),
    /// Several conditions.
    Where(Rc<Where>),
    /// A condition that is yet to be resolved.
    Q(Rc<Q>),
    /// A condition that nothing meets.
    Nothing,
    /// `extra(where=..., params=...)`.
    ExtraWhere(Rc<[Rc<str>]>, Rc<[Value]>),
    /// An expression with an output field of its own: `ExpressionWrapper(...)`.
    Wrapper(ExprRef, Common),
    /// `~condition`.
    Negated(ExprRef, Common),
    /// A column's database default.
    DatabaseDefault(ExprRef, Common),
    /// `FilteredRelation(...)`.
    FilteredRelation(Rc<FilteredRelation>),
    /// An expression of a session's own class that is none of the above.
    Custom(Custom),
}

/// What every composite expression can carry.
#[derive(Clone, Default)]
pub struct Common {
    /// The Python object, where it is of a session's own subclass: its class, attributes and overridden methods.
    pub object: Option<Rc<Instance>>,
    /// The output field as given; `None` where it is worked out.
    pub output_field: Option<FieldRef>,
    /// Whether it was resolved for `aggregate()`.
    pub is_summary: bool,
}

/// A column.
#[derive(Clone)]
pub struct Col {
    /// The table; `None` where the column stands alone (constraints, indexes).
    pub alias: Option<Alias>,
    /// The column's field.
    pub target: FieldRef,
    /// The field that converts values: the target, or the relation that points at it.
    pub output: FieldRef,
    /// Whether it came from an outer query through a relation.
    pub possibly_multivalued: bool,
}

/// Several columns that count as one.
#[derive(Clone)]
pub struct ColPairs {
    /// The table.
    pub alias: Option<Alias>,
    /// The columns' fields.
    pub targets: Rc<[FieldRef]>,
    /// The fields they stand for.
    pub sources: Rc<[FieldRef]>,
    /// The composite field.
    pub output: FieldRef,
}

/// A bound value.
#[derive(Clone)]
pub struct ValueExpr {
    /// The value.
    pub value: Value,
    /// Whether it is on its way into a row.
    pub for_save: bool,
    /// Output field and the rest.
    pub common: Common,
}

/// The name inside `OuterRef`.
#[derive(Clone)]
pub enum Outer {
    /// A name.
    Name(Rc<str>),
    /// `OuterRef(OuterRef(...))`: one query further out.
    Deeper(Box<Outer>),
}

/// A slice of a named expression.
#[derive(Clone)]
pub struct Sliced {
    /// What is sliced: `F`, `OuterRef` or another slice.
    pub source: ExprRef,
    /// First character, from 1.
    pub start: i64,
    /// How many; `None` to the end.
    pub length: Option<i64>,
}

/// A reference by name.
#[derive(Clone)]
pub struct Ref {
    /// The name.
    pub name: Name,
    /// What it names.
    pub source: ExprRef,
    /// Its place in the select list, where it is written as a number.
    pub ordinal: Option<usize>,
}

/// Raw SQL, with `%s` for each parameter.
#[derive(Clone)]
pub struct RawSql {
    /// The text.
    pub sql: Rc<str>,
    /// The parameters.
    pub params: Rc<[Value]>,
    /// Output field and the rest.
    pub common: Common,
}

/// How a combined expression is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CombinedKind {
    /// `a + b`.
    Plain,
    /// A duration is involved.
    Duration,
    /// The difference of two dates or times.
    Temporal,
}

/// Two expressions and an operator.
#[derive(Clone)]
pub struct Combined {
    /// Left.
    pub lhs: ExprRef,
    /// Django's name of the operator: `+`, `-`, `*`, `/`, `^`, `%%`, `&`, `|`, `<<`, `>>`, `#`.
    pub connector: &'static str,
    /// Right.
    pub rhs: ExprRef,
    /// How it is written.
    pub kind: CombinedKind,
    /// Output field and the rest.
    pub common: Common,
}

/// A function call: also transforms and aggregates.
#[derive(Clone)]
pub struct Func {
    /// What function.
    pub row: &'static FuncRow,
    /// The arguments.
    pub args: Vec<ExprRef>,
    /// `**extra`: further values for the template (`function`, `template`, `arg_joiner` among them).
    pub extra: Rc<[(Name, Value)]>,
    /// What an aggregate has besides.
    pub aggregate: Option<AggregateParts>,
    /// Output field and the rest.
    pub common: Common,
}

/// What an aggregate has besides its arguments.
#[derive(Clone, Default)]
pub struct AggregateParts {
    /// `distinct=True`.
    pub distinct: bool,
    /// `filter=...`.
    pub filter: Option<ExprRef>,
    /// `default=...`, until it is resolved into a `Coalesce`.
    pub default: Option<Value>,
}

/// `CASE`.
#[derive(Clone)]
pub struct Case {
    /// The `When`s.
    pub cases: Vec<ExprRef>,
    /// The default.
    pub default: ExprRef,
    /// `**extra`.
    pub extra: Rc<[(Name, Value)]>,
    /// Output field and the rest.
    pub common: Common,
}

/// `WHEN`.
#[derive(Clone)]
pub struct When {
    /// The condition.
    pub condition: ExprRef,
    /// The result.
    pub result: ExprRef,
    /// Output field and the rest.
    pub common: Common,
}

/// What kind of subquery.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SubqueryKind {
    /// `Subquery(...)`: a value.
    Value,
    /// `Exists(...)`: whether there are rows.
    Exists,
}

/// A subquery as an expression.
#[derive(Clone)]
pub struct Subquery {
    /// The query; that of `Exists` selects `1` and is limited to one row already.
    pub query: Rc<Query>,
    /// What kind.
    pub kind: SubqueryKind,
    /// `**extra` (`template` among them).
    pub extra: Rc<[(Name, Value)]>,
    /// Output field and the rest.
    pub common: Common,
}

/// A window expression.
#[derive(Clone)]
pub struct Window {
    /// What is computed.
    pub source: ExprRef,
    /// `PARTITION BY`: an [`Expr::List`].
    pub partition_by: Option<ExprRef>,
    /// `ORDER BY`: an [`Expr::List`].
    pub order_by: Option<ExprRef>,
    /// The frame: an [`Expr::Frame`].
    pub frame: Option<ExprRef>,
    /// Output field and the rest.
    pub common: Common,
}

/// What a frame counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FrameKind {
    /// `RowRange`.
    Rows,
    /// `ValueRange`.
    Range,
}

/// A window's frame.
#[derive(Clone)]
pub struct Frame {
    /// What it counts.
    pub kind: FrameKind,
    /// Its start.
    pub start: Value,
    /// Its end.
    pub end: Value,
    /// `exclusion`: `CURRENT ROW`, `GROUP`, `TIES`, `NO OTHERS`.
    pub exclusion: Option<&'static str>,
}

/// How a list of expressions is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ListKind {
    /// Separated by commas.
    Plain,
    /// After `PARTITION BY`.
    PartitionBy,
    /// After `ORDER BY`.
    OrderBy,
}

/// An expression with a direction.
#[derive(Clone)]
pub struct OrderBy {
    /// The expression.
    pub expr: ExprRef,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`.
    pub nulls_first: bool,
    /// `NULLS LAST`.
    pub nulls_last: bool,
    /// The Python object of a session's own subclass.
    pub common: Common,
}

/// The right side of a lookup.
#[derive(Clone)]
pub enum Rhs {
    /// A value.
    Value(Value),
    /// An expression or query.
    Expr(ExprRef),
    /// Several, at least one of them an expression. Without expressions it is a `Value` holding a list or tuple.
    Many(Vec<Rhs>),
}

/// A comparison.
#[derive(Clone)]
pub struct Lookup {
    /// What lookup; for a session's own class, the nearest native one.
    pub row: &'static LookupRow,
    /// `lookup_name`.
    pub name: Name,
    /// Left.
    pub lhs: ExprRef,
    /// Right, prepared for the left side's field.
    pub rhs: Rhs,
    /// The transforms of the left side that apply to the right side too.
    pub bilateral: Vec<ExprRef>,
    /// Output field and the rest.
    pub common: Common,
}

/// An expression of a session's own class.
#[derive(Clone)]
pub struct Custom {
    /// The Python object, as the session made it or as it was copied since.
    pub object: Rc<Instance>,
    /// Its source expressions as they stand.
    pub children: Vec<Option<ExprRef>>,
    /// Output field and the rest.
    pub common: Common,
}

impl Rhs {
    /// As a value where it is no expression.
    pub fn as_value(&self) -> Option<&Value> {
        match self {
            Rhs::Value(v) => Some(v),
            _ => None,
        }
    }

    /// As an expression.
    pub fn as_expr(&self) -> Option<&ExprRef> {
        match self {
            Rhs::Expr(e) => Some(e),
            _ => None,
        }
    }

    /// Whether it is the Python value `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Rhs::Value(Value::None))
    }
}

impl Expr {
    /// A column whose values its own field converts.
    pub fn col(alias: Option<Alias>, target: FieldRef) -> ExprRef {
        let output = target.clone();
        Rc::new(Expr::Col(Col { alias, target, output, possibly_multivalued: false }))
    }

    /// A column whose values another field converts.
    pub fn col_as(alias: Option<Alias>, target: FieldRef, output: FieldRef) -> ExprRef {
        Rc::new(Expr::Col(Col { alias, target, output, possibly_multivalued: false }))
    }

    /// A bound value.
    pub fn value(value: impl Into<Value>) -> ExprRef {
        Rc::new(Expr::Value(ValueExpr { value: value.into(), for_save: false, common: Common::default() }))
    }

    /// A bound value of a field.
    pub fn value_of_field(value: Value, field: FieldRef) -> ExprRef {
        let common = Common { output_field: Some(field), ..Common::default() };
        Rc::new(Expr::Value(ValueExpr { value, for_save: false, common }))
    }

    /// Raw SQL.
    pub fn raw(sql: Rc<str>, params: Rc<[Value]>) -> ExprRef {
        Rc::new(Expr::RawSql(RawSql { sql, params, common: Common::default() }))
    }

    /// A reference by name.
    pub fn reference(name: Name, source: ExprRef) -> ExprRef {
        Rc::new(Expr::Ref(Ref { name, source, ordinal: None }))
    }

    /// An expression with a direction.
    pub fn order(expr: ExprRef, descending: bool) -> ExprRef {
        let common = Common::default();
        Rc::new(Expr::OrderBy(OrderBy { expr, descending, nulls_first: false, nulls_last: false, common }))
    }

    /// What it carries besides, where it is composite.
    pub fn common(&self) -> Option<&Common> {
        Some(match self {
            Expr::Value(e) => &e.common,
            Expr::RawSql(e) => &e.common,
            Expr::Combined(e) => &e.common,
            Expr::Func(e) => &e.common,
            Expr::Case(e) => &e.common,
            Expr::When(e) => &e.common,
            Expr::Subquery(e) => &e.common,
            Expr::Window(e) => &e.common,
            Expr::OrderBy(e) => &e.common,
            Expr::Lookup(e) => &e.common,
            Expr::Wrapper(_, common) | Expr::Negated(_, common) | Expr::DatabaseDefault(_, common) => common,
            Expr::Custom(e) => &e.common,
            _ => return None,
        })
    }

    /// The same, to change.
    pub fn common_mut(&mut self) -> Option<&mut Common> {
        Some(match self {
            Expr::Value(e) => &mut e.common,
            Expr::RawSql(e) => &mut e.common,
            Expr::Combined(e) => &mut e.common,
            Expr::Func(e) => &mut e.common,
            Expr::Case(e) => &mut e.common,
            Expr::When(e) => &mut e.common,
            Expr::Subquery(e) => &mut e.common,
            Expr::Window(e) => &mut e.common,
            Expr::OrderBy(e) => &mut e.common,
            Expr::Lookup(e) => &mut e.common,
            Expr::Wrapper(_, common) | Expr::Negated(_, common) | Expr::DatabaseDefault(_, common) => common,
            Expr::Custom(e) => &mut e.common,
            _ => return None,
        })
    }
}
