use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::models::{FieldRef, ModelRef};
use crate::object::Value;
use crate::source::Name;

use super::alias::{Alias, AliasSet};
use super::expr::{ExprRef, RawSql};
use super::node::{FilteredRelation, Where};

/// Annotations by name, in the order they were added.
pub type Annotations = IndexMap<Name, ExprRef, FxBuildHasher>;

/// `extra(select=...)` by name: text and parameters.
pub type Extra = IndexMap<Name, Rc<RawSql>, FxBuildHasher>;

/// A table's name in the database, and its aliases in order.
pub type TableAliases = (Rc<str>, SmallVec<[Alias; 2]>);

/// No upper limit.
pub const LIMIT_NONE: Option<u64> = None;

/// How a table is in the query.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JoinKind {
    /// The first table.
    Base,
    /// `INNER JOIN`.
    Inner,
    /// `LEFT OUTER JOIN`.
    Outer,
}

/// A table of a query: the base table or a join.
#[derive(Clone)]
pub struct Table {
    /// Its name in the database.
    pub table_name: Rc<str>,
    /// Its name in the query.
    pub alias: Alias,
    /// How it is joined.
    pub kind: JoinKind,
    /// The table it is joined to.
    pub parent: Option<Alias>,
    /// The relation that joins it.
    pub join_field: Option<FieldRef>,
    /// Whether the relation can be empty.
    pub nullable: bool,
    /// The condition it is joined with besides.
    pub filtered_relation: Option<Rc<FilteredRelation>>,
    /// How many parts of the query use it; with none it is left out of the SQL.
    pub refs: i32,
}

/// What a query groups by.
#[derive(Clone, Default)]
pub enum GroupBy {
    /// Nothing.
    #[default]
    None,
    /// All fields of the model.
    Model,
    /// At least these.
    Exprs(Rc<Vec<ExprRef>>),
}

/// A set operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Combinator {
    /// `UNION`.
    Union,
    /// `INTERSECT`.
    Intersection,
    /// `EXCEPT`.
    Difference,
}

impl Combinator {
    /// Django's name.
    pub fn name(self) -> &'static str {
        match self {
            Combinator::Union => "union",
            Combinator::Intersection => "intersection",
            Combinator::Difference => "difference",
        }
    }

    /// SQL's name.
    pub fn sql(self) -> &'static str {
        match self {
            Combinator::Union => "UNION",
            Combinator::Intersection => "INTERSECT",
            Combinator::Difference => "EXCEPT",
        }
    }
}

/// One item of an ordering.
#[derive(Clone)]
pub enum Ordering {
    /// `name`, `-name`, `rel__name`, `?`.
    Name(Rc<str>),
    /// An expression.
    Expr(ExprRef),
}

/// A tree of names: what `select_related` and deferred loading name.
#[derive(Clone, Default, Debug)]
pub struct Tree(pub IndexMap<Name, Tree, FxBuildHasher>);

impl Tree {
    /// Adds a path `a__b__c`.
    pub fn add(&mut self, path: &str) {
        let mut at = self;
        for part in path.split("__") {
            at = at.0.entry(Name::new(part)).or_default();
        }
    }

    /// Whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Which related objects are selected too.
#[derive(Clone, Default)]
pub enum SelectRelated {
    /// None.
    #[default]
    No,
    /// All that cannot be null.
    All,
    /// Those named.
    Fields(Rc<Tree>),
}

/// What one name of `values()` stands for.
#[derive(Clone)]
pub enum Selected {
    /// A column: its place in `select`.
    Column(usize),
    /// An annotation.
    Annotation(Name),
    /// `extra(select=...)`.
    Extra(Rc<RawSql>),
}

/// `explain()`.
#[derive(Clone)]
pub struct Explain {
    /// `format`.
    pub format: Option<String>,
    /// Further options.
    pub options: Vec<(Name, Value)>,
}

/// A query. Cloning it copies reference counts; changing one of its pieces copies that piece.
#[derive(Clone)]
pub struct Query {
    /// The model; `None` for a query without tables (constraint checks).
    pub model: Option<ModelRef>,
    /// The base table and the joins, in order.
    pub tables: Rc<Vec<Table>>,
    /// Each database table's aliases, in order.
    pub table_map: Rc<Vec<TableAliases>>,
    /// Letters of the aliases: `T`, `U` in a subquery.
    pub alias_prefix: Name,
    /// The letters that subqueries have used.
    pub subq_aliases: Rc<Vec<Name>>,
    /// Aliases of outer queries, and whether they are aliases rather than table names.
    pub external_aliases: Rc<IndexMap<Alias, bool, FxBuildHasher>>,
    /// The joins that the present filter may reuse.
    pub used_aliases: AliasSet,
    /// Whether columns are written with their table.
    pub alias_cols: bool,
    /// The conditions.
    pub where_: Rc<Where>,
    /// Whether the model's own columns are selected.
    pub default_cols: bool,
    /// Columns selected in place of the model's own.
    pub select: Rc<Vec<ExprRef>>,
    /// The names of `values()` that `select` stands for.
    pub values_select: Rc<Vec<Name>>,
    /// The names of `values()` in order, annotations and extra ones included; `None` without `values()`.
    pub selected: Option<Rc<IndexMap<Name, Selected, FxBuildHasher>>>,
    /// The annotations.
    pub annotations: Rc<Annotations>,
    /// Those of them that are selected; `None` for all.
    pub annotation_mask: Option<Rc<IndexSet<Name, FxBuildHasher>>>,
    /// `FilteredRelation`s by name.
    pub filtered_relations: Rc<IndexMap<Name, Rc<FilteredRelation>, FxBuildHasher>>,
    /// What it groups by.
    pub group_by: GroupBy,
    /// The ordering.
    pub order_by: Rc<Vec<Ordering>>,
    /// Whether the model's ordering applies where there is none.
    pub default_ordering: bool,
    /// Whether the ordering is not reversed.
    pub standard_ordering: bool,
    /// Rows left out at the start.
    pub low_mark: u64,
    /// One past the last row.
    pub high_mark: Option<u64>,
    /// `distinct()`.
    pub distinct: bool,
    /// `distinct('a', 'b')`.
    pub distinct_fields: Rc<Vec<Rc<str>>>,
    /// `select_for_update()`; SQLite ignores it.
    pub select_for_update: bool,
    /// Which related objects are selected too.
    pub select_related: SelectRelated,
    /// How deep `select_related()` without names goes.
    pub max_depth: u32,
    /// Names deferred, or the only ones to load.
    pub deferred: Rc<IndexSet<Name, FxBuildHasher>>,
    /// Whether `deferred` names what is left out (and not what is loaded).
    pub defer: bool,
    /// The set operation.
    pub combinator: Option<Combinator>,
    /// `UNION ALL`.
    pub combinator_all: bool,
    /// What is combined.
    pub combined_queries: Rc<Vec<Query>>,
    /// `extra(select=...)`.
    pub extra: Rc<Extra>,
    /// Those of them that are selected; `None` for all.
    pub extra_mask: Option<Rc<IndexSet<Name, FxBuildHasher>>>,
    /// `extra(tables=...)`.
    pub extra_tables: Rc<Vec<Rc<str>>>,
    /// `extra(order_by=...)`.
    pub extra_order_by: Rc<Vec<Ordering>>,
    /// Whether it stands inside another query, in parentheses.
    pub subquery: bool,
    /// Whether the next filter may reuse this one's joins (related managers).
    pub filter_is_sticky: bool,
    /// The database that its queryset was told to use, where it is an operand.
    pub db: Option<Name>,
    /// `explain()`.
    pub explain: Option<Rc<Explain>>,
    /// The joins that the last filter's names made: what `split_exclude` trims.
    pub lookup_joins: AliasSet,
    /// The annotations that are being computed by `aggregate()`.
    pub summaries: Rc<IndexSet<Name, FxBuildHasher>>,
}

impl Query {
    /// A query of all rows of a model. All new queries share their empty pieces.
    pub fn new(model: Option<ModelRef>) -> Query {
        thread_local! {
            static BLANK: Query = Query::blank();
        }
        BLANK.with(|blank| Query { model, ..blank.clone() })
    }

    fn blank() -> Query {
        Query {
            model: None,
            tables: Rc::default(),
            table_map: Rc::default(),
            alias_prefix: Name::new("T"),
            subq_aliases: Rc::new(vec![Name::new("T")]),
            external_aliases: Rc::default(),
            used_aliases: AliasSet::default(),
            alias_cols: true,
            where_: Rc::default(),
            default_cols: true,
            select: Rc::default(),
            values_select: Rc::default(),
            selected: None,
            annotations: Rc::default(),
            annotation_mask: None,
            filtered_relations: Rc::default(),
            group_by: GroupBy::None,
            order_by: Rc::default(),
            default_ordering: true,
            standard_ordering: true,
            low_mark: 0,
            high_mark: LIMIT_NONE,
            distinct: false,
            distinct_fields: Rc::default(),
            select_for_update: false,
            select_related: SelectRelated::No,
            max_depth: 5,
            deferred: Rc::default(),
            defer: true,
            combinator: None,
            combinator_all: false,
            combined_queries: Rc::default(),
            extra: Rc::default(),
            extra_mask: None,
            extra_tables: Rc::default(),
            extra_order_by: Rc::default(),
            subquery: false,
            filter_is_sticky: false,
            db: None,
            explain: None,
            lookup_joins: AliasSet::default(),
            summaries: Rc::default(),
        }
    }

    /// Whether it is as [`Query::new`] made it, its ordering aside.
    pub fn is_blank(&self) -> bool {
        self.tables.is_empty()
            && self.where_.is_empty()
            && self.default_cols
            && self.select.is_empty()
            && self.selected.is_none()
            && self.annotations.is_empty()
            && self.annotation_mask.is_none()
            && self.filtered_relations.is_empty()
            && matches!(self.group_by, GroupBy::None)
            && !self.is_sliced()
            && !self.distinct
            && self.distinct_fields.is_empty()
            && matches!(self.select_related, SelectRelated::No)
            && self.deferred.is_empty()
            && self.defer
            && self.combinator.is_none()
            && self.extra.is_empty()
            && self.extra_mask.is_none()
            && self.extra_tables.is_empty()
            && self.extra_order_by.is_empty()
            && self.external_aliases.is_empty()
            && self.alias_cols
            && !self.subquery
            && self.explain.is_none()
            && !self.filter_is_sticky
    }

    /// The table of an alias.
    pub fn table(&self, alias: Alias) -> Option<&Table> {
        self.tables.iter().find(|t| t.alias == alias)
    }

    /// The table of an alias, to change.
    pub fn table_mut(&mut self, alias: Alias) -> Option<&mut Table> {
        Rc::make_mut(&mut self.tables).iter_mut().find(|t| t.alias == alias)
    }

    /// The selected annotations, in order.
    pub fn annotation_select(&self) -> impl Iterator<Item = (Name, &ExprRef)> {
        let mask = self.annotation_mask.as_deref();
        self.annotations.iter().filter(move |(name, _)| mask.is_none_or(|m| m.contains(*name))).map(|(n, e)| (*n, e))
    }

    /// A selected annotation.
    pub fn selected_annotation(&self, name: Name) -> Option<&ExprRef> {
        if self.annotation_mask.as_deref().is_some_and(|m| !m.contains(&name)) {
            return None;
        }
        self.annotations.get(&name)
    }

    /// The selected `extra` columns, in order.
    pub fn extra_select(&self) -> impl Iterator<Item = (Name, &Rc<RawSql>)> {
        let mask = self.extra_mask.as_deref();
        self.extra.iter().filter(move |(name, _)| mask.is_none_or(|m| m.contains(*name))).map(|(n, e)| (*n, e))
    }

    /// Whether rows are left out at either end.
    pub fn is_sliced(&self) -> bool {
        self.low_mark != 0 || self.high_mark.is_some()
    }

    /// Whether `values()` named what is selected.
    pub fn has_select_fields(&self) -> bool {
        self.selected.is_some()
    }
}
