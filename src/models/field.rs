//! A field: options, the functions of its type, and its place in a model.

use std::any::Any;
use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::{Rc, Weak};

use super::arguments::Given;
use super::hooks::Hooks;
use super::options::{Model, ModelRef};
use super::relations::{Relation, RelationKind};
use crate::db::Raw;
use crate::object::{CallArgs, Class, Dict, Error, Exc, Instance, Payload, Res, Rt, Value, ops};
use crate::source::Name;

/// A shared field.
pub type FieldRef = Rc<Field>;

/// The payload of a field's Python object.
pub struct FieldObject(pub FieldRef);

/// The field behind a Python field object (a reverse relation's object included).
pub fn field_of(value: &Value) -> Option<FieldRef> {
    value.native::<FieldObject>().map(|f| f.0.clone())
}

/// How a column's value becomes Python's, picked once a column.
#[derive(Clone)]
pub enum Converter {
    /// As SQLite gives it.
    Plain,
    /// A function of the value alone.
    With(fn(&Rt, Value) -> Res<Value>),
    /// A function of the value and the field.
    OfField(fn(&Rt, &Field, Value) -> Res<Value>, FieldRef),
    /// A function of the text and the field, and one for whatever is no text.
    OfText(fn(&Rt, &Field, &str) -> Res<Value>, fn(&Rt, &Field, Value) -> Res<Value>, FieldRef),
    /// The session's own `from_db_value(self, value, expression, connection)` after the type's converter.
    Custom(Box<Converter>, Value),
}

/// Values that a native field stores and reads as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PlainKind {
    Text,
    Int,
    Bool,
}

/// One field type: a row of the table of field types.
pub struct FieldRow {
    /// The class's name.
    pub name: &'static str,
    /// The type it derives from.
    pub base: Option<&'static FieldRow>,
    /// `__module__` of the class.
    pub module: &'static str,
    /// `get_internal_type()`.
    pub internal_type: &'static str,
    /// The parameters of `__init__` that can be passed by position, in order.
    pub positional: &'static [&'static str],
    /// Further parameters of its own, by keyword.
    pub keywords: &'static [&'static str],
    /// One line for help: the field's `description`.
    pub doc: &'static str,
    /// Whether empty text stands for no value.
    pub empty_strings: bool,
    /// `default_error_messages` of its own.
    pub messages: &'static [(&'static str, &'static str)],
    /// The type's functions.
    pub ops: FieldOps,
}

/// The functions of a field type. A `None` is inherited from the base type.
#[derive(Clone, Copy)]
#[allow(clippy::type_complexity)]
pub struct FieldOps {
    /// Changes the arguments of `__init__` before they are read, and checks them.
    pub arguments: Option<fn(&Rt, &FieldRef, &mut Given) -> Res<()>>,
    /// `to_python`.
    pub to_python: Option<fn(&Rt, &FieldRef, &Value) -> Res<Value>>,
    /// `get_prep_value`.
    pub get_prep_value: Option<fn(&Rt, &FieldRef, &Value) -> Res<Value>>,
    /// What a prepared value becomes for SQLite (a date becomes text).
    pub adapt: Option<fn(&Rt, &FieldRef, Value) -> Res<Value>>,
    /// What SQLite's value becomes.
    pub from_db: Option<fn(&Rt, &Field, Value) -> Res<Value>>,
    /// The same for text, which is not copied first. Whatever is no text goes to `from_db`.
    pub from_text: Option<fn(&Rt, &Field, &str) -> Res<Value>>,
    /// `pre_save`.
    pub pre_save: Option<fn(&Rt, &FieldRef, &Value, bool) -> Res<Value>>,
    /// `value_to_string`.
    pub value_to_string: Option<fn(&Rt, &FieldRef, &Value) -> Res<String>>,
}

/// No functions: all are the base type's.
pub const INHERITED: FieldOps = FieldOps {
    arguments: None,
    to_python: None,
    get_prep_value: None,
    adapt: None,
    from_db: None,
    from_text: None,
    pre_save: None,
    value_to_string: None,
};

impl FieldRow {
    /// The nearest of the type's functions along its line.
    pub fn op<T>(&self, pick: impl Fn(&FieldOps) -> Option<T>) -> Option<T> {
        let mut row = self;
        loop {
            if let Some(found) = pick(&row.ops) {
                return Some(found);
            }
            row = row.base?;
        }
    }

    /// Whether this type is or derives from another.
    pub fn is_a(&self, name: &str) -> bool {
        let mut row = self;
        loop {
            if row.name == name {
                return true;
            }
            match row.base {
                Some(base) => row = base,
                None => return false,
            }
        }
    }
}

/// `choices` as given and flattened.
#[derive(Clone, Default)]
pub struct Choices {
    /// The pairs and groups as a list, as `field.choices` shows them.
    pub value: Value,
    /// Value and label of each, groups flattened.
    pub flat: Vec<(Value, Value)>,
}

/// The options of a field, as its `__init__` took them.
#[derive(Clone, Default)]
#[allow(missing_docs)]
pub struct FieldOptions {
    pub verbose_name: Option<Value>,
    pub given_verbose_name: Option<Value>,
    pub primary_key: bool,
    pub max_length: Option<i64>,
    pub unique: bool,
    pub blank: bool,
    pub null: bool,
    pub db_index: bool,
    pub default: Option<Value>,
    pub db_default: Option<Value>,
    pub editable: bool,
    pub serialize: bool,
    pub unique_for_date: Option<Name>,
    pub unique_for_month: Option<Name>,
    pub unique_for_year: Option<Name>,
    pub choices: Option<Choices>,
    pub help_text: Value,
    pub db_column: Option<Rc<str>>,
    pub db_tablespace: Option<Rc<str>>,
    pub db_comment: Option<Rc<str>>,
    pub db_collation: Option<Rc<str>>,
    pub auto_created: bool,
    pub validators: Vec<Value>,
    pub error_messages: Vec<(Rc<str>, Value)>,
    pub auto_now: bool,
    pub auto_now_add: bool,
    pub max_digits: Option<i64>,
    pub decimal_places: Option<i64>,
    pub protocol: Option<Rc<str>>,
    pub unpack_ipv4: bool,
    pub allow_unicode: bool,
    pub encoder: Value,
    pub decoder: Value,
    pub upload_to: Value,
    pub storage: Value,
    pub path: Value,
    /// `match`, `recursive`, `allow_files`, `allow_folders`, `width_field`, `height_field` and whatever else has no
    /// meaning for a query: kept for attributes and help.
    pub extra: Vec<(Name, Value)>,
    /// `GeneratedField`: the expression as given.
    pub expression: Option<Value>,
    /// `GeneratedField(output_field=...)`.
    pub output_field: Option<Value>,
    /// `GeneratedField(db_persist=...)`.
    pub db_persist: Option<bool>,
    /// `CompositePrimaryKey(*names)`.
    pub field_names: Vec<Name>,
}

/// A field: of a model, or free (an expression's output field).
pub struct Field {
    /// The Python class, perhaps a session's subclass. Lookups are found by walking its method resolution order.
    pub class: Rc<Class>,
    /// The nearest native field type.
    pub row: &'static FieldRow,
    /// The Python object, made when first asked for where the field was made natively.
    pub object: RefCell<Option<Value>>,
    /// The name in the model; none while free.
    pub name_cell: Cell<Option<Name>>,
    /// The attribute that holds the column's value (`author_id`).
    pub attname_cell: Cell<Option<Name>>,
    /// The column.
    pub column_cell: RefCell<Option<Rc<str>>>,
    /// The model it belongs to.
    pub model_cell: RefCell<Option<Weak<Model>>>,
    /// Orders fields of one model; negative for those made by the model itself.
    pub creation_counter: Cell<i64>,
    /// The options.
    pub options: RefCell<FieldOptions>,
    /// Of a foreign key, a many-to-many, a reverse relation, a generic one.
    pub relation: OnceCell<Relation>,
    /// What a session's `get_internal_type` said.
    pub internal_cell: OnceCell<&'static str>,
    /// Picked at first use.
    pub converter_cell: OnceCell<Converter>,
    /// What an upper layer keeps with the field (a descriptor, a compiled column).
    pub note: OnceCell<Rc<dyn Any>>,
}

impl Field {
    /// A field of a class, not yet initialised.
    pub fn new(class: Rc<Class>, row: &'static FieldRow) -> FieldRef {
        Rc::new(Field {
            class,
            row,
            object: RefCell::default(),
            name_cell: Cell::default(),
            attname_cell: Cell::default(),
            column_cell: RefCell::default(),
            model_cell: RefCell::default(),
            creation_counter: Cell::new(0),
            options: RefCell::new(FieldOptions { editable: true, serialize: true, ..FieldOptions::default() }),
            relation: OnceCell::new(),
            internal_cell: OnceCell::new(),
            converter_cell: OnceCell::new(),
            note: OnceCell::new(),
        })
    }

    /// The options, to look at for a moment.
    pub fn options(&self) -> Ref<'_, FieldOptions> {
        self.options.borrow()
    }

    /// The name in the model; empty while free.
    pub fn name(&self) -> Name {
        if let Some(forward) = self.relation.get().and_then(|r| r.forward.get()).and_then(Weak::upgrade) {
            return forward.related_query_name();
        }
        self.name_cell.get().unwrap_or_else(|| Name::new(""))
    }

    /// The attribute that holds the column's value (`author_id`).
    pub fn attname(&self) -> Name {
        self.attname_cell.get().unwrap_or_else(|| self.name())
    }

    /// The column; `None` where the field has none (many-to-many, generic relations).
    pub fn column(&self) -> Option<Rc<str>> {
        self.column_cell.borrow().clone()
    }

    /// The model, where the field belongs to one.
    pub fn model(&self) -> Option<ModelRef> {
        self.model_cell.borrow().as_ref().and_then(Weak::upgrade)
    }

    /// A free field of a native type, cached: for `output_field`. Names that are no field type give `Field`.
    pub fn plain(rt: &Rt, type_name: &str) -> FieldRef {
        super::classes::plain(rt, type_name)
    }

    /// The Python object.
    pub fn object(self: &Rc<Self>, rt: &Rt) -> Value {
        if let Some(object) = &*self.object.borrow() {
            return object.clone();
        }
        let object = rt.object_of(self.class.clone(), FieldObject(self.clone()));
        *self.object.borrow_mut() = Some(object.clone());
        object
    }

    /// `get_internal_type()`: the nearest native type's, or what a session's override gives.
    pub fn internal_type(&self) -> &'static str {
        self.internal_cell.get().copied().unwrap_or(self.row.internal_type)
    }

    /// Asks a session's `get_internal_type` once.
    pub fn learn_internal_type(self: &Rc<Self>, rt: &Rt) -> Res<()> {
        if self.internal_cell.get().is_none() && self.overrides("get_internal_type").is_some() {
            let given = self.call(rt, "get_internal_type", [])?;
            if let Some(text) = given.as_str() {
                // A type that no row knows has no column type either, so that its name does not matter.
                let known = super::fields::find(text).map_or("", |row| row.internal_type);
                let _ = self.internal_cell.set(known);
            }
        }
        Ok(())
    }

    /// Whether a column may be NULL.
    pub fn null(&self) -> bool {
        self.options.borrow().null
    }

    /// Whether values are unique (a primary key's are).
    pub fn unique(&self) -> bool {
        let o = self.options.borrow();
        o.unique || o.primary_key
    }

    /// Whether this is the primary key.
    pub fn primary_key(&self) -> bool {
        self.options.borrow().primary_key
    }

    /// Whether the field has a column of its own.
    pub fn concrete(&self) -> bool {
        self.column_cell.borrow().is_some()
    }

    /// Whether this is a relation of any kind.
    pub fn is_relation(&self) -> bool {
        self.relation.get().is_some()
    }

    /// Whether the class, or an ancestor that is no native class, defines a method of its own.
    pub fn overrides(&self, method: &str) -> Option<Value> {
        if !self.class.is_heap {
            return None;
        }
        let name = Name::new(method);
        self.class.mro().take_while(|c| c.is_heap).find_map(|c| c.own(name))
    }

    /// Calls a method of the field's Python object.
    pub fn call<const N: usize>(self: &Rc<Self>, rt: &Rt, method: &str, args: [Value; N]) -> Res<Value> {
        ops::call_method(rt, &self.object(rt), Name::new(method), CallArgs::new(args))
    }

    /// `get_prep_value(value)`: an override of the session first.
    pub fn get_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if self.class.is_heap && self.overrides("get_prep_value").is_some() {
            return self.call(rt, "get_prep_value", [value.clone()]);
        }
        self.native_prep_value(rt, value)
    }

    /// The type's own `get_prep_value`.
    pub fn native_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if let Value::Obj(o) = value
            && o.class().is_heap
            && &*o.class().name() == "__proxy__"
        {
            // What `lazy()` gave is worked out now.
            let plain = ops::call_method(rt, value, "_value".into(), CallArgs::none())?;
            return self.native_prep_value(rt, &plain);
        }
        match self.row.op(|o| o.get_prep_value) {
            Some(f) => f(rt, self, value),
            None => Ok(value.clone()),
        }
    }

    /// `get_db_prep_value(value, connection, prepared)`: what is bound as a parameter.
    pub fn get_db_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value, prepared: bool) -> Res<Value> {
        if self.class.is_heap && self.overrides("get_db_prep_value").is_some() {
            let args = CallArgs::new([value.clone()])
                .with("connection", crate::db::python::connection(rt))
                .with("prepared", prepared);
            return ops::call_method(rt, &self.object(rt), "get_db_prep_value".into(), args);
        }
        self.native_db_prep_value(rt, value, prepared)
    }

    /// The type's own `get_db_prep_value`.
    pub fn native_db_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value, prepared: bool) -> Res<Value> {
        let value = if prepared { value.clone() } else { self.get_prep_value(rt, value)? };
        if value.is_none() {
            return Ok(value);
        }
        match self.row.op(|o| o.adapt) {
            Some(f) => f(rt, self, value),
            None => Ok(value),
        }
    }

    /// `get_db_prep_save(value, connection)`. Expressions come back as they are.
    pub fn get_db_prep_save(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if self.class.is_heap && self.overrides("get_db_prep_save").is_some() {
            let args = CallArgs::new([value.clone()]).with("connection", crate::db::python::connection(rt));
            return ops::call_method(rt, &self.object(rt), "get_db_prep_save".into(), args);
        }
        self.native_db_prep_save(rt, value)
    }

    /// The type's own `get_db_prep_save`.
    pub fn native_db_prep_save(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if let Value::Obj(o) = value
            && o.base().is_none()
            && o.class().lookup("as_sql".into()).is_some()
        {
            return Ok(value.clone());
        }
        if let Some(target) = self.column_target() {
            // An empty key of a text or number means no key.
            if value.is_none() || (value.as_str().is_some_and(|s| s.is_empty()) && !target.empty_strings_allowed()) {
                return Ok(Value::None);
            }
            return target.get_db_prep_save(rt, value);
        }
        self.get_db_prep_value(rt, value, false)
    }

    /// The kind of value that is stored as it stands in the instance, where the field is a native one of that kind. A
    /// relation is none.
    pub fn plain_kind(&self) -> Option<PlainKind> {
        if self.class.is_heap {
            return None;
        }
        match self.row.name {
            "CharField" | "TextField" | "SlugField" | "EmailField" | "URLField" => Some(PlainKind::Text),
            "BooleanField" | "NullBooleanField" => Some(PlainKind::Bool),
            "AutoField"
            | "BigAutoField"
            | "SmallAutoField"
            | "IntegerField"
            | "BigIntegerField"
            | "SmallIntegerField"
            | "PositiveIntegerField"
            | "PositiveBigIntegerField"
            | "PositiveSmallIntegerField" => Some(PlainKind::Int),
            _ => None,
        }
    }

    /// For a foreign key, the field its column takes its type from.
    pub fn column_target(self: &Rc<Self>) -> Option<FieldRef> {
        match self.relation_kind()? {
            RelationKind::ForeignKey | RelationKind::OneToOne => self.target_field().ok(),
            _ => None,
        }
    }

    /// How this column's values become Python's.
    pub fn converter(self: &Rc<Self>, rt: &Rt) -> Converter {
        if let Some(known) = self.converter_cell.get() {
            return known.clone();
        }
        let converter = self.pick_converter(rt);
        // A foreign key's is its target's, which may be not there yet.
        if self.relation.get().is_none() || self.column_target().is_some() {
            let _ = self.converter_cell.set(converter.clone());
        }
        converter
    }

    fn pick_converter(self: &Rc<Self>, rt: &Rt) -> Converter {
        if let Some(target) = self.column_target() {
            return target.converter(rt);
        }
        if self.row.name == "GeneratedField"
            && let Some(output) = self.output_field(rt)
        {
            return output.converter(rt);
        }
        let row = if self.internal_type() == self.row.internal_type {
            self.row
        } else {
            // A session's field that calls itself a DateField is read as one.
            super::fields::find(self.internal_type()).unwrap_or(self.row)
        };
        let native = match (row.op(|o| o.from_db), row.op(|o| o.from_text)) {
            (Some(f), Some(of_text)) => Converter::OfText(of_text, f, self.clone()),
            (Some(f), None) => Converter::OfField(f, self.clone()),
            (None, _) => Converter::Plain,
        };
        match self.class.is_heap && self.class.lookup("from_db_value".into()).is_some() {
            true => match ops::get_attr(rt, &self.object(rt), "from_db_value".into()) {
                Ok(hook) => Converter::Custom(Box::new(native), hook),
                Err(_) => native,
            },
            false => native,
        }
    }

    /// `GeneratedField(output_field=...)`.
    pub fn output_field(&self, rt: &Rt) -> Option<FieldRef> {
        let _ = rt;
        self.options.borrow().output_field.as_ref().and_then(field_of)
    }

    /// A raw column value as Python's.
    pub fn from_db(self: &Rc<Self>, rt: &Rt, raw: Raw<'_>) -> Res<Value> {
        self.converter(rt).convert(rt, raw)
    }

    /// `to_python(value)`. ValidationError.
    pub fn to_python(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if self.class.is_heap && self.overrides("to_python").is_some() {
            return self.call(rt, "to_python", [value.clone()]);
        }
        self.native_to_python(rt, value)
    }

    /// The type's own `to_python`.
    pub fn native_to_python(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        if let Some(target) = self.column_target() {
            return target.to_python(rt, value);
        }
        match self.row.op(|o| o.to_python) {
            Some(f) => f(rt, self, value),
            None => Ok(value.clone()),
        }
    }

    /// `has_default()`.
    pub fn has_default(&self) -> bool {
        self.options.borrow().default.is_some()
    }

    /// `has_db_default()`.
    pub fn has_db_default(&self) -> bool {
        self.options.borrow().db_default.is_some()
    }

    /// `get_default()`: calls a callable default.
    pub fn get_default(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        if self.class.is_heap && self.overrides("get_default").is_some() {
            return self.call(rt, "get_default", []);
        }
        self.native_default(rt)
    }

    /// The type's own `get_default`.
    pub fn native_default(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        let default = self.options.borrow().default.clone();
        if let Some(default) = default {
            let value = if ops::callable(rt, &default) { ops::call0(rt, &default)? } else { default };
            // A default that is an instance of the other model stands for its key.
            if let Some(target) = self.column_target()
                && let Value::Obj(o) = &value
                && o.class().data::<Model>().is_some()
            {
                return ops::get_attr(rt, &value, target.attname());
            }
            return Ok(value);
        }
        if self.has_db_default() {
            return Ok(Hooks::of(rt).database_default.get().map_or(Value::None, |make| make(rt, self)));
        }
        if !self.empty_strings_allowed() || (self.null()) || self.relation.get().is_some() {
            return Ok(Value::None);
        }
        Ok(if self.row.name == "BinaryField" { Value::bytes(Vec::new()) } else { Value::str("") })
    }

    /// `pre_save(instance, add)`: the value to store, which `auto_now` sets on the instance.
    pub fn pre_save(self: &Rc<Self>, rt: &Rt, instance: &Value, add: bool) -> Res<Value> {
        if self.class.is_heap && self.overrides("pre_save").is_some() {
            return self.call(rt, "pre_save", [instance.clone(), Value::Bool(add)]);
        }
        self.native_pre_save(rt, instance, add)
    }

    /// The type's own `pre_save`.
    pub fn native_pre_save(self: &Rc<Self>, rt: &Rt, instance: &Value, add: bool) -> Res<Value> {
        match self.row.op(|o| o.pre_save) {
            Some(f) => f(rt, self, instance, add),
            None => match instance {
                // The plain case without a look along the class.
                Value::Obj(o) => match o.get(self.attname()) {
                    Some(value) => Ok(value),
                    None => ops::get_attr(rt, instance, self.attname()),
                },
                _ => ops::get_attr(rt, instance, self.attname()),
            },
        }
    }

    /// `value_to_string(obj)`, for serialisation.
    pub fn value_to_string(self: &Rc<Self>, rt: &Rt, instance: &Value) -> Res<String> {
        let value = ops::get_attr(rt, instance, self.attname())?;
        match self.row.op(|o| o.value_to_string) {
            Some(f) => f(rt, self, &value),
            None => Ok(ops::str(rt, &value)?.to_string()),
        }
    }

    /// `db_type(connection)`: the column's type; `None` where there is no column.
    pub fn db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        if self.class.is_heap && self.overrides("db_type").is_some() {
            let args = CallArgs::new([crate::db::python::connection(rt)]);
            let given = ops::call_method(rt, &self.object(rt), "db_type".into(), args)?;
            return Ok(given.as_str().map(|s| s.to_string()));
        }
        self.native_db_type(rt)
    }

    /// The type's own `db_type`.
    pub fn native_db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        match self.relation_kind() {
            Some(RelationKind::ForeignKey | RelationKind::OneToOne) => return self.target_field()?.rel_db_type(rt),
            Some(_) => return Ok(None),
            None => {}
        }
        if self.row.name == "GeneratedField" {
            return match self.output_field(rt) {
                Some(output) => output.db_type(rt),
                None => Ok(None),
            };
        }
        Ok(super::fields::db_type(self))
    }

    /// `rel_db_type(connection)`: the type of a column that refers to this one.
    pub fn rel_db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        if self.class.is_heap && self.overrides("rel_db_type").is_some() {
            let args = CallArgs::new([crate::db::python::connection(rt)]);
            let given = ops::call_method(rt, &self.object(rt), "rel_db_type".into(), args)?;
            return Ok(given.as_str().map(|s| s.to_string()));
        }
        Ok(match self.row.name {
            "AutoField" => Some("integer".into()),
            "BigAutoField" => Some("bigint".into()),
            "SmallAutoField" => Some("smallint".into()),
            // On SQLite a key to a positive column need not be of its unsigned type.
            _ if self.row.is_a("PositiveIntegerField") => Some("integer".into()),
            _ if self.row.is_a("PositiveBigIntegerField") => Some("bigint".into()),
            _ if self.row.is_a("PositiveSmallIntegerField") => Some("smallint".into()),
            _ => return self.db_type(rt),
        })
    }

    /// `cast_db_type`.
    pub fn cast_db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        if let Some(target) = self.column_target() {
            return target.cast_db_type(rt);
        }
        if self.overrides("db_type").is_none()
            && self.row.is_a("CharField")
            && self.options.borrow().max_length.is_none()
        {
            return Ok(Some("text".into()));
        }
        self.db_type(rt)
    }

    /// `db_check(connection)`: the condition that comes with the column.
    pub fn db_check(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        if self.class.is_heap && self.overrides("db_check").is_some() {
            let args = CallArgs::new([crate::db::python::connection(rt)]);
            let given = ops::call_method(rt, &self.object(rt), "db_check".into(), args)?;
            return Ok(given.as_str().map(|s| s.to_string()));
        }
        if self.relation.get().is_some() {
            return Ok(None);
        }
        if let Some(output) = self.output_field(rt) {
            return Ok(super::fields::db_check(output.internal_type(), &self.column().unwrap_or_default()));
        }
        Ok(super::fields::db_check(self.internal_type(), &self.column().unwrap_or_default()))
    }

    /// The key of a relation's cached object on an instance.
    pub fn cache_name(&self) -> Name {
        match self.relation.get() {
            Some(r) if r.kind.is_reverse() => self.accessor_name().unwrap_or_else(|| self.name()),
            _ => self.name(),
        }
    }

    /// Whether empty text stands for no value.
    pub fn empty_strings_allowed(&self) -> bool {
        if self.class.is_heap
            && let Some(Value::Bool(b)) = self.overrides("empty_strings_allowed")
        {
            return b;
        }
        self.row.empty_strings
    }

    /// A message of `error_messages`, as text or lazy text.
    pub fn message(&self, key: &str) -> Value {
        if let Some((_, given)) = self.options.borrow().error_messages.iter().find(|(k, _)| &**k == key) {
            return given.clone();
        }
        if self.class.is_heap {
            for class in self.class.mro().take_while(|c| c.is_heap) {
                if let Some(Value::Dict(d)) = class.own("default_error_messages".into()) {
                    let found = d.0.items().into_iter().find(|(k, _)| k.as_str().is_some_and(|k| &**k == key));
                    if let Some((_, v)) = found {
                        return v;
                    }
                }
            }
        }
        let mut row = Some(self.row);
        while let Some(r) = row {
            if let Some((_, text)) = r.messages.iter().find(|(k, _)| *k == key) {
                return Value::str(text);
            }
            row = r.base;
        }
        Value::str("")
    }

    /// The ValidationError of a message, with `params={'value': value}`.
    pub fn invalid(&self, rt: &Rt, key: &str, value: &Value) -> Error {
        let params = Dict::new();
        params.set_str(rt, "value", value.clone());
        validation_error(
            self.message(key),
            Some(if key == "invalid_nullable" { "invalid" } else { key }),
            Value::Dict(params),
        )
    }

    /// A copy for another model: the same options and creation counter, nothing of its place.
    pub fn copied(self: &Rc<Self>, rt: &Rt) -> FieldRef {
        let copy = Field::new(self.class.clone(), self.row);
        copy.creation_counter.set(self.creation_counter.get());
        *copy.options.borrow_mut() = self.options.borrow().clone();
        copy.name_cell.set(self.name_cell.get());
        copy.attname_cell.set(self.attname_cell.get());
        *copy.column_cell.borrow_mut() = self.column_cell.borrow().clone();
        if let Some(known) = self.internal_cell.get() {
            let _ = copy.internal_cell.set(known);
        }
        if let Some(relation) = self.relation.get() {
            let _ = copy.relation.set(relation.copied());
            super::relations::make_rel(rt, &copy);
        }
        let old = self.object.borrow().clone();
        if let Some(Value::Obj(old)) = old {
            let object = Instance::new(self.class.clone(), Payload::Native(Box::new(FieldObject(copy.clone()))));
            for (name, value) in old.attrs().iter() {
                object.set(name, value.clone());
            }
            *copy.object.borrow_mut() = Some(Value::Obj(object));
        }
        copy
    }
}

/// A ValidationError of one message.
pub fn validation_error(message: Value, code: Option<&str>, params: Value) -> Error {
    let code: Value = code.map_or(Value::None, Value::str);
    Exc::ValidationError
        .with_args(vec![message.clone(), code.clone(), params.clone()])
        .with("message", message)
        .with("code", code)
        .with("params", params)
}

impl Converter {
    /// What a raw value becomes. NULL is `None` for every native type.
    #[inline]
    pub fn convert(&self, rt: &Rt, raw: Raw<'_>) -> Res<Value> {
        match (self, raw) {
            (Converter::Plain, raw) => crate::db::plain(raw),
            (Converter::Custom(..), raw) => self.apply(rt, crate::db::plain(raw)?),
            (_, Raw::Null) => Ok(Value::None),
            (Converter::OfText(f, _, field), Raw::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => f(rt, field, text),
                Err(_) => crate::db::plain(raw),
            },
            (_, raw) => self.apply(rt, crate::db::plain(raw)?),
        }
    }

    /// What SQLite's value becomes.
    pub fn apply(&self, rt: &Rt, value: Value) -> Res<Value> {
        match self {
            Converter::Plain => Ok(value),
            Converter::With(f) => f(rt, value),
            Converter::OfField(f, field) => f(rt, field, value),
            Converter::OfText(of_text, f, field) => match &value {
                Value::Str(text) => of_text(rt, field, text),
                _ => f(rt, field, value),
            },
            Converter::Custom(first, hook) => {
                let value = first.apply(rt, value)?;
                let args = CallArgs::new([value, Value::None, crate::db::python::connection(rt)]);
                ops::call(rt, hook, args)
            }
        }
    }
}

/// The field behind an argument, or TypeError.
pub fn field_arg(value: &Value) -> Res<FieldRef> {
    field_of(value).ok_or_else(|| Exc::TypeError.new("expected a field"))
}

/// The object of a field as an instance.
pub fn instance_of(field: &FieldRef, rt: &Rt) -> Option<Rc<Instance>> {
    field.object(rt).as_obj().cloned()
}
