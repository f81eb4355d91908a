//! Text: `CharField` and what derives from it, `TextField`, addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{FIELD, NAMES};
use crate::models::arguments::{FIELD as ARGUMENTS, Given};
use crate::models::field::{FieldOps, FieldRef, FieldRow, INHERITED};
use crate::object::{Res, Rt, Value, ops};

const TEXT_OPS: FieldOps = FieldOps { to_python: Some(to_python), get_prep_value: Some(prep), ..INHERITED };

const fn char_row(
    name: &'static str,
    base: &'static FieldRow,
    positional: &'static [&'static str],
    doc: &'static str,
    arguments: fn(&Rt, &FieldRef, &mut Given) -> Res<()>,
) -> FieldRow {
    FieldRow {
        name,
        base: Some(base),
        module: "django.db.models.fields",
        internal_type: "CharField",
        positional,
        keywords: &["db_collation"],
        doc,
        empty_strings: true,
        messages: &[],
        ops: FieldOps { arguments: Some(arguments), ..INHERITED },
    }
}

/// `CharField`.
pub static CHAR: FieldRow = FieldRow {
    name: "CharField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "CharField",
    positional: ARGUMENTS,
    keywords: &["db_collation"],
    doc: "String (up to %(max_length)s)",
    empty_strings: true,
    messages: &[],
    ops: TEXT_OPS,
};

/// `CommaSeparatedIntegerField`, of old models.
pub static COMMA_SEPARATED: FieldRow =
    char_row("CommaSeparatedIntegerField", &CHAR, ARGUMENTS, "Comma-separated integers", |_, _, _| Ok(()));

/// `EmailField`.
pub static EMAIL: FieldRow = char_row("EmailField", &CHAR, ARGUMENTS, "Email address", |_, _, g| {
    g.set_default("max_length", Value::Int(254));
    Ok(())
});

/// `URLField`.
pub static URL: FieldRow = char_row("URLField", &CHAR, NAMES, "URL", |_, _, g| {
    g.set_default("max_length", Value::Int(200));
    Ok(())
});

/// `SlugField`.
pub static SLUG: FieldRow = FieldRow {
    name: "SlugField",
    base: Some(&CHAR),
    module: "django.db.models.fields",
    internal_type: "SlugField",
    positional: ARGUMENTS,
    keywords: &["db_collation", "allow_unicode"],
    doc: "Slug (up to %(max_length)s)",
    empty_strings: true,
    messages: &[],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set_default("max_length", Value::Int(50));
            g.set_default("db_index", true);
            Ok(())
        }),
        ..INHERITED
    },
};

/// `TextField`.
pub static TEXT: FieldRow = FieldRow {
    name: "TextField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "TextField",
    positional: ARGUMENTS,
    keywords: &["db_collation"],
    doc: "Text",
    empty_strings: true,
    messages: &[],
    ops: TEXT_OPS,
};

/// `IPAddressField`, of old models.
pub static IP_ADDRESS: FieldRow = FieldRow {
    name: "IPAddressField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "IPAddressField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "IPv4 address",
    empty_strings: false,
    messages: &[],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set("max_length", Value::Int(15));
            Ok(())
        }),
        get_prep_value: Some(|rt, _, value| if value.is_none() { Ok(Value::None) } else { text_of(rt, value) }),
        ..INHERITED
    },
};

/// `GenericIPAddressField`.
pub static GENERIC_IP: FieldRow = FieldRow {
    name: "GenericIPAddressField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "GenericIPAddressField",
    positional: &["verbose_name", "name", "protocol", "unpack_ipv4"],
    keywords: &[],
    doc: "IP address",
    empty_strings: false,
    messages: &[("invalid", "Enter a valid %(protocol)s address.")],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set_default("protocol", "both");
            g.set("max_length", Value::Int(39));
            Ok(())
        }),
        to_python: Some(ip_to_python),
        get_prep_value: Some(ip_prep),
        // No address is no value.
        adapt: Some(|_, _, value| Ok(if value.as_str().is_some_and(|s| s.is_empty()) { Value::None } else { value })),
        ..INHERITED
    },
};

fn text_of(rt: &Rt, value: &Value) -> Res<Value> {
    match value {
        Value::Str(_) => Ok(value.clone()),
        _ => ops::str(rt, value).map(Value::Str),
    }
}

fn to_python(rt: &Rt, _: &FieldRef, value: &Value) -> Res<Value> {
    // A member of TextChoices is a str already and stays what it is.
    if value.is_none() || value.as_str().is_some() { Ok(value.clone()) } else { text_of(rt, value) }
}

fn prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    field.to_python(rt, value)
}

fn ip_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    let text = ops::str(rt, value)?;
    let text = text.trim();
    if text.contains(':') {
        return match clean_ipv6(text, field.options().unpack_ipv4) {
            Some(clean) => Ok(Value::from(clean)),
            None => Err(super::super::field::validation_error(
                Value::str("This is not a valid IPv6 address."),
                Some("invalid"),
                Value::None,
            )),
        };
    }
    Ok(Value::str(text))
}

fn ip_prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    if ops::truthy(rt, value)?
        && ops::contains(rt, value, &Value::str(":"))?
        && let Some(text) = value.as_str()
        && let Some(clean) = clean_ipv6(text, field.options().unpack_ipv4)
    {
        return Ok(Value::from(clean));
    }
    Ok(Value::Str(ops::str(rt, value)?))
}

/// An IPv6 address in its short form; an embedded IPv4 address stays readable or is taken out.
fn clean_ipv6(text: &str, unpack: bool) -> Option<String> {
    let address: Ipv6Addr = text.parse().ok()?;
    if let Some(v4) = address.to_ipv4_mapped() {
        return Some(if unpack { v4.to_string() } else { format!("::ffff:{v4}") });
    }
    let short = address.to_string();
    // Rust writes a compatible address with dots too; Python does not.
    if short.contains('.') && !text.contains('.') {
        let parts = address.segments();
        let v4 = Ipv4Addr::from(((parts[6] as u32) << 16) | parts[7] as u32).octets();
        return Some(format!("::{:x}:{:x}", u16::from_be_bytes([v4[0], v4[1]]), u16::from_be_bytes([v4[2], v4[3]])));
    }
    Some(short)
}
