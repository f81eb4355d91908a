//! The arguments of a field's `__init__`, read into its options.

use std::rc::Rc;

use super::field::{Choices, Field, FieldOptions, FieldRef, FieldRow};
use crate::object::{Args, Exc, Res, Rt, Value, ops};
use crate::source::Name;

/// The parameters that every field has, in the order in which they can be passed by position.
pub const FIELD: &[&str] = &[
    "verbose_name",
    "name",
    "primary_key",
    "max_length",
    "unique",
    "blank",
    "null",
    "db_index",
    "rel",
    "default",
    "editable",
    "serialize",
    "unique_for_date",
    "unique_for_month",
    "unique_for_year",
    "choices",
    "help_text",
    "db_column",
    "db_tablespace",
    "auto_created",
    "validators",
    "error_messages",
    "db_comment",
    "db_default",
];

/// The arguments as they were given, by name.
#[derive(Default)]
pub struct Given(pub Vec<(Name, Value)>);

impl Given {
    /// Whether one was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| *n == name)
    }

    /// One by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// Takes one out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(n, _)| *n == name)?;
        Some(self.0.remove(at).1)
    }

    /// Sets one.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((Name::new(name), value)),
        }
    }

    /// Sets one that was not given.
    pub fn set_default(&mut self, name: &str, value: impl Into<Value>) {
        if !self.has(name) {
            self.set(name, value);
        }
    }

    /// Truth of one.
    pub fn flag(&self, rt: &Rt, name: &str) -> Res<bool> {
        self.get(name).map_or(Ok(false), |v| ops::truthy(rt, v))
    }
}

/// Binds a call's arguments to a field type's parameters. `owner` is the class as errors name it.
///
/// Errors: Python's TypeErrors.
pub fn bind(row: &FieldRow, args: &mut Args) -> Res<Given> {
    let mut given = Given::default();
    let rest = std::mem::take(&mut args.rest);
    if rest.len() > row.positional.len() {
        let (least, most) = (1, row.positional.len() + 1);
        return Err(Exc::TypeError.new(format!(
            "{}.__init__() takes from {least} to {most} positional arguments but {} were given",
            row.name,
            rest.len() + 1
        )));
    }
    for (name, value) in row.positional.iter().zip(rest) {
        given.0.push((Name::new(name), value));
    }
    for (name, value) in std::mem::take(&mut args.kwargs) {
        let text = name.text();
        if given.0.iter().any(|(n, _)| *n == name) {
            return Err(
                Exc::TypeError.new(format!("{}.__init__() got multiple values for argument '{text}'", row.name))
            );
        }
        if !knows(row, &text) {
            let mut message = format!("Field.__init__() got an unexpected keyword argument '{text}'");
            if let Some(near) = crate::object::suggest::closest(&text, FIELD.iter().copied()) {
                message.push_str(&format!(". Did you mean '{near}'?"));
            }
            return Err(Exc::TypeError.new(message));
        }
        given.0.push((name, value));
    }
    Ok(given)
}

fn knows(row: &FieldRow, name: &str) -> bool {
    let mut row = row;
    loop {
        if row.positional.contains(&name) || row.keywords.contains(&name) {
            return true;
        }
        match row.base {
            Some(base) => row = base,
            None => return FIELD.contains(&name),
        }
    }
}

fn text(value: Value) -> Option<Rc<str>> {
    value.as_str().map(|s| Rc::from(s.as_str()))
}

fn name_of(value: Value) -> Option<Name> {
    value.as_str().map(|s| Name::new(s))
}

/// Reads bound arguments into a field's options. Errors: those of callables and iterables among them.
pub fn read(rt: &Rt, field: &FieldRef, given: Given) -> Res<()> {
    let mut choices = None;
    let mut validators = None;
    let mut messages = None;
    let field: &Field = field;
    for (name, value) in given.0 {
        let mut o = field.options.borrow_mut();
        match &*name.text() {
            "verbose_name" => {
                o.given_verbose_name = (!value.is_none()).then(|| value.clone());
                o.verbose_name = (!value.is_none()).then_some(value);
            }
            "name" => {
                drop(o);
                field.name_cell.set(name_of(value));
            }
            "primary_key" => o.primary_key = truth(rt, &value),
            "max_length" => {
                o.max_length = whole(&mut o, name, value);
            }
            "unique" => o.unique = truth(rt, &value),
            "blank" => o.blank = truth(rt, &value),
            "null" => o.null = truth(rt, &value),
            "db_index" => {
                o.db_index = truth(rt, &value);
                // Anything but a truth value or None is for the checks to complain of.
                if !matches!(value, Value::Bool(_)) {
                    o.extra.push((name, value));
                }
            }
            "default" => o.default = (!is_not_provided(&value)).then_some(value),
            "db_default" => o.db_default = (!is_not_provided(&value)).then_some(value),
            "editable" => o.editable = truth(rt, &value),
            "serialize" => o.serialize = truth(rt, &value),
            "unique_for_date" => o.unique_for_date = name_of(value),
            "unique_for_month" => o.unique_for_month = name_of(value),
            "unique_for_year" => o.unique_for_year = name_of(value),
            "choices" => choices = Some(value),
            "help_text" => o.help_text = value,
            "db_column" => o.db_column = text(value),
            "db_tablespace" => o.db_tablespace = text(value),
            "auto_created" => o.auto_created = truth(rt, &value),
            "validators" => validators = Some(value),
            "error_messages" => messages = Some(value),
            "db_comment" => o.db_comment = text(value),
            "db_collation" => {
                drop(o);
                // It may be a lazy object.
                let given =
                    if value.as_obj().is_some() { Some(Rc::from(&*ops::str(rt, &value)?)) } else { text(value) };
                field.options.borrow_mut().db_collation = given;
            }
            "auto_now" => o.auto_now = truth(rt, &value),
            "auto_now_add" => o.auto_now_add = truth(rt, &value),
            "max_digits" => o.max_digits = whole(&mut o, name, value),
            "decimal_places" => o.decimal_places = whole(&mut o, name, value),
            "protocol" => o.protocol = text(value),
            "unpack_ipv4" => o.unpack_ipv4 = truth(rt, &value),
            "allow_unicode" => o.allow_unicode = truth(rt, &value),
            "encoder" => o.encoder = value,
            "decoder" => o.decoder = value,
            "upload_to" => o.upload_to = value,
            "storage" => o.storage = value,
            "path" => o.path = value,
            "expression" => o.expression = Some(value),
            "output_field" => o.output_field = Some(value),
            "db_persist" => o.db_persist = value.as_int().map(|i| i != 0),
            "rel" => {}
            _ => o.extra.push((name, value)),
        }
    }
    if let Some(value) = choices
        && !value.is_none()
    {
        let read = read_choices(rt, &value)?;
        field.options.borrow_mut().choices = Some(read);
    }
    if let Some(value) = validators {
        let list = ops::collect(rt, &value)?;
        field.options.borrow_mut().validators = list;
    }
    if let Some(Value::Dict(dict)) = messages {
        let pairs = dict.0.items().into_iter().filter_map(|(k, v)| Some((text(k)?, v))).collect();
        field.options.borrow_mut().error_messages = pairs;
    }
    Ok(())
}

/// A whole number; anything else is kept as it was given, for the checks to complain of.
fn whole(o: &mut FieldOptions, name: Name, value: Value) -> Option<i64> {
    let number = value.as_int();
    if matches!(value, Value::Bool(_)) || (number.is_none() && !value.is_none()) {
        o.extra.push((name, value));
    }
    number
}

fn truth(rt: &Rt, value: &Value) -> bool {
    ops::truthy(rt, value).unwrap_or(false)
}

/// Whether a value is the class `NOT_PROVIDED`.
pub fn is_not_provided(value: &Value) -> bool {
    value.as_class().is_some_and(|c| &*c.name() == "NOT_PROVIDED")
}

/// `choices` of any form: pairs, groups, a mapping, an enumeration, a callable.
pub fn read_choices(rt: &Rt, value: &Value) -> Res<Choices> {
    let mut value = value.clone();
    if let Value::Class(class) = &value {
        if class.lookup("choices".into()).is_some()
            || class.metaclass.as_ref().is_some_and(|m| m.lookup("choices".into()).is_some())
        {
            value = ops::get_attr(rt, &value, "choices".into())?;
        }
    } else if ops::callable(rt, &value) {
        value = ops::call0(rt, &value)?;
    }
    if matches!(value, Value::Str(_) | Value::Bytes(_)) {
        return Ok(Choices { value, flat: Vec::new() });
    }
    // What cannot be read as pairs stays as it was given, for the checks to complain of.
    let items = match value.as_dict() {
        Some(_) => value,
        None => match ops::collect(rt, &value) {
            Ok(items) => Value::list(items),
            Err(_) => return Ok(Choices { value, flat: Vec::new() }),
        },
    };
    let Some(list) = normal(rt, &items, 0)? else { return Ok(Choices { value: items, flat: Vec::new() }) };
    let mut flat = Vec::new();
    for pair in &list {
        let Some(pair) = pair.as_tuple() else { continue };
        let (Some(key), Some(label)) = (pair.first(), pair.get(1)) else { continue };
        match label.as_list() {
            Some(group) => {
                for item in group.to_vec() {
                    if let Some(item) = item.as_tuple()
                        && let (Some(k), Some(l)) = (item.first(), item.get(1))
                    {
                        flat.push((k.clone(), l.clone()));
                    }
                }
            }
            None => flat.push((key.clone(), label.clone())),
        }
    }
    Ok(Choices { value: Value::list(list), flat })
}

/// Pairs of a mapping or an iterable; a pair whose label is itself a collection is a group. `None` where there is an
/// item that is no pair.
fn normal(rt: &Rt, value: &Value, depth: usize) -> Res<Option<Vec<Value>>> {
    let pairs: Vec<(Value, Value)> = match value.as_dict() {
        Some(dict) => dict.0.items(),
        None => {
            let mut pairs = Vec::new();
            for item in ops::collect(rt, value)? {
                let parts = match &item {
                    Value::Str(_) => vec![],
                    _ => ops::collect(rt, &item).unwrap_or_default(),
                };
                match <[Value; 2]>::try_from(parts) {
                    Ok([k, l]) => pairs.push((k, l)),
                    Err(_) => return Ok(None),
                }
            }
            pairs
        }
    };
    let mut out = Vec::with_capacity(pairs.len());
    for (key, label) in pairs {
        let group =
            depth == 0 && (label.as_dict().is_some() || label.as_list().is_some() || label.as_tuple().is_some());
        let label = match group {
            true => normal(rt, &label, depth + 1)?.map_or(label, Value::list),
            false => label,
        };
        out.push(Value::tuple(vec![key, label]));
    }
    Ok(Some(out))
}
