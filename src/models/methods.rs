//! What a session can ask a field object: the methods and attributes of `Field`.

use std::rc::Rc;

use super::arguments;
use super::classes::{new_object, next_counter, not_provided};
use super::field::{Field, FieldObject, FieldRef, field_of};
use super::relations::RelationKind;
use crate::object::ops::Order;
use crate::object::{Args, Dict, Exc, Instance, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

fn this(a: &Args) -> Res<FieldRef> {
    field_of(a.get(0)).ok_or_else(|| Exc::TypeError.new("descriptor requires a 'Field' object"))
}

/// Reads the arguments of a field's `__init__`. Errors: TypeErrors and ValueErrors of the type.
pub fn init(rt: &Rt, field: &FieldRef, a: &mut Args) -> Res<()> {
    let mut given = arguments::bind(field.row, a)?;
    // The arguments of a base type's `__init__` are seen to after those of the type itself.
    let mut row = Some(field.row);
    while let Some(r) = row {
        if let Some(f) = r.ops.arguments {
            f(rt, field, &mut given)?;
        }
        row = r.base;
    }
    super::relations::rows::read(rt, field, &mut given)?;
    arguments::read(rt, field, given)?;
    let auto = field.options().auto_created;
    field.creation_counter.set(next_counter(rt, auto));
    field.learn_internal_type(rt)
}

/// The methods that make, compare, show and convert.
pub const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new field.", |rt, a| match a.value(0) {
        Value::Class(class) => new_object(rt, &class),
        _ => Err(Exc::TypeError.new("Field.__new__(X): X is not a type object")),
    }),
    Row::method("__init__", "(self, *args, **kwargs)", "Reads the options.", |rt, a| {
        let field = this(a)?;
        init(rt, &field, a)?;
        Ok(Value::None)
    }),
    Row::method("__repr__", "(self)", "The class and the name.", |rt, a| {
        let field = this(a)?;
        let class = &field.class;
        let path = format!("{}.{}", class.module.borrow(), class.qualname.borrow());
        let _ = rt;
        Ok(Value::from(match (field.is_reverse(), field.name_cell.get()) {
            (true, _) => {
                let model = field.model_or_related().map(|m| m.label_lower());
                let related = field.related_model().map(|m| m.label_lower());
                let _ = model;
                format!("<{}: {}>", class.name(), related.unwrap_or_default())
            }
            (false, Some(name)) => format!("<{path}: {name}>"),
            (false, None) => format!("<{path}>"),
        }))
    }),
    Row::method("__str__", "(self)", "`app.Model.field`.", |rt, a| {
        let field = this(a)?;
        match (field.is_reverse(), field.model()) {
            (false, Some(model)) => Ok(Value::from(format!("{}.{}", model.label(), field.name()))),
            _ => Ok(Value::Str(ops::repr(rt, a.get(0))?)),
        }
    }),
    Row::method("__eq__", "(self, other)", "The same creation counter in the same model.", |_, a| {
        let field = this(a)?;
        Ok(match field_of(a.get(1)) {
            Some(other) => Value::Bool(same(&field, &other)),
            None => Value::NotImplemented,
        })
    }),
    Row::method("__lt__", "(self, other)", "By creation counter.", |rt, a| order(rt, a, Order::Lt)),
    Row::method("__le__", "(self, other)", "By creation counter.", |rt, a| order(rt, a, Order::Le)),
    Row::method("__gt__", "(self, other)", "By creation counter.", |rt, a| order(rt, a, Order::Gt)),
    Row::method("__ge__", "(self, other)", "By creation counter.", |rt, a| order(rt, a, Order::Ge)),
    Row::method("__hash__", "(self)", "By identity.", |_, a| {
        let field = this(a)?;
        if field.is_reverse() {
            return Ok(Value::Int((Rc::as_ptr(&field) as usize >> 4) as i64));
        }
        Ok(Value::Int(field.creation_counter.get()))
    }),
    Row::method("__copy__", "(self)", "A copy with the same place.", |rt, a| {
        let field = this(a)?;
        let copy = field.copied(rt);
        *copy.model_cell.borrow_mut() = field.model_cell.borrow().clone();
        Ok(copy.object(rt))
    }),
    Row::method("__deepcopy__", "(self, memo)", "A copy with the same place.", |rt, a| {
        let field = this(a)?;
        let copy = field.copied(rt);
        *copy.model_cell.borrow_mut() = field.model_cell.borrow().clone();
        Ok(copy.object(rt))
    }),
    Row::method("clone", "(self)", "A new, free field with the same options.", |rt, a| {
        let field = this(a)?;
        let copy = field.copied(rt);
        copy.name_cell.set(None);
        copy.attname_cell.set(None);
        *copy.column_cell.borrow_mut() = None;
        Ok(copy.object(rt))
    }),
    Row::method("to_python", "(self, value)", "The value as the field's Python type.", |rt, a| {
        this(a)?.native_to_python(rt, a.get(1))
    }),
    Row::method("get_prep_value", "(self, value)", "The value for a query.", |rt, a| {
        this(a)?.native_prep_value(rt, a.get(1))
    }),
    Row::method(
        "get_db_prep_value",
        "(self, value, connection=None, prepared=False)",
        "The value as the database takes it.",
        |rt, a| {
            let prepared = a.flag(rt, 3, false)?;
            this(a)?.native_db_prep_value(rt, a.get(1), prepared)
        },
    ),
    Row::method("get_db_prep_save", "(self, value, connection=None)", "The value as it is stored.", |rt, a| {
        this(a)?.native_db_prep_save(rt, a.get(1))
    }),
    Row::method("has_default", "(self)", "Whether there is a default.", |_, a| Ok(Value::Bool(this(a)?.has_default()))),
    Row::method("has_db_default", "(self)", "Whether the database has a default.", |_, a| {
        Ok(Value::Bool(this(a)?.has_db_default()))
    }),
    Row::method("get_default", "(self)", "The default.", |rt, a| this(a)?.native_default(rt)),
    Row::method("pre_save", "(self, model_instance, add)", "The value to store.", |rt, a| {
        let add = a.flag(rt, 2, false)?;
        this(a)?.native_pre_save(rt, a.get(1), add)
    }),
    Row::method("value_from_object", "(self, obj)", "The field's value on an object.", |rt, a| {
        let field = this(a)?;
        if field.many_to_many() {
            let manager = ops::get_attr(rt, a.get(1), field.attname())?;
            let all = ops::call_method(rt, &manager, "all".into(), crate::object::CallArgs::none())?;
            return ops::collect(rt, &all).map(Value::list);
        }
        ops::get_attr(rt, a.get(1), field.attname())
    }),
    Row::method("value_to_string", "(self, obj)", "The value as text, for fixtures.", |rt, a| {
        this(a)?.value_to_string(rt, a.get(1)).map(Value::from)
    }),
    Row::method("save_form_data", "(self, instance, data)", "Sets the value on an instance.", |rt, a| {
        let field = this(a)?;
        ops::set_attr(rt, a.get(1), field.name(), a.value(2))?;
        Ok(Value::None)
    }),
    Row::method("clean", "(self, value, model_instance)", "Converts, validates, runs the validators.", |rt, a| {
        this(a)?.native_clean(rt, a.get(1), a.get(2))
    }),
    Row::method("validate", "(self, value, model_instance)", "Choices, null, blank.", |rt, a| {
        this(a)?.native_validate(rt, a.get(1), a.get(2))?;
        Ok(Value::None)
    }),
    Row::method("run_validators", "(self, value)", "Runs the validators.", |rt, a| {
        this(a)?.native_run_validators(rt, a.get(1))?;
        Ok(Value::None)
    }),
    Row::method("get_internal_type", "(self)", "The type that the column goes by.", |_, a| {
        Ok(Value::str(this(a)?.row.internal_type))
    }),
    Row::method("db_type", "(self, connection=None)", "The column's type.", |rt, a| {
        Ok(Value::from(this(a)?.native_db_type(rt)?))
    }),
    Row::method("rel_db_type", "(self, connection=None)", "The type of a column that refers to this one.", |rt, a| {
        Ok(Value::from(this(a)?.rel_db_type(rt)?))
    }),
    Row::method("cast_db_type", "(self, connection=None)", "The type in a CAST.", |rt, a| {
        Ok(Value::from(this(a)?.cast_db_type(rt)?))
    }),
    Row::method("db_check", "(self, connection=None)", "The condition that comes with the column.", |rt, a| {
        Ok(Value::from(this(a)?.db_check(rt)?))
    }),
    Row::method("db_type_parameters", "(self, connection=None)", "The options by name.", options),
    Row::method("db_parameters", "(self, connection=None)", "The column's type and condition.", |rt, a| {
        let field = this(a)?;
        let dict = Dict::new();
        dict.set_str(rt, "type", field.db_type(rt)?);
        dict.set_str(rt, "check", field.db_check(rt)?);
        if field.row.is_a("CharField") || field.row.is_a("TextField") {
            dict.set_str(rt, "collation", field.options().db_collation.as_deref().map(Value::str));
        }
        Ok(Value::Dict(dict))
    }),
    Row::method("db_type_suffix", "(self, connection=None)", "What follows the type.", |_, a| {
        let auto = super::fields::is_auto(this(a)?.internal_type());
        Ok(if auto { Value::str("AUTOINCREMENT") } else { Value::None })
    }),
    Row::method("get_db_converters", "(self, connection)", "What converts a column's values.", |rt, a| {
        let hook = ops::get_attr_opt(rt, a.get(0), "from_db_value".into())?;
        Ok(Value::list(hook.into_iter().collect()))
    }),
    Row::method("select_format", "(self, compiler, sql, params)", "The SQL of the selected column.", |_, a| {
        Ok(Value::tuple(vec![a.value(2), a.value(3)]))
    }),
    Row::method("get_filter_kwargs_for_object", "(self, obj)", "A filter for an object's value.", |rt, a| {
        let field = this(a)?;
        let dict = Dict::new();
        dict.set_str(rt, &field.name().text(), ops::get_attr(rt, a.get(1), field.attname())?);
        Ok(Value::Dict(dict))
    }),
    Row::method(
        "get_choices",
        "(self, include_blank=True, blank_choice=None, limit_choices_to=None, ordering=())",
        "The choices with a blank one in front.",
        |rt, a| {
            let field = this(a)?;
            field.get_choices(rt, a.flag(rt, 1, true)?, a.value(2), a.value(3), a.value(4))
        },
    ),
    Row::method("deconstruct", "(self)", "Name, path, arguments and options.", |rt, a| {
        super::deconstruct::field(rt, &this(a)?)
    }),
    Row::method("check", "(self, **kwargs)", "What is wrong with the field.", |rt, a| {
        let kwargs = std::mem::take(&mut a.kwargs);
        super::checks::field_messages(rt, &this(a)?, kwargs).map(Value::list)
    }),
    Row::method("formfield", "(self, form_class=None, choices_form_class=None, **kwargs)", "No forms here.", |_, _| {
        Ok(Value::None)
    }),
    Row::method("get_return_type", "(self)", "The type of a value.", |_, _| Ok(Value::None)),
    Row::method("__reduce__", "(self)", "How a copy is made.", |_, _| {
        Err(Exc::TypeError.new("a field cannot be pickled"))
    }),
    Row::getter("__dict__", "Options that were set.", options),
];

/// The methods that put a field into a model.
pub const PLACE_ROWS: &[Row] = &[
    Row::method(
        "contribute_to_class",
        "(self, cls, name, private_only=False, **kwargs)",
        "Takes a place in a model.",
        |rt, a| {
            let field = this(a)?;
            let Some(class) = a.get(1).as_class().cloned() else {
                return Err(Exc::TypeError.new("contribute_to_class() needs a model class"));
            };
            let private = a.flag(rt, 3, false)?;
            let name = Name::new(a.str(2)?);
            super::relations::attach::contribute(rt, &field, &class, name, private)?;
            Ok(Value::None)
        },
    ),
    Row::method("set_attributes_from_name", "(self, name)", "Names the field and its column.", |rt, a| {
        let field = this(a)?;
        super::relations::attach::set_names(rt, &field, Name::new(a.str(1)?))?;
        Ok(Value::None)
    }),
    Row::method("get_attname", "(self)", "The attribute that holds the value.", |_, a| {
        Ok(super::relations::attach::attname(&*this(a)?).into())
    }),
    Row::method("get_attname_column", "(self)", "The attribute and the column.", |rt, a| {
        let field = this(a)?;
        let attname = ops::call_method(rt, a.get(0), "get_attname".into(), crate::object::CallArgs::none())?;
        let column = match &field.options().db_column {
            Some(column) => Value::str(column),
            None => attname.clone(),
        };
        Ok(Value::tuple(vec![attname, column]))
    }),
];

/// The options of a field and what a session set on it, by name.
fn options(rt: &Rt, a: &mut Args) -> Res<Value> {
    let mut field = this(a)?;
    if a.name == "db_type_parameters"
        && let Some(output) = field.output_field(rt)
    {
        // A generated column's type is its result's.
        field = output;
    }
    let dict = Dict::new();
    for name in NAMES {
        if let Some(value) = field.attribute(rt, name)? {
            dict.set_str(rt, name, value);
        }
    }
    if let Value::Obj(o) = a.get(0) {
        for (name, value) in o.attrs().iter() {
            dict.set_str(rt, &name.text(), value.clone());
        }
    }
    Ok(Value::Dict(dict))
}

fn order(rt: &Rt, a: &Args, op: Order) -> Res<Value> {
    let _ = rt;
    let (field, Some(other)) = (this(a)?, field_of(a.get(1))) else { return Ok(Value::NotImplemented) };
    let key = |f: &FieldRef| (f.creation_counter.get(), f.model().map(|m| m.label()));
    let (x, y) = (key(&field), key(&other));
    Ok(Value::Bool(match op {
        Order::Lt => x < y,
        Order::Le => x <= y,
        Order::Gt => x > y,
        _ => x >= y,
    }))
}

/// Whether two fields are equal as Django compares them.
pub fn same(a: &FieldRef, b: &FieldRef) -> bool {
    if Rc::ptr_eq(a, b) {
        return true;
    }
    if a.is_reverse() || b.is_reverse() {
        let (x, y) = (a.remote_field(), b.remote_field());
        return a.is_reverse() == b.is_reverse() && matches!((x, y), (Some(x), Some(y)) if same(&x, &y));
    }
    a.creation_counter.get() == b.creation_counter.get()
        && match (a.model(), b.model()) {
            (Some(x), Some(y)) => Rc::ptr_eq(&x, &y),
            (None, None) => true,
            _ => false,
        }
}

const NAMES: &[&str] = &[
    "name",
    "verbose_name",
    "primary_key",
    "max_length",
    "blank",
    "null",
    "remote_field",
    "is_relation",
    "default",
    "db_default",
    "editable",
    "serialize",
    "unique_for_date",
    "unique_for_month",
    "unique_for_year",
    "choices",
    "help_text",
    "db_index",
    "db_column",
    "db_comment",
    "db_tablespace",
    "auto_created",
    "creation_counter",
    "attname",
    "column",
    "concrete",
    "model",
    "cache_name",
    "db_collation",
    "db_constraint",
    "empty_values",
    "error_messages",
    "flatchoices",
    "foreign_related_fields",
    "from_fields",
    "generated",
    "hidden",
    "local_related_fields",
    "many_to_many",
    "many_to_one",
    "non_db_attrs",
    "one_to_many",
    "one_to_one",
    "opts",
    "related_fields",
    "related_model",
    "swappable",
    "target_field",
    "to_fields",
    "unique",
    "validators",
];

/// What `dir()` shows of a relation seen from its other side.
const RELATION_NAMES: &[&str] = &[
    "accessor_name",
    "auto_created",
    "cache_name",
    "concrete",
    "editable",
    "empty_strings_allowed",
    "field",
    "field_name",
    "hidden",
    "is_relation",
    "limit_choices_to",
    "many_to_many",
    "many_to_one",
    "model",
    "multiple",
    "name",
    "null",
    "on_delete",
    "one_to_many",
    "one_to_one",
    "parent_link",
    "related_model",
    "related_name",
    "related_query_name",
    "remote_field",
    "symmetrical",
    "target_field",
    "through",
    "through_fields",
];

impl Object for FieldObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        self.0.attribute(rt, &name.text())
    }

    fn set_attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        // What was worked out of the field may be kept by those who look at this count.
        crate::object::class::changed();
        match value {
            Some(value) => self.0.set_attribute(rt, &name.text(), &value),
            None => Ok(false),
        }
    }

    fn attr_names(&self, rt: &Rt) -> Vec<Name> {
        let names = if self.0.is_reverse() { RELATION_NAMES } else { NAMES };
        let there = names.iter().filter(|name| matches!(self.0.attribute(rt, name), Ok(Some(_))));
        there.map(|name| Name::new(name)).collect()
    }
}

fn class_of(model: Option<super::ModelRef>) -> Value {
    model.map_or(Value::None, |m| m.class_value())
}

/// An option that was given as something that it cannot be.
fn odd(o: &super::field::FieldOptions, name: &str) -> Option<Value> {
    o.extra.iter().find(|(n, _)| *n == *name).map(|(_, value)| value.clone())
}

impl Field {
    /// An attribute of the field object, as Django names it; `None` where there is none.
    pub fn attribute(self: &Rc<Self>, rt: &Rt, name: &str) -> Res<Option<Value>> {
        let o = self.options();
        let names = |n: &Option<Name>| n.map_or(Value::None, Value::from);
        let text = |t: &Option<Rc<str>>| t.as_deref().map_or(Value::None, Value::str);
        if self.is_reverse()
            && let Some(found) = self.reverse_attribute(rt, name)?
        {
            return Ok(Some(found));
        }
        Ok(Some(match name {
            "name" => match self.is_reverse() {
                true => self.name().into(),
                false => names(&self.name_cell.get()),
            },
            "attname" => match self.attname_cell.get() {
                Some(n) => n.into(),
                None => return Ok(None),
            },
            "column" => match self.name_cell.get() {
                Some(_) => text(&self.column()),
                None => return Ok(None),
            },
            "model" => match self.model() {
                Some(model) => model.class_value(),
                None => return Ok(None),
            },
            "opts" => match self.model() {
                Some(model) => super::meta::object(rt, &model),
                None => return Ok(None),
            },
            "creation_counter" => Value::Int(self.creation_counter.get()),
            "verbose_name" => o.verbose_name.clone().unwrap_or_default(),
            "_verbose_name" => o.given_verbose_name.clone().unwrap_or_default(),
            "primary_key" => Value::Bool(o.primary_key),
            "max_length" => odd(&o, "max_length").unwrap_or_else(|| Value::from(o.max_length)),
            "_unique" => Value::Bool(o.unique),
            "unique" => Value::Bool(o.unique || o.primary_key),
            "blank" => Value::Bool(o.blank),
            "null" => Value::Bool(o.null),
            "db_index" => odd(&o, "db_index").unwrap_or(Value::Bool(o.db_index)),
            "default" => o.default.clone().unwrap_or_else(|| not_provided(rt)),
            "db_default" => o.db_default.clone().unwrap_or_else(|| not_provided(rt)),
            "editable" => Value::Bool(o.editable),
            "serialize" => Value::Bool(o.serialize),
            "unique_for_date" => names(&o.unique_for_date),
            "unique_for_month" => names(&o.unique_for_month),
            "unique_for_year" => names(&o.unique_for_year),
            "choices" => o.choices.as_ref().map_or(Value::None, |c| c.value.clone()),
            "flatchoices" => {
                let flat = o.choices.as_ref().map(|c| c.flat.clone()).unwrap_or_default();
                Value::list(flat.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect())
            }
            "help_text" => match &o.help_text {
                Value::None => Value::str(""),
                given => given.clone(),
            },
            "db_column" => text(&o.db_column),
            "db_tablespace" => Value::str(o.db_tablespace.as_deref().unwrap_or("")),
            "db_comment" => text(&o.db_comment),
            "db_collation" if self.row.is_a("CharField") || self.row.is_a("TextField") => text(&o.db_collation),
            "auto_created" => Value::Bool(o.auto_created),
            "auto_now" if self.row.is_a("DateField") || self.row.is_a("TimeField") => Value::Bool(o.auto_now),
            "auto_now_add" if self.row.is_a("DateField") || self.row.is_a("TimeField") => Value::Bool(o.auto_now_add),
            "max_digits" if self.row.is_a("DecimalField") => odd(&o, name).unwrap_or_else(|| Value::from(o.max_digits)),
            "decimal_places" if self.row.is_a("DecimalField") => {
                odd(&o, name).unwrap_or_else(|| Value::from(o.decimal_places))
            }
            "protocol" if self.row.is_a("GenericIPAddressField") => text(&o.protocol),
            "unpack_ipv4" if self.row.is_a("GenericIPAddressField") => Value::Bool(o.unpack_ipv4),
            "allow_unicode" if self.row.is_a("SlugField") => Value::Bool(o.allow_unicode),
            "encoder" if self.row.is_a("JSONField") => o.encoder.clone(),
            "decoder" if self.row.is_a("JSONField") => o.decoder.clone(),
            "upload_to" | "storage" | "attr_class" if self.row.is_a("FileField") => {
                drop(o);
                return super::fields::file_attribute(rt, self, name);
            }
            "path" if self.row.is_a("FilePathField") => o.path.clone(),
            "expression" if self.row.name == "GeneratedField" => o.expression.clone().unwrap_or_default(),
            "output_field" if self.row.name == "GeneratedField" => o.output_field.clone().unwrap_or_default(),
            "db_persist" if self.row.name == "GeneratedField" => Value::from(o.db_persist),
            "generated" => Value::Bool(self.row.name == "GeneratedField"),
            "field_names" if self.row.name == "CompositePrimaryKey" => {
                Value::tuple(o.field_names.iter().map(|n| Value::from(*n)).collect())
            }
            "_validators" => Value::list(o.validators.clone()),
            "validators" => {
                drop(o);
                Value::list(self.all_validators(rt)?)
            }
            "_error_messages" | "error_messages" => {
                drop(o);
                Value::Dict(self.error_messages(rt)?)
            }
            "empty_values" => Value::list(self.empty_values()),
            "is_relation" => Value::Bool(self.is_relation()),
            "many_to_many" if self.is_relation() => Value::Bool(self.many_to_many()),
            "many_to_one" if self.is_relation() => Value::Bool(self.many_to_one()),
            "one_to_many" if self.is_relation() => Value::Bool(self.one_to_many()),
            "one_to_one" if self.is_relation() => Value::Bool(self.one_to_one()),
            "many_to_many" | "many_to_one" | "one_to_many" | "one_to_one" => Value::None,
            "concrete" => match self.name_cell.get() {
                Some(_) => Value::Bool(self.concrete()),
                None => return Ok(None),
            },
            "hidden" => Value::Bool(false),
            "mti_inherited" => Value::Bool(false),
            "non_db_attrs" => Value::tuple(Vec::new()),
            "cached_col" => return Ok(None),
            "remote_field" => self.remote_field().map_or(Value::None, |f| f.object(rt)),
            "rel" => self.remote_field().map_or(Value::None, |f| f.object(rt)),
            "related_model" if self.is_relation() => self.target_value(),
            "related_model" => Value::None,
            "target_field" if self.is_relation() => {
                drop(o);
                self.target_field()?.object(rt)
            }
            "related_fields" if self.is_relation() => {
                drop(o);
                let pairs = self.related_fields()?;
                let pair = |(a, b): (FieldRef, FieldRef)| Value::tuple(vec![a.object(rt), b.object(rt)]);
                Value::list(pairs.into_iter().map(pair).collect())
            }
            "foreign_related_fields" if self.is_relation() => {
                drop(o);
                Value::tuple(self.foreign_related_fields()?.iter().map(|f| f.object(rt)).collect())
            }
            "local_related_fields" if self.is_relation() => {
                drop(o);
                Value::tuple(self.local_related_fields()?.iter().map(|f| f.object(rt)).collect())
            }
            "db_constraint" if self.is_relation() => Value::Bool(self.db_constraint()),
            "swappable" if self.is_relation() => Value::Bool(true),
            "from_fields" | "to_fields" if super::relations::custom::field_names(self, name).is_some() => {
                super::relations::custom::field_names(self, name).unwrap_or_default()
            }
            "path_infos" | "reverse_path_infos" if self.is_relation() => {
                drop(o);
                let infos = self.asked_path_infos(rt)?;
                let infos = if name == "path_infos" { infos } else { self.reverse_path_infos()? };
                super::relations::custom::path_values(rt, &infos)
            }
            "reverse_related_fields" if self.is_relation() => {
                drop(o);
                let pair = |(a, b): (FieldRef, FieldRef)| Value::tuple(vec![b.object(rt), a.object(rt)]);
                Value::list(self.related_fields()?.into_iter().map(pair).collect())
            }
            "requires_unique_target" if self.is_relation() => Value::Bool(true),
            "to_fields" if self.is_relation() => {
                let to = self.relation.get().and_then(|r| r.to_field.get());
                Value::list(vec![names(&to)])
            }
            "from_fields" if self.is_relation() => Value::list(vec![Value::str("self")]),
            "_related_name" if self.is_relation() => text(&self.related_name()),
            "cache_name" if self.is_relation() => self.cache_name().into(),
            "ct_field" | "fk_field" | "for_concrete_model" | "object_id_field_name" | "content_type_field_name" => {
                let Some(g) = self.relation.get().and_then(|r| r.generic) else { return Ok(None) };
                match name {
                    "ct_field" | "content_type_field_name" => g.ct_field.into(),
                    "fk_field" | "object_id_field_name" => g.fk_field.into(),
                    _ => Value::Bool(g.for_concrete_model),
                }
            }
            _ => match o.extra.iter().find(|(n, _)| *n == name) {
                Some((_, value)) => value.clone(),
                None => return Ok(None),
            },
        }))
    }

    /// `related_model` or `remote_field.model`: the class, or the text that names it as long as it is not there.
    pub fn target_value(&self) -> Value {
        match self.related_model() {
            Some(model) => model.class_value(),
            None => match self.relation.get().map(|r| r.to.borrow().clone()) {
                Some(super::Target::Named(name)) => Value::str(&name),
                _ => Value::None,
            },
        }
    }

    fn reverse_attribute(self: &Rc<Self>, rt: &Rt, name: &str) -> Res<Option<Value>> {
        let Some(forward) = self.remote_field() else { return Ok(None) };
        let Some(relation) = forward.relation.get() else { return Ok(None) };
        let text = |t: Option<Rc<str>>| t.as_deref().map_or(Value::None, Value::str);
        Ok(Some(match name {
            "field" | "remote_field" => forward.object(rt),
            "model" | "to" => forward.target_value(),
            "related_model" => class_of(forward.model()),
            "related_name" => text(relation.related_name.borrow().clone()),
            "related_query_name" => text(relation.related_query_name.borrow().clone()),
            "limit_choices_to" => match &*relation.limit_choices_to.borrow() {
                Value::None => Value::Dict(Dict::new()),
                given => given.clone(),
            },
            "parent_link" => Value::Bool(relation.parent_link.get()),
            "on_delete" => relation.on_delete.borrow().clone(),
            "symmetrical" => Value::Bool(relation.symmetrical.get()),
            "multiple" => Value::Bool(forward.multiple()),
            "field_name" => relation.to_field.get().map_or(Value::None, Value::from),
            "hidden" => Value::Bool(self.hidden()),
            "accessor_name" => self.accessor_name().map_or(Value::None, Value::from),
            "db_constraint" => Value::Bool(relation.db_constraint.get()),
            "through_fields" => match &*relation.through_fields.borrow() {
                Some(names) => Value::tuple(names.iter().map(|n| Value::from(*n)).collect()),
                None => Value::None,
            },
            "through" if relation.kind == RelationKind::ManyToMany => match &*relation.through.borrow() {
                Some(super::Target::Named(name)) => Value::str(name),
                Some(target) => class_of(target.model()),
                None => Value::None,
            },
            "concrete" => Value::Bool(false),
            "target_field" => self.target_field()?.object(rt),
            "null" => Value::Bool(true),
            "db_type" => return Ok(None),
            _ => return Ok(None),
        }))
    }

    /// Takes an assignment to one of the field's own attributes; `false` leaves it to the object's own.
    pub fn set_attribute(self: &Rc<Self>, rt: &Rt, name: &str, value: &Value) -> Res<bool> {
        let truth = || ops::truthy(rt, value);
        let text = || value.as_str().map(|s| Rc::<str>::from(s.as_str()));
        let named = || value.as_str().map(|s| Name::new(s));
        if self.is_reverse() {
            let Some(forward) = self.remote_field() else { return Ok(false) };
            let Some(relation) = forward.relation.get() else { return Ok(false) };
            match name {
                "related_name" => *relation.related_name.borrow_mut() = text(),
                "related_query_name" => *relation.related_query_name.borrow_mut() = text(),
                "limit_choices_to" => *relation.limit_choices_to.borrow_mut() = value.clone(),
                "on_delete" => *relation.on_delete.borrow_mut() = value.clone(),
                "parent_link" => relation.parent_link.set(truth()?),
                "symmetrical" => relation.symmetrical.set(truth()?),
                "field_name" => relation.to_field.set(named()),
                _ => return Ok(false),
            }
            return Ok(true);
        }
        let flag = match name {
            "primary_key" | "_unique" | "unique" | "blank" | "null" | "db_index" | "editable" | "serialize"
            | "auto_created" | "auto_now" | "auto_now_add" => truth()?,
            _ => false,
        };
        let mut o = self.options.borrow_mut();
        match name {
            "name" => self.name_cell.set(named()),
            "attname" => self.attname_cell.set(named()),
            "column" => *self.column_cell.borrow_mut() = text(),
            "concrete" | "is_relation" => {}
            "model" => {
                let model = super::model_of(value);
                *self.model_cell.borrow_mut() = model.as_ref().map(Rc::downgrade);
            }
            "creation_counter" => self.creation_counter.set(value.as_int().unwrap_or(0)),
            "verbose_name" => o.verbose_name = Some(value.clone()),
            "primary_key" => o.primary_key = flag,
            "_unique" | "unique" => o.unique = flag,
            "blank" => o.blank = flag,
            "null" => o.null = flag,
            "db_index" => o.db_index = flag,
            "editable" => o.editable = flag,
            "serialize" => o.serialize = flag,
            "auto_created" => o.auto_created = flag,
            "auto_now" => o.auto_now = flag,
            "auto_now_add" => o.auto_now_add = flag,
            "max_length" => o.max_length = value.as_int(),
            "max_digits" => o.max_digits = value.as_int(),
            "decimal_places" => o.decimal_places = value.as_int(),
            "default" => o.default = (!arguments::is_not_provided(value)).then(|| value.clone()),
            "db_default" => o.db_default = (!arguments::is_not_provided(value)).then(|| value.clone()),
            "choices" => {
                drop(o);
                let read = if value.is_none() { None } else { Some(arguments::read_choices(rt, value)?) };
                self.options.borrow_mut().choices = read;
            }
            "help_text" => o.help_text = value.clone(),
            "db_column" => o.db_column = text(),
            "db_comment" => o.db_comment = text(),
            "db_collation" => o.db_collation = text(),
            "_validators" | "validators" => {
                drop(o);
                let list = ops::collect(rt, value)?;
                self.options.borrow_mut().validators = list;
            }
            "upload_to" => o.upload_to = value.clone(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `error_messages`, merged along the class's line.
    pub fn error_messages(&self, rt: &Rt) -> Res<Rc<Dict>> {
        let dict = Dict::new();
        let line: Vec<_> = self.class.mro().cloned().collect();
        for class in line.iter().rev() {
            if let Some(Value::Dict(own)) = class.own("default_error_messages".into()) {
                for (key, value) in own.0.items() {
                    dict.set(rt, key, value)?;
                }
            }
        }
        for (key, value) in &self.options().error_messages {
            dict.set_str(rt, key, value.clone());
        }
        Ok(dict)
    }

    /// `empty_values`.
    pub fn empty_values(&self) -> Vec<Value> {
        if self.row.name == "BinaryField" {
            return vec![Value::None, Value::bytes(Vec::new())];
        }
        let mut out = vec![Value::None];
        if self.row.name != "JSONField" {
            out.push(Value::str(""));
            out.push(Value::list(Vec::new()));
            out.push(Value::tuple(Vec::new()));
            out.push(Value::Dict(Dict::new()));
        } else {
            out = vec![
                Value::None,
                Value::str(""),
                Value::list(Vec::new()),
                Value::tuple(Vec::new()),
                Value::Dict(Dict::new()),
            ];
        }
        out
    }
}
