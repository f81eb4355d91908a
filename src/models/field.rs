//! A field: options, the functions of its type, and its place in a model.

use std::any::Any;
use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::{Rc, Weak};

use super::options::{Model, ModelRef};
use super::relations::Relation;
use crate::db::Raw;
use crate::object::{Class, Exc, Instance, Object, Res, Rt, Value};
use crate::source::Name;

/// A shared field.
pub type FieldRef = Rc<Field>;

/// The payload of a field's Python object.
pub struct FieldObject(pub FieldRef);

impl Object for FieldObject {}

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
    /// The session's own `from_db_value(self, value, expression, connection)` after the type's converter.
    Custom(Box<Converter>, Value),
}

/// One field type: a row of the table of field types.
pub struct FieldRow {
    /// The class's name.
    pub name: &'static str,
    /// The class it derives from, by name (`""`: `Field` itself has none).
    pub base: &'static str,
    /// `__module__` of the class.
    pub module: &'static str,
    /// `get_internal_type()`.
    pub internal_type: &'static str,
    /// The parameters of `__init__` that come before or besides `Field`'s.
    pub signature: &'static str,
    /// One line for help.
    pub doc: &'static str,
    /// The type's functions.
    pub ops: FieldOps,
}

/// The functions of a field type. A `None` is inherited from the base type.
#[derive(Clone, Copy, Default)]
pub struct FieldOps {
    /// `db_type`: the column's type on SQLite.
    pub db_type: Option<fn(&Rt, &Field) -> Option<String>>,
    /// `db_check`: the CHECK that comes with the column.
    pub db_check: Option<fn(&Rt, &Field) -> Option<String>>,
    /// `to_python`.
    pub to_python: Option<fn(&Rt, &Field, &Value) -> Res<Value>>,
    /// `get_prep_value`.
    pub get_prep_value: Option<fn(&Rt, &Field, &Value) -> Res<Value>>,
    /// What a prepared value becomes for SQLite (a date becomes text).
    pub get_db_prep_value: Option<fn(&Rt, &Field, &Value) -> Res<Value>>,
    /// What SQLite's value becomes.
    pub from_db: Option<fn(&Rt, &Field, Value) -> Res<Value>>,
    /// `pre_save`.
    pub pre_save: Option<fn(&Rt, &Field, &Value, bool) -> Res<Value>>,
    /// `get_default` where it is not the option or empty text.
    pub empty_default: Option<fn(&Rt, &Field) -> Value>,
    /// `deconstruct`-independent set-up after the options were read.
    pub init: Option<fn(&Rt, &Field) -> Res<()>>,
    /// `value_to_string`.
    pub value_to_string: Option<fn(&Rt, &Field, &Value) -> Res<String>>,
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
        let _ = (rt, type_name);
        todo!()
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
        self.row.internal_type
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

    /// `get_prep_value(value)`: an override of the session first.
    pub fn get_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        let _ = rt;
        Ok(value.clone())
    }

    /// `get_db_prep_value(value, connection, prepared)`: what is bound as a parameter.
    pub fn get_db_prep_value(self: &Rc<Self>, rt: &Rt, value: &Value, prepared: bool) -> Res<Value> {
        let _ = (rt, prepared);
        Ok(value.clone())
    }

    /// `get_db_prep_save(value, connection)`. Expressions come back as they are.
    pub fn get_db_prep_save(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        self.get_db_prep_value(rt, value, false)
    }

    /// How this column's values become Python's.
    pub fn converter(self: &Rc<Self>, rt: &Rt) -> Converter {
        let _ = rt;
        Converter::Plain
    }

    /// A raw column value as Python's.
    pub fn from_db(self: &Rc<Self>, rt: &Rt, raw: Raw<'_>) -> Res<Value> {
        self.converter(rt).convert(rt, raw)
    }

    /// `to_python(value)`. ValidationError.
    pub fn to_python(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<Value> {
        let _ = rt;
        Ok(value.clone())
    }

    /// `has_default()`.
    pub fn has_default(&self) -> bool {
        self.options.borrow().default.is_some()
    }

    /// `get_default()`: calls a callable default.
    pub fn get_default(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        let _ = rt;
        Ok(Value::None)
    }

    /// `pre_save(instance, add)`: the value to store, which `auto_now` sets on the instance.
    pub fn pre_save(self: &Rc<Self>, rt: &Rt, instance: &Value, add: bool) -> Res<Value> {
        let _ = (rt, instance, add);
        Ok(Value::None)
    }

    /// `clean(value, instance)`: to_python, validate, run_validators. ValidationError.
    pub fn clean(self: &Rc<Self>, rt: &Rt, value: &Value, instance: &Value) -> Res<Value> {
        let _ = (rt, instance);
        Ok(value.clone())
    }

    /// `value_to_string(obj)`, for serialisation.
    pub fn value_to_string(self: &Rc<Self>, rt: &Rt, instance: &Value) -> Res<String> {
        let _ = (rt, instance);
        Ok(String::new())
    }

    /// `db_type(connection)`: the column's type; `None` where there is no column.
    pub fn db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        let _ = rt;
        Ok(None)
    }

    /// `rel_db_type(connection)`: the type of a column that refers to this one.
    pub fn rel_db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        self.db_type(rt)
    }

    /// `cast_db_type`.
    pub fn cast_db_type(self: &Rc<Self>, rt: &Rt) -> Res<Option<String>> {
        self.db_type(rt)
    }

    /// The key of a relation's cached object on an instance.
    pub fn cache_name(&self) -> Name {
        self.name()
    }

    /// Whether empty text stands for no value.
    pub fn empty_strings_allowed(&self) -> bool {
        true
    }
}

impl Converter {
    /// What a raw value becomes.
    pub fn convert(&self, rt: &Rt, raw: Raw<'_>) -> Res<Value> {
        self.apply(rt, crate::db::plain(raw)?)
    }

    /// What SQLite's value becomes.
    pub fn apply(&self, rt: &Rt, value: Value) -> Res<Value> {
        match self {
            Converter::Plain => Ok(value),
            Converter::With(f) => f(rt, value),
            Converter::OfField(f, field) => f(rt, field, value),
            Converter::Custom(first, hook) => {
                let value = first.apply(rt, value)?;
                let args = crate::object::CallArgs::new([value, Value::None, Value::None]);
                crate::object::ops::call(rt, hook, args)
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
