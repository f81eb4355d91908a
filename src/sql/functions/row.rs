//! The shape of a row of the function tables.

/// How a function's result type is found where none is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// That of the sources, which must agree.
    Sources,
    /// That of the first source.
    First,
    /// A field class, by name.
    Field(&'static str),
    /// Django's numeric rule: decimal if a source is, float for integers, else the sources'.
    Numeric,
}

/// What kind of class a function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// `Func`.
    Func,
    /// `Transform`: usable in lookups under its `lookup_name`.
    Transform,
    /// `Aggregate`.
    Aggregate,
}

/// What a function does differently from calling an SQL function with its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Special {
    /// Nothing.
    None,
    /// `CAST(x AS type)`.
    Cast,
    /// At least two arguments; the empty result is the first that is not NULL.
    Coalesce,
    /// At least two arguments.
    Several,
    /// `x COLLATE c`.
    Collate,
    /// Pairs of texts, NULL read as empty.
    ConcatPair,
    /// Any number of texts, as nested pairs.
    Concat,
    /// The first or last characters, as a substring.
    Left,
    /// The last characters.
    Right,
    /// Length must not be negative; a filling text.
    Pad,
    /// Number must not be negative.
    Repeat,
    /// A replacement text, empty unless given.
    Replace,
    /// Position from 1.
    Substr,
    /// A part of a date or time.
    Extract,
    /// A date or time cut to a unit.
    Trunc,
    /// The unit is an argument.
    TruncKind,
    /// The date of a datetime.
    TruncDate,
    /// The time of a datetime.
    TruncTime,
    /// Keyword arguments as an object.
    JsonObject,
    /// A value inside JSON, by key.
    KeyTransform,
    /// The same as text.
    KeyTextTransform,
    /// A precision, 0 unless given.
    Round,
    /// Counts rows or values.
    Count,
    /// Over a sample or the population: the function's name has `_POP` or `_SAMP` added.
    Spread,
    /// An earlier or later row's value.
    LagLead,
    /// The n-th row's value.
    NthValue,
    /// A number of buckets.
    Ntile,
    /// Not grouped by: gives another value each time.
    Random,
}

/// One function class of `django.db.models`: its SQL and its rules.
pub struct FuncRow {
    /// The class's name.
    pub name: &'static str,
    /// What kind of class it is.
    pub family: Family,
    /// The class's `function` attribute.
    pub function: &'static str,
    /// The function's name in SQLite, where it differs.
    pub sqlite: &'static str,
    /// The class's `template`, where it is not the family's.
    pub template: &'static str,
    /// What stands between arguments.
    pub joiner: &'static str,
    /// How many arguments it takes, where that is fixed.
    pub arity: Option<usize>,
    /// Its result type.
    pub output: Output,
    /// Its name in lookups (or its fixed part or unit); empty for none.
    pub lookup: &'static str,
    /// The constructor's parameters.
    pub signature: &'static str,
    /// Whether it can stand before `OVER`.
    pub window: bool,
    /// Whether SQLite's cast of decimals is left out.
    pub uncast: bool,
    /// What it does differently.
    pub special: Special,
    /// One line for help.
    pub doc: &'static str,
}

const ANY: &str = "(self, *expressions, output_field=None, **extra)";

impl FuncRow {
    const fn new(name: &'static str, family: Family, function: &'static str, doc: &'static str) -> FuncRow {
        FuncRow {
            name,
            family,
            function,
            sqlite: "",
            template: "",
            joiner: ", ",
            arity: None,
            output: Output::Sources,
            lookup: "",
            signature: ANY,
            window: false,
            uncast: false,
            special: Special::None,
            doc,
        }
    }

    /// A plain function.
    pub const fn func(name: &'static str, function: &'static str, doc: &'static str) -> FuncRow {
        FuncRow::new(name, Family::Func, function, doc)
    }

    /// A function of one argument that is a lookup too.
    pub const fn transform(
        name: &'static str,
        function: &'static str,
        lookup: &'static str,
        doc: &'static str,
    ) -> FuncRow {
        let mut row = FuncRow::new(name, Family::Transform, function, doc);
        row.lookup = lookup;
        row.arity = Some(1);
        row
    }

    /// An aggregate of one argument.
    pub const fn aggregate(name: &'static str, function: &'static str, doc: &'static str) -> FuncRow {
        let mut row = FuncRow::new(name, Family::Aggregate, function, doc);
        row.arity = Some(1);
        row.window = true;
        row.template = "%(function)s(%(distinct)s%(expressions)s)";
        row.signature = "(self, *expressions, distinct=False, filter=None, default=None, **extra)";
        row
    }

    /// With a result type.
    pub const fn gives(mut self, output: Output) -> FuncRow {
        self.output = output;
        self
    }

    /// With a fixed result field class.
    pub const fn gives_field(mut self, field: &'static str) -> FuncRow {
        self.output = Output::Field(field);
        self
    }

    /// With another name in SQLite.
    pub const fn in_sqlite(mut self, name: &'static str) -> FuncRow {
        self.sqlite = name;
        self
    }

    /// With a number of arguments.
    pub const fn takes(mut self, arity: usize) -> FuncRow {
        self.arity = Some(arity);
        self
    }

    /// With any number of arguments.
    pub const fn takes_any(mut self) -> FuncRow {
        self.arity = None;
        self
    }

    /// With a constructor of its own.
    pub const fn made_by(mut self, signature: &'static str, special: Special) -> FuncRow {
        self.signature = signature;
        self.special = special;
        self
    }

    /// With a template of its own.
    pub const fn written(mut self, template: &'static str) -> FuncRow {
        self.template = template;
        self
    }

    /// Usable before `OVER`.
    pub const fn over(mut self) -> FuncRow {
        self.window = true;
        self
    }

    /// Without SQLite's cast of decimals.
    pub const fn uncast(mut self) -> FuncRow {
        self.uncast = true;
        self
    }

    /// The function's name in SQLite.
    pub fn sql_name(&self) -> &'static str {
        if self.sqlite.is_empty() { self.function } else { self.sqlite }
    }
}
