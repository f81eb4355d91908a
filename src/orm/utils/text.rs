//! `django.utils.text` and its neighbours for text: `html`, `encoding`, `safestring`, `crypto`, `translation`.

use unicode_normalization::UnicodeNormalization;

use crate::object::{CallArgs, Exc, Module, NativeFn, NativeType, Object, Res, Row, Rt, Str, Value, ops};
use std::cell::RefCell;
use std::rc::Rc;

/// The first letter in upper case.
pub fn capfirst(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// "a, b and c".
pub fn get_text_list(items: &[String], last_word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} {last_word} {last}", init.join(", ")),
    }
}

/// A slug of a text.
pub fn slugify(text: &str, allow_unicode: bool) -> String {
    let normal: String =
        if allow_unicode { text.nfkc().collect() } else { text.nfkd().filter(char::is_ascii).collect() };
    let mut out = String::with_capacity(normal.len());
    for c in normal.to_lowercase().chars() {
        if c == '-' || c.is_whitespace() {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else if c == '_' || c.is_alphanumeric() {
            out.push(c);
        }
    }
    out.trim_matches(['-', '_']).to_string()
}

/// `&`, `<`, `>` and quotes escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

fn text(rt: &Rt, a: &crate::object::Args, slot: usize) -> Res<Str> {
    ops::str(rt, a.get(slot))
}

const TEXT: &[Row] = &[
    Row::method("capfirst", "(x)", "The first letter in upper case.", |rt, a| {
        if !ops::truthy(rt, a.get(0))? {
            return Ok(a.value(0));
        }
        Ok(Value::from(capfirst(&text(rt, a, 0)?)))
    }),
    Row::method("slugify", "(value, allow_unicode=False)", "A slug of a text.", |rt, a| {
        let unicode = a.flag(rt, 1, false)?;
        Ok(Value::from(slugify(&text(rt, a, 0)?, unicode)))
    }),
    Row::method("get_text_list", "(list_, last_word='or')", "\"a, b or c\".", |rt, a| {
        let items: Res<Vec<String>> =
            ops::collect(rt, a.get(0))?.iter().map(|v| Ok(ops::str(rt, v)?.to_string())).collect();
        let last = a.opt(1).map_or(Ok("or".into()), |v| ops::str(rt, v))?;
        Ok(Value::from(get_text_list(&items?, &last)))
    }),
    Row::method("get_valid_filename", "(name)", "A name that is safe for a file.", |rt, a| {
        let given = text(rt, a, 0)?;
        let out: String = given
            .trim()
            .replace(' ', "_")
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        if matches!(out.as_str(), "" | "." | "..") {
            return Err(Exc::SuspiciousFileOperation.new(format!("Could not derive file name from '{given}'")));
        }
        Ok(Value::from(out))
    }),
    Row::method("normalize_newlines", "(text)", "Every line end as \\n.", |rt, a| {
        Ok(Value::from(text(rt, a, 0)?.replace("\r\n", "\n").replace('\r', "\n")))
    }),
    Row::method("camel_case_to_spaces", "(value)", "Words of CamelCase.", |rt, a| {
        Ok(Value::from(camel_case_to_spaces(&text(rt, a, 0)?)))
    }),
    Row::method("phone2numeric", "(phone)", "Letters of a telephone number as digits.", |rt, a| {
        let out: String = text(rt, a, 0)?
            .to_lowercase()
            .chars()
            .map(|c| match c {
                'a'..='c' => '2',
                'd'..='f' => '3',
                'g'..='i' => '4',
                'j'..='l' => '5',
                'm'..='o' => '6',
                'p'..='s' => '7',
                't'..='v' => '8',
                'w'..='z' => '9',
                c => c,
            })
            .collect();
        Ok(Value::from(out))
    }),
    Row::method("format_lazy", "(format_string, *args, **kwargs)", "Formats a text.", |rt, a| {
        let mut args = CallArgs::new(std::mem::take(&mut a.rest));
        args.kw.extend(std::mem::take(&mut a.kwargs));
        let this = Value::Str(text(rt, a, 0)?);
        ops::call_method(rt, &this, "format".into(), args)
    }),
    Row::method("Truncator", "(text)", "A text that can be cut short.", |rt, a| {
        let given = text(rt, a, 0)?;
        let module = Module::new("Truncator");
        let (words, chars) = (given.clone(), given);
        module.put(
            "words",
            NativeFn::closure("words", "(num, truncate=None, html=False)", move |rt, a| {
                let n = a.int(rt, 0)?.max(0) as usize;
                let end = a.some(1).map_or(Ok(Str::from("…")), |v| ops::str(rt, v))?;
                let all: Vec<&str> = words.split_whitespace().collect();
                Ok(Value::from(match all.get(..n) {
                    Some(kept) if all.len() > n => format!("{}{end}", kept.join(" ")),
                    _ => all.join(" "),
                }))
            }),
        );
        module.put(
            "chars",
            NativeFn::closure("chars", "(num, truncate=None, html=False)", move |rt, a| {
                let n = a.int(rt, 0)?.max(0) as usize;
                let end = a.some(1).map_or(Ok(Str::from("…")), |v| ops::str(rt, v))?;
                if chars.char_count() <= n {
                    return Ok(Value::Str(chars.clone()));
                }
                let keep = n.saturating_sub(end.char_count());
                Ok(Value::from(chars.chars().take(keep).collect::<String>() + &end))
            }),
        );
        Ok(rt.module_object(module))
    }),
];

/// "camelCase" as "camel case".
pub fn camel_case_to_spaces(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| chars.get(j));
        let after = chars.get(i + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|b| b.is_lowercase() || after.is_some_and(|a| a.is_lowercase() && b.is_uppercase()));
        if starts {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out.trim().to_string()
}

const HTML: &[Row] = &[
    Row::method("escape", "(text)", "Escapes HTML.", |rt, a| Ok(Value::from(escape(&text(rt, a, 0)?)))),
    Row::method("conditional_escape", "(text)", "Escapes HTML.", |rt, a| Ok(Value::from(escape(&text(rt, a, 0)?)))),
    Row::method("strip_tags", "(value)", "Takes tags away.", |rt, a| {
        let given = text(rt, a, 0)?;
        let (mut out, mut inside) = (String::new(), false);
        for c in given.chars() {
            match c {
                '<' => inside = true,
                '>' if inside => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        Ok(Value::from(out))
    }),
    Row::method("format_html", "(format_string, *args, **kwargs)", "Formats with escaped arguments.", |rt, a| {
        let mut args = CallArgs::none();
        for v in std::mem::take(&mut a.rest) {
            args.pos.push(Value::from(escape(&ops::str(rt, &v)?)));
        }
        for (name, v) in std::mem::take(&mut a.kwargs) {
            args.kw.push((name, Value::from(escape(&ops::str(rt, &v)?))));
        }
        let this = Value::Str(text(rt, a, 0)?);
        ops::call_method(rt, &this, "format".into(), args)
    }),
    Row::method("mark_safe", "(s)", "The text itself.", |_, a| Ok(a.value(0))),
];

const ENCODING: &[Row] = &[
    Row::method("force_str", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As text.", force_str),
    Row::method("smart_str", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As text.", force_str),
    Row::method("force_text", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As text.", force_str),
    Row::method("smart_text", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As text.", force_str),
    Row::method("force_bytes", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As bytes.", force_bytes),
    Row::method("smart_bytes", "(s, encoding='utf-8', strings_only=False, errors='strict')", "As bytes.", force_bytes),
    Row::method("python_2_unicode_compatible", "(klass)", "The class itself.", |_, a| Ok(a.value(0))),
];

fn force_str(rt: &Rt, a: &mut crate::object::Args) -> Res<Value> {
    if let Some(bytes) = a.get(0).as_bytes() {
        return match std::str::from_utf8(bytes) {
            Ok(s) => Ok(Value::str(s)),
            Err(_) => Err(Exc::UnicodeDecodeError.new("'utf-8' codec can't decode bytes")),
        };
    }
    let keep = matches!(a.get(0), Value::None | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Big(_));
    if keep && a.flag(rt, 2, false)? {
        return Ok(a.value(0));
    }
    Ok(Value::Str(text(rt, a, 0)?))
}

fn force_bytes(rt: &Rt, a: &mut crate::object::Args) -> Res<Value> {
    match a.get(0).as_bytes() {
        Some(b) => Ok(Value::Bytes(b.clone())),
        None => Ok(Value::bytes(text(rt, a, 0)?.as_bytes().to_vec())),
    }
}

const TRANSLATION: &[Row] = &[
    Row::method("gettext", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("gettext_lazy", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("gettext_noop", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("ugettext", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("ugettext_lazy", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("ugettext_noop", "(message)", "The message.", |_, a| Ok(a.value(0))),
    Row::method("pgettext", "(context, message)", "The message.", |_, a| Ok(a.value(1))),
    Row::method("pgettext_lazy", "(context, message)", "The message.", |_, a| Ok(a.value(1))),
    Row::method("ngettext", "(singular, plural, number)", "The message for a number.", plural),
    Row::method("ngettext_lazy", "(singular, plural, number=None)", "The message for a number.", plural),
    Row::method("ungettext", "(singular, plural, number)", "The message for a number.", plural),
    Row::method("ungettext_lazy", "(singular, plural, number=None)", "The message for a number.", plural),
    Row::method("get_language", "()", "The language.", |rt, _| Ok(language(rt))),
    Row::method("activate", "(language)", "Sets the language that `get_language` gives.", |rt, a| {
        rt.state::<Language>().0.replace(Some(a.value(0)));
        Ok(Value::None)
    }),
    Row::method("deactivate", "()", "Goes back to the first language.", |rt, _| {
        rt.state::<Language>().0.replace(None);
        Ok(Value::None)
    }),
];

/// The language that a session activated. There are no translations; models may ask which it is.
#[derive(Default)]
struct Language(RefCell<Option<Value>>);

fn language(rt: &Rt) -> Value {
    rt.state::<Language>().0.borrow().clone().unwrap_or_else(|| Value::str("en-us"))
}

/// `override(language)`: a language for a block.
struct Override {
    language: Value,
    before: RefCell<Option<Value>>,
}

impl Object for Override {}

impl NativeType for Override {
    const NAME: &'static str = "override";
    const MODULE: &'static str = "django.utils.translation";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, language, deactivate=False)", "A language for a block.", |rt, a| {
            match a.value(0) {
                Value::Class(class) => {
                    Ok(rt.object_of(class, Override { language: a.value(1), before: RefCell::default() }))
                }
                _ => Err(Exc::TypeError.new("override.__new__(X): X is not a type object")),
            }
        }),
        Row::method("__init__", "(self, language, deactivate=False)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__enter__", "(self)", "Activates the language.", |rt, a| {
            let this = a.native::<Override>(0)?;
            let new = Some(this.language.clone()).filter(|v| !v.is_none());
            *this.before.borrow_mut() = rt.state::<Language>().0.replace(new);
            Ok(Value::None)
        }),
        Row::method("__exit__", "(self, exc_type, exc_value, traceback)", "Goes back.", |rt, a| {
            let before = a.native::<Override>(0)?.before.take();
            rt.state::<Language>().0.replace(before);
            Ok(Value::None)
        }),
    ]];
}

fn plural(_rt: &Rt, a: &mut crate::object::Args) -> Res<Value> {
    Ok(if a.get(2).as_int() == Some(1) { a.value(0) } else { a.value(1) })
}

const CRYPTO: &[Row] =
    &[Row::method("get_random_string", "(length, allowed_chars='abc')", "A text of random characters.", |rt, a| {
        let n = a.int(rt, 0)?.clamp(0, 1 << 20) as usize;
        let chars: Vec<char> = match a.opt(1) {
            Some(v) => ops::str(rt, v)?.chars().collect(),
            None => ('a'..='z').chain('A'..='Z').chain('0'..='9').collect(),
        };
        Ok(Value::from(random_text(rt, n, &chars)))
    })];

/// A text of random characters out of some.
pub fn random_text(rt: &Rt, n: usize, chars: &[char]) -> String {
    let mut state = rt.host.entropy() | 1;
    let mut out = String::with_capacity(n);
    for _ in 0..n {
        state ^= rt.host.entropy().rotate_left(17);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if let Some(c) = chars.get((state % chars.len().max(1) as u64) as usize) {
            out.push(*c);
        }
    }
    out
}

/// Registers the modules.
pub fn install(rt: &Rt) {
    fn module(rows: &'static [Row], m: &Rc<Module>) -> Res<()> {
        m.add_rows(rows);
        Ok(())
    }
    rt.add_module("django.utils.text", |_, m| module(TEXT, m));
    rt.add_module("django.utils.html", |_, m| module(HTML, m));
    rt.add_module("django.utils.encoding", |_, m| module(ENCODING, m));
    rt.add_module("django.utils.translation", |rt, m| {
        m.put("override", Value::Class(rt.class::<Override>()));
        module(TRANSLATION, m)
    });
    rt.add_module("django.utils.crypto", |_, m| module(CRYPTO, m));
    rt.add_module("django.utils.safestring", |rt, m| {
        m.add_rows(HTML);
        m.put("SafeString", Value::Class(rt.types.str.clone()));
        m.put("SafeText", Value::Class(rt.types.str.clone()));
        Ok(())
    });
    rt.add_module("django.utils.six", |rt, m| {
        m.put("text_type", Value::Class(rt.types.str.clone()));
        m.put("string_types", Value::tuple(vec![Value::Class(rt.types.str.clone())]));
        m.add_rows(ENCODING);
        Ok(())
    });
}
