//! What a query's rows hold: the columns, and which of them make which object.

use std::cell::RefCell;

use crate::db::{Row, plain_or_last};
use crate::models::{Converter, FieldRef, ModelRef};
use crate::object::{Res, Rt, Str, Value};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{Expr, ExprRef};

/// One item of the select list.
#[derive(Clone)]
pub struct SelectItem {
    /// What is selected.
    pub expr: ExprRef,
    /// `AS ...`.
    pub alias: Option<Name>,
}

/// How a related object hangs on the object before it.
#[derive(Clone)]
pub enum Link {
    /// It is the query's own model.
    Base,
    /// The object before has the foreign key.
    Forward,
    /// This object has the unique foreign key.
    Reverse,
    /// Through a `FilteredRelation` of this name; `sets_back` says whether the object before is cached on this one.
    Filtered {
        /// The relation's name.
        name: Name,
        /// Whether the object before is set on this one.
        sets_back: bool,
    },
}

/// Which columns make an object, and which objects are related to it.
#[derive(Clone)]
pub struct KlassInfo {
    /// The object's model.
    pub model: ModelRef,
    /// Places of its columns in the select list.
    pub select_fields: Vec<usize>,
    /// The field it is reached by: the one with the foreign key.
    pub field: Option<FieldRef>,
    /// How it is reached.
    pub link: Link,
    /// Whether it is a child of the model before, whose columns it shares.
    pub from_parent: bool,
    /// Objects related to it.
    pub related: Vec<KlassInfo>,
}

/// What a query's rows hold.
#[derive(Clone, Default)]
pub struct SelectPlan {
    /// The select list; what ordering added behind it is left out.
    pub select: Vec<SelectItem>,
    /// The object that a row makes; `None` where only single values are selected.
    pub klass_info: Option<KlassInfo>,
    /// Names and places of annotations, extra columns and `values()`.
    pub annotation_cols: Vec<(Name, usize)>,
}

impl KlassInfo {
    /// Puts the parent's columns before those of children that share them.
    pub(super) fn share_parents_columns(&mut self) {
        for child in &mut self.related {
            if child.from_parent {
                let mut fields = self.select_fields.clone();
                fields.append(&mut child.select_fields);
                child.select_fields = fields;
            }
            child.share_parents_columns();
        }
    }
}

impl SelectPlan {
    /// What turns the rows' values into Python's. Errors: an expression whose type is unknown.
    pub fn decoder(&self, rt: &Rt) -> Res<Decoder> {
        Decoder::new(rt, self.select.iter().map(|s| &s.expr))
    }
}

enum Column {
    One(usize, Converter),
    /// A value as SQLite gives it, with the last text that was read: columns repeat themselves.
    Plain(usize, RefCell<Str>),
    /// A composite key: several columns make a tuple.
    Tuple(Vec<(usize, Converter)>),
}

impl Column {
    #[inline]
    fn read(&self, rt: &Rt, row: &Row<'_>) -> Res<Value> {
        match self {
            Column::One(at, converter) => converter.convert(rt, row.raw(*at)),
            Column::Plain(at, last) => plain_or_last(row.raw(*at), &mut last.borrow_mut()),
            Column::Tuple(parts) => {
                let mut values = Vec::with_capacity(parts.len());
                for (at, converter) in parts {
                    values.push(converter.convert(rt, row.raw(*at))?);
                }
                Ok(Value::tuple(values))
            }
        }
    }
}

/// Turns the values of a row into Python's: one converter a column, picked once a query.
pub struct Decoder {
    columns: Vec<Column>,
    /// Whether each value is the column of its own place: there are no composite keys.
    straight: bool,
}

impl Decoder {
    /// For these expressions in this order.
    pub fn new<'a>(rt: &Rt, exprs: impl Iterator<Item = &'a ExprRef>) -> Res<Decoder> {
        let mut columns = Vec::new();
        let mut at = 0;
        for expr in exprs {
            if let Expr::ColPairs(pairs) = &**expr {
                let mut parts = Vec::new();
                for (target, source) in pairs.targets.iter().zip(pairs.sources.iter()) {
                    let col = Expr::col_as(pairs.alias, target.clone(), source.clone());
                    parts.push((at, expressions::converter(rt, &col)?));
                    at += 1;
                }
                columns.push(Column::Tuple(parts));
            } else {
                columns.push(match expressions::converter(rt, expr)? {
                    Converter::Plain => Column::Plain(at, RefCell::new(Str::from(""))),
                    converter => Column::One(at, converter),
                });
                at += 1;
            }
        }
        let straight = columns.iter().all(|c| !matches!(c, Column::Tuple(_)));
        Ok(Decoder { columns, straight })
    }

    /// How many values a row has.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether a row has none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// One value of a row. `None` (Python's) beyond the end.
    pub fn value(&self, rt: &Rt, row: &Row<'_>, place: usize) -> Res<Value> {
        self.columns.get(place).map_or(Ok(Value::None), |column| column.read(rt, row))
    }

    /// All values of a row.
    pub fn row(&self, rt: &Rt, row: &Row<'_>) -> Res<Vec<Value>> {
        self.part(rt, row, 0..self.columns.len())
    }

    /// The values of some places of a row.
    pub fn part(&self, rt: &Rt, row: &Row<'_>, places: std::ops::Range<usize>) -> Res<Vec<Value>> {
        let mut out = Vec::with_capacity(places.len());
        self.each(rt, row, places, |value| out.push(value))?;
        Ok(out)
    }

    /// Hands on the values of some places of a row, one after another.
    #[inline]
    pub fn each(&self, rt: &Rt, row: &Row<'_>, places: std::ops::Range<usize>, mut to: impl FnMut(Value)) -> Res<()> {
        for column in self.columns.get(places).unwrap_or_default() {
            to(column.read(rt, row)?);
        }
        Ok(())
    }

    /// All values of a row that was read already.
    pub fn values(&self, rt: &Rt, mut row: Vec<Value>) -> Res<Vec<Value>> {
        if self.straight && row.len() == self.columns.len() {
            for (value, column) in row.iter_mut().zip(&self.columns) {
                if let Column::One(_, converter) = column {
                    *value = converter.apply(rt, std::mem::take(value))?;
                }
            }
            return Ok(row);
        }
        let mut row: Vec<Option<Value>> = row.into_iter().map(Some).collect();
        let mut take = |at: usize| row.get_mut(at).and_then(Option::take).unwrap_or_default();
        let mut out = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            out.push(match column {
                Column::One(at, converter) => converter.apply(rt, take(*at))?,
                Column::Plain(at, _) => take(*at),
                Column::Tuple(parts) => {
                    Value::tuple(parts.iter().map(|(at, c)| c.apply(rt, take(*at))).collect::<Res<Vec<_>>>()?)
                }
            });
        }
        Ok(out)
    }
}
