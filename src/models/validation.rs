//! A field's own validation: choices, null, blank, validators.

use std::rc::Rc;

use super::field::{Field, validation_error};
use super::options::ModelRef;
use super::relations::RelationKind;
use crate::object::{CallArgs, Dict, Exc, Res, Rt, Value, ops};

impl Field {
    /// `clean(value, instance)`: to_python, validate, run_validators. ValidationError.
    pub fn clean(self: &Rc<Self>, rt: &Rt, value: &Value, instance: &Value) -> Res<Value> {
        if self.class.is_heap && self.overrides("clean").is_some() {
            return self.call(rt, "clean", [value.clone(), instance.clone()]);
        }
        self.native_clean(rt, value, instance)
    }

    /// The type's own `clean`.
    pub fn native_clean(self: &Rc<Self>, rt: &Rt, value: &Value, instance: &Value) -> Res<Value> {
        let value = self.to_python(rt, value)?;
        if self.overrides("validate").is_some() {
            self.call(rt, "validate", [value.clone(), instance.clone()])?;
        } else {
            self.native_validate(rt, &value, instance)?;
        }
        if self.overrides("run_validators").is_some() {
            self.call(rt, "run_validators", [value.clone()])?;
        } else {
            self.native_run_validators(rt, &value)?;
        }
        Ok(value)
    }

    /// Whether a value is among the field's empty values.
    pub fn is_empty_value(&self, rt: &Rt, value: &Value) -> Res<bool> {
        if self.class.is_heap
            && let Some(list) = self.overrides("empty_values")
        {
            return ops::contains(rt, &list, value);
        }
        if self.row.name == "BinaryField" {
            return Ok(value.is_none() || value.as_bytes().is_some_and(|b| b.is_empty()));
        }
        if self.row.is_a("FileField") && value.as_obj().is_some() {
            return Ok(ops::eq(rt, value, &Value::str(""))? || ops::eq(rt, value, &Value::None)?);
        }
        super::fields::is_empty(rt, value)
    }

    /// The type's own `validate`.
    pub fn native_validate(self: &Rc<Self>, rt: &Rt, value: &Value, instance: &Value) -> Res<()> {
        if super::fields::is_auto(self.row.name) {
            return Ok(());
        }
        if self.is_parent_link() {
            return Ok(());
        }
        let (editable, null, blank, choices) = {
            let o = self.options();
            (o.editable, o.null, o.blank, o.choices.clone())
        };
        if !editable {
            return Ok(());
        }
        if let Some(choices) = choices
            && !self.is_empty_value(rt, value)?
        {
            for (key, _) in &choices.flat {
                if ops::eq(rt, value, key)? {
                    return Ok(());
                }
            }
            return Err(self.invalid(rt, "invalid_choice", value));
        }
        if value.is_none() && !null {
            return Err(validation_error(self.message("null"), Some("null"), Value::None));
        }
        if !blank && self.is_empty_value(rt, value)? {
            return Err(validation_error(self.message("blank"), Some("blank"), Value::None));
        }
        if self.row.name == "JSONField" {
            let field = self.clone();
            if super::fields::adapt_json(rt, &field, value.clone()).is_err_and(|e| e.is(Exc::TypeError)) {
                return Err(self.invalid(rt, "invalid", value));
            }
        }
        if let Some(RelationKind::ForeignKey | RelationKind::OneToOne) = self.relation_kind()
            && !value.is_none()
        {
            return self.validate_exists(rt, value, instance);
        }
        Ok(())
    }

    /// A foreign key's value must be there, among what `limit_choices_to` leaves.
    fn validate_exists(self: &Rc<Self>, rt: &Rt, value: &Value, _: &Value) -> Res<()> {
        let Some(model) = self.related_model() else { return Ok(()) };
        let target = self.target_field()?;
        let manager = model.base_manager(rt)?;
        let args = CallArgs::default().with(&target.name().text(), value.clone());
        let mut found = ops::call_method(rt, &manager, "filter".into(), args)?;
        let limit = self.limit_choices_to(rt)?;
        if let Some(dict) = limit.as_dict() {
            let mut args = CallArgs::default();
            for (key, item) in dict.0.items() {
                if let Some(key) = key.as_str() {
                    args = args.with(key, item);
                }
            }
            found = ops::call_method(rt, &found, "complex_filter".into(), CallArgs::new([limit]))?;
            let _ = args;
        } else if !limit.is_none() {
            found = ops::call_method(rt, &found, "complex_filter".into(), CallArgs::new([limit]))?;
        }
        let there = ops::call_method(rt, &found, "exists".into(), CallArgs::none())?;
        if ops::truthy(rt, &there)? {
            return Ok(());
        }
        let params = Dict::new();
        params.set_str(rt, "model", model.verbose_name.borrow().clone());
        params.set_str(rt, "pk", value.clone());
        params.set_str(rt, "field", target.name());
        params.set_str(rt, "value", value.clone());
        Err(validation_error(self.message("invalid"), Some("invalid"), Value::Dict(params)))
    }

    /// `validators`: the type's and the field's own.
    pub fn all_validators(self: &Rc<Self>, rt: &Rt) -> Res<Vec<Value>> {
        let mut out = Vec::new();
        if self.class.is_heap
            && let Some(list) =
                self.class.mro().take_while(|c| c.is_heap).find_map(|c| c.own("default_validators".into()))
        {
            out.extend(ops::collect(rt, &list)?);
        } else {
            let unicode = self.options().allow_unicode;
            let named = match self.row.name {
                _ if self.row.is_a("EmailField") => Some("validate_email"),
                _ if self.row.is_a("SlugField") && unicode => Some("validate_unicode_slug"),
                _ if self.row.is_a("SlugField") => Some("validate_slug"),
                _ if self.row.is_a("CommaSeparatedIntegerField") => Some("validate_comma_separated_integer_list"),
                _ if self.row.is_a("IPAddressField") => Some("validate_ipv4_address"),
                _ => None,
            };
            if let Some(name) = named
                && let Some(found) = validator(rt, name)
            {
                out.push(found);
            }
            if self.row.is_a("URLField") {
                out.extend(make_validator(rt, "URLValidator", vec![]));
            }
            if self.row.is_a("GenericIPAddressField") {
                let name = match self.options().protocol.as_deref().map(str::to_lowercase).as_deref() {
                    Some("ipv4") => "validate_ipv4_address",
                    Some("ipv6") => "validate_ipv6_address",
                    _ => "validate_ipv46_address",
                };
                out.extend(validator(rt, name));
            }
        }
        out.extend(self.options().validators.iter().cloned());
        let (max_length, max_digits, places) = {
            let o = self.options();
            (o.max_length, o.max_digits, o.decimal_places)
        };
        if (self.row.is_a("CharField") || self.row.is_a("BinaryField"))
            && let Some(n) = max_length
        {
            out.extend(make_validator(rt, "MaxLengthValidator", vec![Value::Int(n)]));
        }
        if self.row.is_a("DecimalField") {
            out.extend(make_validator(rt, "DecimalValidator", vec![Value::from(max_digits), Value::from(places)]));
        }
        if let Some((least, most)) = super::fields::range(self) {
            for (name, limit, lower) in [("MinValueValidator", least, true), ("MaxValueValidator", most, false)] {
                let class = rt
                    .exec()?
                    .import(rt, "django.core.validators")
                    .ok()
                    .and_then(|m| ops::get_attr(rt, &m, name.into()).ok().and_then(|c| c.as_class().cloned()));
                let Some(class) = class else { continue };
                let mut stricter = false;
                for v in &out {
                    if rt.is_instance(v, &class) {
                        let limit_value = ops::get_attr(rt, v, "limit_value".into())?;
                        let limit_value =
                            if ops::callable(rt, &limit_value) { ops::call0(rt, &limit_value)? } else { limit_value };
                        let given = limit_value.as_int().unwrap_or(limit);
                        stricter |= if lower { given >= limit } else { given <= limit };
                    }
                }
                if !stricter {
                    out.push(ops::call1(rt, &Value::Class(class), Value::Int(limit))?);
                }
            }
        }
        Ok(out)
    }

    /// The type's own `run_validators`.
    pub fn native_run_validators(self: &Rc<Self>, rt: &Rt, value: &Value) -> Res<()> {
        if self.is_empty_value(rt, value)? {
            return Ok(());
        }
        let validators = match self.overrides("validators") {
            Some(_) => ops::collect(rt, &ops::get_attr(rt, &self.object(rt), "validators".into())?)?,
            None => self.all_validators(rt)?,
        };
        let mut errors: Vec<Value> = Vec::new();
        for validator in validators {
            let Err(error) = ops::call1(rt, &validator, value.clone()) else { continue };
            if !error.is(Exc::ValidationError) {
                return Err(error);
            }
            let exc = Value::Obj(rt.exception(error));
            // The field's own message for the code, where it has one.
            if let Some(code) = ops::get_attr_opt(rt, &exc, "code".into())?.and_then(|c| c.as_str().cloned())
                && let Some(own) = self.error_messages(rt)?.get_str(rt, &code)
            {
                ops::set_attr(rt, &exc, "message".into(), own)?;
            }
            match ops::get_attr_opt(rt, &exc, "error_list".into())? {
                Some(list) => errors.extend(ops::collect(rt, &list)?),
                None => errors.push(exc),
            }
        }
        if errors.is_empty() {
            return Ok(());
        }
        let class = Value::Class(rt.exc_class(Exc::ValidationError).clone());
        match ops::call1(rt, &class, Value::list(errors))? {
            Value::Obj(o) => Err(crate::object::Error::raised(o)),
            _ => Err(Exc::ValidationError.new("")),
        }
    }

    /// `get_choices(...)`.
    pub fn get_choices(
        self: &Rc<Self>,
        rt: &Rt,
        include_blank: bool,
        blank: Value,
        limit: Value,
        ordering: Value,
    ) -> Res<Value> {
        let blanks = if blank.is_none() {
            vec![Value::tuple(vec![Value::str(""), Value::str("---------")])]
        } else {
            ops::collect(rt, &blank)?
        };
        let mut out = Vec::new();
        if let Some(choices) = self.options().choices.clone() {
            let has_blank = choices.flat.iter().any(|(k, _)| k.is_none() || k.as_str().is_some_and(|s| s.is_empty()));
            if include_blank && !has_blank {
                out.extend(blanks);
            }
            out.extend(ops::collect(rt, &choices.value)?);
            return Ok(Value::list(out));
        }
        let Some(model) = self.related_model() else {
            return Err(Exc::AttributeError.new("'NoneType' object has no attribute 'model'"));
        };
        if include_blank {
            out.extend(blanks);
        }
        let manager = model.default_manager(rt)?;
        let limit = if limit.is_none() { self.limit_choices_to(rt)? } else { limit };
        let limit = if limit.is_none() { Value::Dict(Dict::new()) } else { limit };
        let mut found = ops::call_method(rt, &manager, "complex_filter".into(), CallArgs::new([limit]))?;
        let ordering = ops::collect(rt, &ordering).unwrap_or_default();
        if !ordering.is_empty() {
            found = ops::call_method(rt, &found, "order_by".into(), CallArgs::new(ordering))?;
        }
        let key = match self.relation_kind() {
            Some(RelationKind::ForeignKey | RelationKind::OneToOne) => self.target_field()?.attname(),
            _ => "pk".into(),
        };
        for item in ops::collect(rt, &found)? {
            let label = Value::Str(ops::str(rt, &item)?);
            out.push(Value::tuple(vec![ops::get_attr(rt, &item, key)?, label]));
        }
        Ok(Value::list(out))
    }
}

/// A validator function of `django.core.validators`, where that module is there.
fn validator(rt: &Rt, name: &str) -> Option<Value> {
    let module = rt.exec().ok()?.import(rt, "django.core.validators").ok()?;
    ops::get_attr_opt(rt, &module, name.into()).ok().flatten()
}

fn make_validator(rt: &Rt, name: &str, args: Vec<Value>) -> Option<Value> {
    ops::call(rt, &validator(rt, name)?, CallArgs::new(args)).ok()
}

/// The model of an instance, if the value is one.
pub fn model_of_instance(value: &Value) -> Option<ModelRef> {
    value.as_obj().and_then(|o| o.class().data::<super::options::Model>())
}
