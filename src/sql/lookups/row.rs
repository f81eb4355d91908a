//! The rows of the lookup table.

/// How a lookup is written in SQL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The operator of its name, between the two sides.
    Operator,
    /// `=`; a boolean column alone where it is compared with True or False.
    Exact,
    /// `LIKE` without wildcards.
    IExact,
    /// `IN (...)`.
    In,
    /// `LIKE` with wildcards before and after the text.
    Pattern(bool, bool),
    /// `BETWEEN ... AND ...`.
    Range,
    /// `IS NULL` or `IS NOT NULL`.
    IsNull,
    /// A comparison of a year, as a range of dates.
    Year,
    /// JSON containment, which SQLite lacks.
    JsonContains,
    /// Whether JSON has a key, all keys (`AND`), any key (`OR`).
    HasKey(Option<&'static str>),
    /// Whether a key is missing.
    KeyIsNull,
    /// A composite key.
    Tuple,
    /// Written by the session's own class.
    Custom,
}

/// How the right side is prepared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prepare {
    /// Not at all.
    Raw,
    /// By the left side's field.
    Field,
    /// Each item by the left side's field.
    Items,
    /// Each item as text.
    Texts,
}

/// What a lookup does besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Nothing.
    Plain,
    /// Values outside a column's range meet nothing or everything.
    Integer,
    /// Model instances stand for their keys.
    Related,
    /// Hyphens count for nothing.
    Uuid,
    /// On a JSON field.
    Json,
    /// On a value inside JSON.
    Key,
    /// On a value inside JSON, as text.
    KeyText,
    /// On a value inside JSON, as a number.
    KeyNumber,
}

/// One lookup class.
pub struct LookupRow {
    /// The class's name.
    pub name: &'static str,
    /// The field or transform class it is registered on.
    pub on: &'static str,
    /// `lookup_name`.
    pub lookup_name: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// How the right side is prepared.
    pub prepare: Prepare,
    /// What it does besides.
    pub family: Family,
    /// Whether `None` is a value to compare with.
    pub can_use_none: bool,
    /// One line for help.
    pub doc: &'static str,
}

impl LookupRow {
    const fn new(
        name: &'static str,
        lookup_name: &'static str,
        kind: Kind,
        prepare: Prepare,
        doc: &'static str,
    ) -> LookupRow {
        LookupRow { name, on: "Field", lookup_name, kind, prepare, family: Family::Plain, can_use_none: false, doc }
    }

    const fn on(mut self, on: &'static str, family: Family) -> LookupRow {
        self.on = on;
        self.family = family;
        self
    }

    const fn can_use_none(mut self) -> LookupRow {
        self.can_use_none = true;
        self
    }

    /// Whether the right side goes through the field's `get_prep_value`.
    pub fn prepares(&self) -> bool {
        self.prepare != Prepare::Raw
    }

    /// Whether the right side is a list.
    pub fn is_iterable(&self) -> bool {
        matches!(self.prepare, Prepare::Items | Prepare::Texts)
    }
}

use Family as F;
use Kind as K;
use Prepare as P;

/// Every lookup, base classes before the fields that have their own.
pub const LOOKUPS: &[LookupRow] = &[
    LookupRow::new("Exact", "exact", K::Exact, P::Field, "Equal; NULL where the value is None."),
    LookupRow::new("IExact", "iexact", K::IExact, P::Raw, "Equal, whatever the case."),
    LookupRow::new("GreaterThan", "gt", K::Operator, P::Field, "Greater."),
    LookupRow::new("GreaterThanOrEqual", "gte", K::Operator, P::Field, "Greater or equal."),
    LookupRow::new("LessThan", "lt", K::Operator, P::Field, "Less."),
    LookupRow::new("LessThanOrEqual", "lte", K::Operator, P::Field, "Less or equal."),
    LookupRow::new("In", "in", K::In, P::Items, "One of a list or of a queryset's rows."),
    LookupRow::new("Contains", "contains", K::Pattern(true, true), P::Raw, "Contains the text."),
    LookupRow::new("IContains", "icontains", K::Pattern(true, true), P::Raw, "Contains the text, whatever the case."),
    LookupRow::new("StartsWith", "startswith", K::Pattern(false, true), P::Raw, "Starts with the text."),
    LookupRow::new(
        "IStartsWith",
        "istartswith",
        K::Pattern(false, true),
        P::Raw,
        "Starts with the text, whatever the case.",
    ),
    LookupRow::new("EndsWith", "endswith", K::Pattern(true, false), P::Raw, "Ends with the text."),
    LookupRow::new("IEndsWith", "iendswith", K::Pattern(true, false), P::Raw, "Ends with the text, whatever the case."),
    LookupRow::new("Range", "range", K::Range, P::Items, "Between two values, both included."),
    LookupRow::new("IsNull", "isnull", K::IsNull, P::Raw, "NULL (True) or not (False)."),
    LookupRow::new("Regex", "regex", K::Operator, P::Raw, "Matches a regular expression."),
    LookupRow::new("IRegex", "iregex", K::Operator, P::Raw, "Matches a regular expression, whatever the case."),
    // Integers.
    LookupRow::new("IntegerFieldExact", "exact", K::Exact, P::Field, "Equal.").on("IntegerField", F::Integer),
    LookupRow::new("IntegerGreaterThan", "gt", K::Operator, P::Field, "Greater.").on("IntegerField", F::Integer),
    LookupRow::new("IntegerGreaterThanOrEqual", "gte", K::Operator, P::Field, "Greater or equal.")
        .on("IntegerField", F::Integer),
    LookupRow::new("IntegerLessThan", "lt", K::Operator, P::Field, "Less.").on("IntegerField", F::Integer),
    LookupRow::new("IntegerLessThanOrEqual", "lte", K::Operator, P::Field, "Less or equal.")
        .on("IntegerField", F::Integer),
    // Relations.
    LookupRow::new("RelatedIn", "in", K::In, P::Items, "One of some objects, keys or a queryset's rows.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedExact", "exact", K::Exact, P::Field, "The object or its key.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedLessThan", "lt", K::Operator, P::Field, "A key that is less.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedGreaterThan", "gt", K::Operator, P::Field, "A key that is greater.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedGreaterThanOrEqual", "gte", K::Operator, P::Field, "A key that is greater or equal.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedLessThanOrEqual", "lte", K::Operator, P::Field, "A key that is less or equal.")
        .on("ForeignObject", F::Related),
    LookupRow::new("RelatedIsNull", "isnull", K::IsNull, P::Raw, "No object (True) or some (False).")
        .on("ForeignObject", F::Related),
    // Years, as ranges of dates.
    LookupRow::new("YearExact", "exact", K::Year, P::Field, "In the year.").on("ExtractYear", F::Plain),
    LookupRow::new("YearGt", "gt", K::Year, P::Field, "After the year.").on("ExtractYear", F::Plain),
    LookupRow::new("YearGte", "gte", K::Year, P::Field, "In the year or after.").on("ExtractYear", F::Plain),
    LookupRow::new("YearLt", "lt", K::Year, P::Field, "Before the year.").on("ExtractYear", F::Plain),
    LookupRow::new("YearLte", "lte", K::Year, P::Field, "In the year or before.").on("ExtractYear", F::Plain),
    LookupRow::new("YearExact", "exact", K::Year, P::Field, "In the ISO year.").on("ExtractIsoYear", F::Plain),
    LookupRow::new("YearGt", "gt", K::Year, P::Field, "After the ISO year.").on("ExtractIsoYear", F::Plain),
    LookupRow::new("YearGte", "gte", K::Year, P::Field, "In the ISO year or after.").on("ExtractIsoYear", F::Plain),
    LookupRow::new("YearLt", "lt", K::Year, P::Field, "Before the ISO year.").on("ExtractIsoYear", F::Plain),
    LookupRow::new("YearLte", "lte", K::Year, P::Field, "In the ISO year or before.").on("ExtractIsoYear", F::Plain),
    // UUIDs are stored without hyphens.
    LookupRow::new("UUIDIExact", "iexact", K::IExact, P::Raw, "Equal, whatever the case.").on("UUIDField", F::Uuid),
    LookupRow::new("UUIDContains", "contains", K::Pattern(true, true), P::Raw, "Contains the text.")
        .on("UUIDField", F::Uuid),
    LookupRow::new("UUIDIContains", "icontains", K::Pattern(true, true), P::Raw, "Contains the text.")
        .on("UUIDField", F::Uuid),
    LookupRow::new("UUIDStartsWith", "startswith", K::Pattern(false, true), P::Raw, "Starts with the text.")
        .on("UUIDField", F::Uuid),
    LookupRow::new("UUIDIStartsWith", "istartswith", K::Pattern(false, true), P::Raw, "Starts with the text.")
        .on("UUIDField", F::Uuid),
    LookupRow::new("UUIDEndsWith", "endswith", K::Pattern(true, false), P::Raw, "Ends with the text.")
        .on("UUIDField", F::Uuid),
    LookupRow::new("UUIDIEndsWith", "iendswith", K::Pattern(true, false), P::Raw, "Ends with the text.")
        .on("UUIDField", F::Uuid),
    // JSON.
    LookupRow::new("DataContains", "contains", K::JsonContains, P::Field, "Contains the pairs (not on SQLite).")
        .on("JSONField", F::Json),
    LookupRow::new("ContainedBy", "contained_by", K::JsonContains, P::Field, "Part of the value (not on SQLite).")
        .on("JSONField", F::Json),
    LookupRow::new("HasKey", "has_key", K::HasKey(None), P::Raw, "Has the key.").on("JSONField", F::Json),
    LookupRow::new("HasKeys", "has_keys", K::HasKey(Some(" AND ")), P::Texts, "Has all the keys.")
        .on("JSONField", F::Json),
    LookupRow::new("HasAnyKeys", "has_any_keys", K::HasKey(Some(" OR ")), P::Texts, "Has one of the keys.")
        .on("JSONField", F::Json),
    LookupRow::new("JSONExact", "exact", K::Exact, P::Field, "Equal; None is JSON's null.")
        .on("JSONField", F::Json)
        .can_use_none(),
    LookupRow::new("JSONIContains", "icontains", K::Pattern(true, true), P::Raw, "Contains the text.")
        .on("JSONField", F::Json),
    // Values inside JSON.
    LookupRow::new("KeyTransformIn", "in", K::In, P::Items, "One of a list.").on("KeyTransform", F::Key),
    LookupRow::new("KeyTransformExact", "exact", K::Exact, P::Field, "Equal; None is JSON's null.")
        .on("KeyTransform", F::Key)
        .can_use_none(),
    LookupRow::new("KeyTransformIExact", "iexact", K::IExact, P::Raw, "Equal, whatever the case.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformIsNull", "isnull", K::KeyIsNull, P::Raw, "The key is missing (True) or there.")
        .on("KeyTransform", F::Key),
    LookupRow::new("KeyTransformIContains", "icontains", K::Pattern(true, true), P::Raw, "Contains the text.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformStartsWith", "startswith", K::Pattern(false, true), P::Raw, "Starts with the text.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformIStartsWith", "istartswith", K::Pattern(false, true), P::Raw, "Starts with the text.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformEndsWith", "endswith", K::Pattern(true, false), P::Raw, "Ends with the text.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformIEndsWith", "iendswith", K::Pattern(true, false), P::Raw, "Ends with the text.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformRegex", "regex", K::Operator, P::Raw, "Matches a regular expression.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformIRegex", "iregex", K::Operator, P::Raw, "Matches a regular expression.")
        .on("KeyTransform", F::KeyText),
    LookupRow::new("KeyTransformLt", "lt", K::Operator, P::Field, "Less.").on("KeyTransform", F::KeyNumber),
    LookupRow::new("KeyTransformLte", "lte", K::Operator, P::Field, "Less or equal.").on("KeyTransform", F::KeyNumber),
    LookupRow::new("KeyTransformGt", "gt", K::Operator, P::Field, "Greater.").on("KeyTransform", F::KeyNumber),
    LookupRow::new("KeyTransformGte", "gte", K::Operator, P::Field, "Greater or equal.")
        .on("KeyTransform", F::KeyNumber),
    // Composite keys.
    LookupRow::new("TupleExact", "exact", K::Tuple, P::Raw, "All parts equal.").on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleGreaterThan", "gt", K::Tuple, P::Raw, "Greater, part by part.")
        .on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleGreaterThanOrEqual", "gte", K::Tuple, P::Raw, "Greater or equal, part by part.")
        .on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleLessThan", "lt", K::Tuple, P::Raw, "Less, part by part.").on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleLessThanOrEqual", "lte", K::Tuple, P::Raw, "Less or equal, part by part.")
        .on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleIn", "in", K::Tuple, P::Raw, "One of a list of tuples.").on("CompositePrimaryKey", F::Plain),
    LookupRow::new("TupleIsNull", "isnull", K::Tuple, P::Raw, "A part is NULL.").on("CompositePrimaryKey", F::Plain),
];

/// What a session's own lookup class is written by.
pub const CUSTOM: LookupRow = LookupRow::new("Lookup", "", Kind::Custom, Prepare::Field, "A session's own lookup.");

/// The transforms that fields have from the start: field class, lookup name, function class.
pub const TRANSFORMS: &[(&str, &str, &str)] = &[
    ("DateField", "year", "ExtractYear"),
    ("DateField", "month", "ExtractMonth"),
    ("DateField", "day", "ExtractDay"),
    ("DateField", "week_day", "ExtractWeekDay"),
    ("DateField", "iso_week_day", "ExtractIsoWeekDay"),
    ("DateField", "week", "ExtractWeek"),
    ("DateField", "iso_year", "ExtractIsoYear"),
    ("DateField", "quarter", "ExtractQuarter"),
    ("TimeField", "hour", "ExtractHour"),
    ("TimeField", "minute", "ExtractMinute"),
    ("TimeField", "second", "ExtractSecond"),
    ("DateTimeField", "hour", "ExtractHour"),
    ("DateTimeField", "minute", "ExtractMinute"),
    ("DateTimeField", "second", "ExtractSecond"),
    ("DateTimeField", "date", "TruncDate"),
    ("DateTimeField", "time", "TruncTime"),
];
