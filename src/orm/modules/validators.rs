//! `django.core.validators`. Mirrors <https://docs.djangoproject.com/en/5.2/ref/validators/>.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use crate::object::class::Names;
use crate::object::{Args, CallArgs, Class, Dict, Error, Exc, Module, NativeFn, Res, Row, Rt, Value, ops};
use crate::orm::errors::validation_error;
use crate::source::Name;

fn attr(rt: &Rt, this: &Value, name: &str) -> Res<Value> {
    ops::get_attr(rt, this, Name::new(name))
}

fn set(rt: &Rt, this: &Value, name: &str, value: Value) -> Res<()> {
    ops::set_attr(rt, this, Name::new(name), value)
}

fn params(rt: &Rt, pairs: &[(&str, Value)]) -> Value {
    let dict = Dict::new();
    for (name, value) in pairs {
        dict.set_str(rt, name, value.clone());
    }
    Value::Dict(dict)
}

/// The error of a validator object: its message and code.
fn failed(rt: &Rt, this: &Value, pairs: &[(&str, Value)]) -> Error {
    let get = |name: &str| attr(rt, this, name).unwrap_or_default();
    let code = get("code");
    validation_error(get("message"), code.as_str().map(|s| s.as_str()), params(rt, pairs))
}

fn same(rt: &Rt, a: &Args, names: &[&str]) -> Res<Value> {
    if !Rc::ptr_eq(&rt.class_of(a.get(0)), &rt.class_of(a.get(1))) {
        return Ok(Value::Bool(false));
    }
    for name in names {
        if !ops::eq(rt, &attr(rt, a.get(0), name)?, &attr(rt, a.get(1), name)?)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn search(rt: &Rt, regex: &Value, text: &str) -> Res<bool> {
    let found = ops::call_method(rt, regex, "search".into(), CallArgs::new([Value::str(text)]))?;
    ops::truthy(rt, &found)
}

fn compiled(rt: &Rt, regex: &Value, flags: &Value) -> Res<Value> {
    if regex.as_str().is_none() {
        return Ok(regex.clone());
    }
    let re = rt.exec()?.import(rt, "re")?;
    let flags = if flags.is_none() { Value::Int(0) } else { flags.clone() };
    ops::call_method(rt, &re, "compile".into(), CallArgs::new([regex.clone(), flags]))
}

const REGEX: &[Row] = &[
    Row::method(
        "__init__",
        "(self, regex=None, message=None, code=None, inverse_match=None, flags=None)",
        "What a text has to match.",
        |rt, a| {
            let this = a.value(0);
            for (slot, name) in [(1, "regex"), (2, "message"), (3, "code"), (4, "inverse_match"), (5, "flags")] {
                if let Some(value) = a.some(slot) {
                    set(rt, &this, name, value.clone())?;
                }
            }
            let regex = compiled(rt, &attr(rt, &this, "regex")?, &attr(rt, &this, "flags")?)?;
            set(rt, &this, "regex", regex)?;
            Ok(Value::None)
        },
    ),
    Row::method("__call__", "(self, value)", "ValidationError where it does not match.", |rt, a| {
        let this = a.value(0);
        let matches = search(rt, &attr(rt, &this, "regex")?, &ops::str(rt, a.get(1))?)?;
        let inverse = ops::truthy(rt, &attr(rt, &this, "inverse_match")?)?;
        if matches == inverse {
            return Err(failed(rt, &this, &[("value", a.value(1))]));
        }
        Ok(Value::None)
    }),
    Row::method("__eq__", "(self, other, /)", "Made alike.", |rt, a| {
        same(rt, a, &["regex", "message", "code", "inverse_match"])
    }),
];

const LIMIT: &[Row] = &[
    Row::method("__init__", "(self, limit_value, message=None)", "The limit.", |rt, a| {
        let this = a.value(0);
        set(rt, &this, "limit_value", a.value(1))?;
        if let Some(message) = a.some(2) {
            set(rt, &this, "message", message.clone())?;
        }
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError beyond the limit.", |rt, a| {
        let this = a.value(0);
        let cleaned = ops::call_method(rt, &this, "clean".into(), CallArgs::new([a.value(1)]))?;
        let mut limit = attr(rt, &this, "limit_value")?;
        if ops::callable(rt, &limit) {
            limit = ops::call0(rt, &limit)?;
        }
        let bad = ops::call_method(rt, &this, "compare".into(), CallArgs::new([cleaned.clone(), limit.clone()]))?;
        if ops::truthy(rt, &bad)? {
            let pairs = [("limit_value", limit), ("show_value", cleaned), ("value", a.value(1))];
            return Err(failed(rt, &this, &pairs));
        }
        Ok(Value::None)
    }),
    Row::method("compare", "(self, a, b)", "Whether it is wrong.", |rt, a| {
        Ok(Value::Bool(!ops::eq(rt, a.get(1), a.get(2))?))
    }),
    Row::method("clean", "(self, x)", "The value that is compared.", |_, a| Ok(a.value(1))),
    Row::method("__eq__", "(self, other, /)", "Made alike.", |rt, a| same(rt, a, &["limit_value", "message", "code"])),
];

const GREATER: &[Row] = &[Row::method("compare", "(self, a, b)", "Whether it is wrong.", |rt, a| {
    ops::less(rt, a.get(2), a.get(1)).map(Value::Bool)
})];
const LESS: &[Row] = &[Row::method("compare", "(self, a, b)", "Whether it is wrong.", |rt, a| {
    ops::less(rt, a.get(1), a.get(2)).map(Value::Bool)
})];
const LENGTH: &[Row] =
    &[Row::method("clean", "(self, x)", "The length.", |rt, a| Ok(Value::from(ops::len(rt, a.get(1))?)))];
const STEP: &[Row] = &[
    Row::method("__init__", "(self, limit_value, message=None, offset=None)", "The step.", |rt, a| {
        let this = a.value(0);
        set(rt, &this, "limit_value", a.value(1))?;
        set(rt, &this, "offset", a.value(3))?;
        if let Some(message) = a.some(2) {
            set(rt, &this, "message", message.clone())?;
        }
        Ok(Value::None)
    }),
    Row::method("compare", "(self, a, b)", "Whether it is no multiple.", |rt, a| {
        let offset = attr(rt, a.get(0), "offset")?;
        let offset = if offset.is_none() { Value::Int(0) } else { offset };
        let rest = ops::binary(rt, ops::BinOp::Sub, a.get(1), &offset)?;
        let rest = ops::binary(rt, ops::BinOp::Mod, &rest, a.get(2))?;
        ops::truthy(rt, &rest).map(Value::Bool)
    }),
];

const DECIMAL: &[Row] = &[
    Row::method("__init__", "(self, max_digits, decimal_places)", "The limits.", |rt, a| {
        set(rt, a.get(0), "max_digits", a.value(1))?;
        set(rt, a.get(0), "decimal_places", a.value(2))?;
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError with too many digits.", |rt, a| {
        let this = a.value(0);
        let text = ops::str(rt, a.get(1))?;
        if matches!(text.trim_start_matches(['-', '+']).to_lowercase().as_str(), "nan" | "snan" | "infinity") {
            let value = [("value", a.value(1))];
            return Err(validation_error("Enter a number.", Some("invalid"), params(rt, &value)));
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) => (m.to_string(), e.parse::<i64>().unwrap_or(0)),
            None => (text.to_string(), 0),
        };
        let mantissa = mantissa.trim_start_matches(['-', '+']);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits_tuple = all.trim_start_matches('0').len().max(1) as i64;
        let exponent = exponent - fraction.len() as i64;
        let (digits, decimals) = if exponent >= 0 {
            (if all.trim_start_matches('0').is_empty() { 1 } else { digits_tuple + exponent }, 0)
        } else if -exponent > digits_tuple {
            (-exponent, -exponent)
        } else {
            (digits_tuple, -exponent)
        };
        let max_digits = attr(rt, &this, "max_digits")?.as_int();
        let places = attr(rt, &this, "decimal_places")?.as_int();
        let plural = |n: i64, one: &str, many: &str| if n == 1 { one.to_string() } else { many.to_string() };
        let error = |message: String, code: &str, max: i64| {
            let pairs = [("max", Value::Int(max)), ("value", a.value(1))];
            Err(validation_error(message, Some(code), params(rt, &pairs)))
        };
        if let Some(max) = max_digits
            && digits > max
        {
            let text = plural(
                max,
                "Ensure that there are no more than %(max)s digit in total.",
                "Ensure that there are no more than %(max)s digits in total.",
            );
            return error(text, "max_digits", max);
        }
        if let Some(max) = places
            && decimals > max
        {
            let text = plural(
                max,
                "Ensure that there are no more than %(max)s decimal place.",
                "Ensure that there are no more than %(max)s decimal places.",
            );
            return error(text, "max_decimal_places", max);
        }
        if let (Some(max), Some(places)) = (max_digits, places)
            && digits - decimals > max - places
        {
            let text = plural(
                max - places,
                "Ensure that there are no more than %(max)s digit before the decimal point.",
                "Ensure that there are no more than %(max)s digits before the decimal point.",
            );
            return error(text, "max_whole_digits", max - places);
        }
        Ok(Value::None)
    }),
    Row::method("__eq__", "(self, other, /)", "Made alike.", |rt, a| same(rt, a, &["max_digits", "decimal_places"])),
];

const EMAIL: &[Row] = &[
    Row::method("__init__", "(self, message=None, code=None, allowlist=None)", "What is said.", |rt, a| {
        for (slot, name) in [(1, "message"), (2, "code"), (3, "domain_allowlist")] {
            if let Some(value) = a.some(slot) {
                set(rt, a.get(0), name, value.clone())?;
            }
        }
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError for what is no address.", |rt, a| {
        let text = a.get(1).as_str().cloned();
        let good = text.as_ref().is_some_and(|t| t.char_count() <= 320 && is_email(t));
        if good { Ok(Value::None) } else { Err(failed(rt, a.get(0), &[("value", a.value(1))])) }
    }),
    Row::method("__eq__", "(self, other, /)", "Made alike.", |rt, a| same(rt, a, &["message", "code"])),
];

/// Whether a text is an e-mail address as Django judges it.
pub fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{}|~-".contains(c);
    let dotted = !user.is_empty() && user.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let quoted = user.len() >= 2
        && user.starts_with('"')
        && user.ends_with('"')
        && user[1..user.len() - 1].chars().all(|c| c.is_ascii() && c != '\n' && c != '\r' && c != '"' && c != '\\');
    if !(dotted || quoted) {
        return false;
    }
    if domain == "localhost" {
        return true;
    }
    if let Some(inner) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        return inner.parse::<Ipv4Addr>().is_ok() || inner.parse::<Ipv6Addr>().is_ok();
    }
    is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let [init @ .., last] = labels.as_slice() else { return false };
    let label = |l: &&str| {
        let n = l.chars().count();
        (1..=63).contains(&n)
            && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || (c as u32) > 0xa0)
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    !init.is_empty()
        && init.iter().all(label)
        && label(last)
        && last.chars().count() >= 2
        && !last.chars().all(|c| c.is_ascii_digit())
}

const URL: &[Row] = &[
    Row::method("__init__", "(self, schemes=None, **kwargs)", "The schemes.", |rt, a| {
        if let Some(schemes) = a.some(1) {
            set(rt, a.get(0), "schemes", schemes.clone())?;
        }
        for (name, value) in std::mem::take(&mut a.kwargs) {
            ops::set_attr(rt, a.get(0), name, value)?;
        }
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError for what is no URL.", |rt, a| {
        let this = a.value(0);
        let text = a.get(1).as_str().cloned();
        let mut good = false;
        if let Some(text) = &text
            && let Some((scheme, rest)) = text.split_once("://")
            && !text.chars().any(|c| matches!(c, '\t' | '\n' | '\r' | ' '))
        {
            let schemes = ops::collect(rt, &attr(rt, &this, "schemes")?)?;
            let known = schemes.iter().any(|s| s.as_str().is_some_and(|s| s.as_str() == scheme.to_lowercase()));
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let host = rest.get(..end).unwrap_or("");
            let host = host.rsplit_once('@').map_or(host, |(_, h)| h);
            let (name, port) = match host.strip_prefix('[').and_then(|h| h.split_once(']')) {
                Some((v6, port)) => (v6, port.strip_prefix(':')),
                None => match host.rsplit_once(':') {
                    Some((n, p)) => (n, Some(p)),
                    None => (host, None),
                },
            };
            let port = port.is_none_or(|p| (1..=5).contains(&p.len()) && p.chars().all(|c| c.is_ascii_digit()));
            let named = name == "localhost"
                || name.parse::<Ipv4Addr>().is_ok()
                || (host.starts_with('[') && name.parse::<Ipv6Addr>().is_ok())
                || is_domain(name.strip_suffix('.').unwrap_or(name));
            good = known && port && named && name.len() <= 253 && text.char_count() <= 2048;
        }
        if good { Ok(Value::None) } else { Err(failed(rt, &this, &[("value", a.value(1))])) }
    }),
];

const EXTENSION: &[Row] = &[
    Row::method("__init__", "(self, allowed_extensions=None, message=None, code=None)", "The extensions.", |rt, a| {
        set(rt, a.get(0), "allowed_extensions", a.value(1))?;
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError for other extensions.", |rt, a| {
        let this = a.value(0);
        let name = match ops::get_attr_opt(rt, a.get(1), "name".into())? {
            Some(n) => ops::str(rt, &n)?,
            None => ops::str(rt, a.get(1))?,
        };
        let extension = name.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_lowercase());
        let allowed = attr(rt, &this, "allowed_extensions")?;
        if allowed.is_none() || ops::contains(rt, &allowed, &Value::str(&extension))? {
            return Ok(Value::None);
        }
        let names: Vec<String> =
            ops::collect(rt, &allowed)?.iter().filter_map(|v| v.as_str().map(|s| s.to_string())).collect();
        let pairs = [
            ("extension", Value::from(extension)),
            ("allowed_extensions", Value::from(names.join(", "))),
            ("value", a.value(1)),
        ];
        Err(failed(rt, &this, &pairs))
    }),
];

const NULLS: &[Row] = &[
    Row::method("__init__", "(self, message=None, code=None)", "What is said.", |_, _| Ok(Value::None)),
    Row::method("__call__", "(self, value)", "ValidationError for null characters.", |rt, a| {
        if ops::str(rt, a.get(1))?.contains('\0') {
            return Err(failed(rt, a.get(0), &[("value", a.value(1))]));
        }
        Ok(Value::None)
    }),
];

fn ip(rt: &Rt, a: &Args, v4: bool, v6: bool) -> Res<Value> {
    let text = ops::str(rt, a.get(0))?;
    let good = (v4 && text.parse::<Ipv4Addr>().is_ok()) || (v6 && text.parse::<Ipv6Addr>().is_ok());
    if good {
        return Ok(Value::None);
    }
    let protocol = match (v4, v6) {
        (true, false) => "IPv4",
        (false, true) => "IPv6",
        _ => "IPv4 or IPv6",
    };
    let pairs = [("protocol", Value::str(protocol)), ("value", a.value(0))];
    Err(validation_error("Enter a valid %(protocol)s address.", Some("invalid"), params(rt, &pairs)))
}

const IMAGES: &[&str] =
    &["apng", "avif", "bmp", "gif", "ico", "jfif", "jpe", "jpeg", "jpg", "png", "ppm", "tga", "tif", "tiff", "webp"];

/// Whether a text is a domain name: labels of letters, digits and hyphens, the last one with no digit.
fn is_domain_name(text: &str, idna: bool) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || (idna && ('\u{a1}'..='\u{ffff}').contains(&c));
    let good = |label: &str, digits: bool| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| letter(c) || c == '-' || (digits && c.is_ascii_digit()))
    };
    let Some((rest, last)) = text.strip_suffix('.').unwrap_or(text).rsplit_once('.') else { return false };
    let last_good = last.chars().count() >= 2 && (good(last, false) || (last.starts_with("xn--") && good(last, true)));
    text.chars().count() <= 255 && last_good && rest.split('.').all(|label| good(label, true))
}

const DOMAIN: &[Row] = &[
    Row::method("__init__", "(self, accept_idna=True, message=None, code=None)", "What is accepted.", |rt, a| {
        for (at, name) in [(1, "accept_idna"), (2, "message"), (3, "code")] {
            if let Some(value) = a.opt(at).filter(|v| !v.is_none()).cloned() {
                ops::set_attr(rt, a.get(0), name.into(), value)?;
            }
        }
        Ok(Value::None)
    }),
    Row::method("__call__", "(self, value)", "ValidationError for what is no domain name.", |rt, a| {
        let idna = ops::get_attr_opt(rt, a.get(0), "accept_idna".into())?.is_none_or(|v| v.as_int() != Some(0));
        if a.get(1).as_str().is_some_and(|text| is_domain_name(text, idna)) {
            return Ok(Value::None);
        }
        Err(failed(rt, a.get(0), &[("value", a.value(1))]))
    }),
];

const FUNCTIONS: &[Row] = &[
    Row::method("validate_ipv4_address", "(value)", "ValidationError for what is no address.", |rt, a| {
        ip(rt, a, true, false)
    }),
    Row::method("validate_ipv6_address", "(value)", "ValidationError for what is no address.", |rt, a| {
        ip(rt, a, false, true)
    }),
    Row::method("validate_ipv46_address", "(value)", "ValidationError for what is no address.", |rt, a| {
        ip(rt, a, true, true)
    }),
    Row::method("validate_image_file_extension", "(value)", "ValidationError for what is no image's name.", |rt, a| {
        let images: Vec<Value> = IMAGES.iter().map(Value::str).collect();
        let module = rt.exec()?.import(rt, "django.core.validators")?;
        let class = attr(rt, &module, "FileExtensionValidator")?;
        let validator = ops::call1(rt, &class, Value::list(images))?;
        ops::call1(rt, &validator, a.value(0))
    }),
    Row::method("get_available_image_extensions", "()", "The endings of images' names.", |_, _| {
        Ok(Value::list(IMAGES.iter().map(Value::str).collect()))
    }),
    Row::method(
        "int_list_validator",
        "(sep=',', message=None, code='invalid', allow_negative=False)",
        "A validator of lists.",
        |rt, a| {
            let sep = a.opt(0).map_or(Ok(",".into()), |v| ops::str(rt, v))?;
            let sign = if a.flag(rt, 3, false)? { "(?:-)?" } else { "" };
            let sep = if *sep == *"," { sep.to_string() } else { format!("\\{sep}") };
            let regex = format!("^{sign}\\d+(?:{sep}{sign}\\d+)*\\Z");
            let message = a.some(1).cloned().unwrap_or_else(|| Value::str("Enter a valid value."));
            let module = rt.exec()?.import(rt, "django.core.validators")?;
            let class = attr(rt, &module, "RegexValidator")?;
            let code = a.opt(2).cloned().unwrap_or_else(|| Value::str("invalid"));
            let args = CallArgs::new([Value::from(regex)]).with("message", message).with("code", code);
            ops::call(rt, &class, args)
        },
    ),
];

struct Spec {
    name: &'static str,
    base: &'static str,
    rows: &'static [Row],
    message: &'static str,
    code: &'static str,
}

const CLASSES: &[Spec] = &[
    Spec { name: "RegexValidator", base: "", rows: REGEX, message: "Enter a valid value.", code: "invalid" },
    Spec { name: "EmailValidator", base: "", rows: EMAIL, message: "Enter a valid email address.", code: "invalid" },
    Spec { name: "URLValidator", base: "RegexValidator", rows: URL, message: "Enter a valid URL.", code: "invalid" },
    Spec {
        name: "DomainNameValidator",
        base: "RegexValidator",
        rows: DOMAIN,
        message: "Enter a valid domain name.",
        code: "invalid",
    },
    Spec {
        name: "BaseValidator",
        base: "",
        rows: LIMIT,
        message: "Ensure this value is %(limit_value)s (it is %(show_value)s).",
        code: "limit_value",
    },
    Spec {
        name: "MaxValueValidator",
        base: "BaseValidator",
        rows: GREATER,
        message: "Ensure this value is less than or equal to %(limit_value)s.",
        code: "max_value",
    },
    Spec {
        name: "MinValueValidator",
        base: "BaseValidator",
        rows: LESS,
        message: "Ensure this value is greater than or equal to %(limit_value)s.",
        code: "min_value",
    },
    Spec {
        name: "StepValueValidator",
        base: "BaseValidator",
        rows: STEP,
        message: "Ensure this value is a multiple of step size %(limit_value)s.",
        code: "step_size",
    },
    Spec { name: "MinLengthValidator", base: "BaseValidator", rows: LESS, message: "", code: "min_length" },
    Spec { name: "MaxLengthValidator", base: "BaseValidator", rows: GREATER, message: "", code: "max_length" },
    Spec { name: "DecimalValidator", base: "", rows: DECIMAL, message: "", code: "invalid" },
    Spec {
        name: "FileExtensionValidator",
        base: "",
        rows: EXTENSION,
        message: "File extension “%(extension)s” is not allowed. Allowed extensions are: %(allowed_extensions)s.",
        code: "invalid_extension",
    },
    Spec {
        name: "ProhibitNullCharactersValidator",
        base: "",
        rows: NULLS,
        message: "Null characters are not allowed.",
        code: "null_characters_not_allowed",
    },
];

/// The message of a length validator: its noun is in the singular for one.
const LENGTHS: &[Row] = &[Row::method("__call__", "(self, value)", "ValidationError beyond the limit.", |rt, a| {
    let this = a.value(0);
    let length = ops::len(rt, a.get(1))? as i64;
    let mut limit = attr(rt, &this, "limit_value")?;
    if ops::callable(rt, &limit) {
        limit = ops::call0(rt, &limit)?;
    }
    let bad = ops::call_method(rt, &this, "compare".into(), CallArgs::new([Value::Int(length), limit.clone()]))?;
    if !ops::truthy(rt, &bad)? {
        return Ok(Value::None);
    }
    let pairs = [("limit_value", limit.clone()), ("show_value", Value::Int(length)), ("value", a.value(1))];
    let own = attr(rt, &this, "message")?;
    if own.as_str().is_some_and(|s| !s.is_empty()) {
        return Err(failed(rt, &this, &pairs));
    }
    let code = attr(rt, &this, "code")?;
    let least = code.as_str().is_some_and(|s| *s == "min_length");
    let noun = if limit.as_int() == Some(1) { "character" } else { "characters" };
    let word = if least { "least" } else { "most" };
    let text = format!("Ensure this value has at {word} %(limit_value)d {noun} (it has %(show_value)d).");
    Err(validation_error(text, code.as_str().map(|s| s.as_str()), params(rt, &pairs)))
})];

fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(FUNCTIONS);
    for spec in CLASSES {
        let base = match m.get(Name::new(spec.base)) {
            Some(Value::Class(c)) => c,
            _ => rt.types.object.clone(),
        };
        let mut dict = Names::default();
        let length = matches!(spec.code, "min_length" | "max_length");
        let more: &[&'static [Row]] = if length { &[LENGTH, LENGTHS] } else { &[] };
        for row in spec.rows.iter().chain(more.iter().flat_map(|r| r.iter())) {
            dict.insert(Name::new(row.name), NativeFn::from_row(row, Some(spec.name)).into_attribute());
        }
        dict.insert(Name::new("message"), Value::str(spec.message));
        dict.insert(Name::new("code"), Value::str(spec.code));
        if spec.name == "RegexValidator" {
            dict.insert(Name::new("regex"), Value::str(""));
            dict.insert(Name::new("inverse_match"), Value::Bool(false));
            dict.insert(Name::new("flags"), Value::Int(0));
        }
        if spec.name == "URLValidator" {
            let schemes = ["http", "https", "ftp", "ftps"].map(Value::str).to_vec();
            dict.insert(Name::new("schemes"), Value::list(schemes));
        }
        let class = Class::build(spec.name, "django.core.validators", vec![base], None, dict, true)?;
        m.put(spec.name, Value::Class(class));
    }
    let call =
        |name: &str, args: CallArgs| -> Res<Value> { ops::call(rt, &m.get(Name::new(name)).unwrap_or_default(), args) };
    m.put("validate_domain_name", call("DomainNameValidator", CallArgs::none())?);
    m.put("validate_email", call("EmailValidator", CallArgs::none())?);
    let regex = |pattern: &str, message: &str| -> Res<Value> {
        call("RegexValidator", CallArgs::new([Value::str(pattern), Value::str(message), Value::str("invalid")]))
    };
    m.put(
        "validate_slug",
        regex(r"^[-a-zA-Z0-9_]+\Z", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.")?,
    );
    m.put(
        "validate_unicode_slug",
        regex(r"^[-\w]+\Z", "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.")?,
    );
    m.put("validate_integer", regex(r"^-?\d+\Z", "Enter a valid integer.")?);
    m.put(
        "validate_comma_separated_integer_list",
        regex(r"^\d+(?:,\d+)*\Z", "Enter only digits separated by commas.")?,
    );
    m.put(
        "EMPTY_VALUES",
        Value::tuple(vec![
            Value::None,
            Value::str(""),
            Value::list(Vec::new()),
            Value::tuple(Vec::new()),
            Value::Dict(Dict::new()),
        ]),
    );
    let _ = Exc::ValidationError;
    Ok(())
}

/// Registers the module.
pub fn install(rt: &Rt) {
    rt.add_module("django.core.validators", build);
}
