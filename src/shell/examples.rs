//! Examples for help, on the person's own models, with the SQL that they become.

use super::{describe, sql};
use crate::models::{FieldRef, ModelRef};
use crate::object::ops;
use crate::session::Session;
use crate::session::text::{Role, Styled};

/// An example of a method or function: what to type, and the query whose SQL shows what becomes of it (empty where there is
/// none to show without running it). Words in braces stand for what a model has: `{text}` a text field, `{num}` a number,
/// `{date}` a date, `{any}` a field, `{fk}` a foreign key, `{fktext}` a text behind one, `{many}` a relation to many.
struct Example {
    name: &'static str,
    code: &'static str,
    query: &'static str,
}

const fn same(name: &'static str, code: &'static str) -> Example {
    Example { name, code, query: code }
}

const fn other(name: &'static str, code: &'static str, query: &'static str) -> Example {
    Example { name, code, query }
}

const METHODS: &[Example] = &[
    same("all", "{M}.objects.all()"),
    same("filter", "{M}.objects.filter({text}__startswith='B')"),
    same("exclude", "{M}.objects.exclude({text}__startswith='B')"),
    other("get", "{M}.objects.get(pk=1)", "{M}.objects.filter(pk=1)"),
    same("order_by", "{M}.objects.order_by('-{any}')"),
    same("reverse", "{M}.objects.order_by('{any}').reverse()"),
    same("values", "{M}.objects.values('{any}')"),
    same("values_list", "{M}.objects.values_list('{any}', flat=True)"),
    same("annotate", "{M}.objects.annotate(n=Count('{many}'))"),
    same("alias", "{M}.objects.alias(n=Count('{many}')).filter(n__gt=3)"),
    other("aggregate", "{M}.objects.aggregate(Max('{num}'))", "{M}.objects.values(highest=Max('{num}'))"),
    other("first", "{M}.objects.first()", "{M}.objects.order_by('pk')[:1]"),
    other("last", "{M}.objects.last()", "{M}.objects.order_by('-pk')[:1]"),
    other("latest", "{M}.objects.latest('{date}')", "{M}.objects.order_by('-{date}')[:1]"),
    other("earliest", "{M}.objects.earliest('{date}')", "{M}.objects.order_by('{date}')[:1]"),
    same("distinct", "{M}.objects.values('{any}').distinct()"),
    same("only", "{M}.objects.only('{any}')"),
    same("defer", "{M}.objects.defer('{any}')"),
    same("select_related", "{M}.objects.select_related('{fk}')"),
    other("prefetch_related", "{M}.objects.prefetch_related('{many}')", ""),
    same("dates", "{M}.objects.dates('{date}', 'year')"),
    same("union", "{M}.objects.filter({text}='A').union({M}.objects.filter({text}='B'))"),
    same("difference", "{M}.objects.all().difference({M}.objects.filter({text}='B'))"),
    same("intersection", "{M}.objects.all().intersection({M}.objects.filter({text}='B'))"),
    same("none", "{M}.objects.none()"),
    other("count", "{M}.objects.filter({text}__startswith='B').count()", ""),
    other("exists", "{M}.objects.filter({text}__startswith='B').exists()", ""),
    other("create", "{M}.objects.create({any}=...)", ""),
    other("get_or_create", "obj, created = {M}.objects.get_or_create({any}=..., defaults={...})", ""),
    other("update_or_create", "obj, created = {M}.objects.update_or_create({any}=..., defaults={...})", ""),
    other("update", "{M}.objects.filter(pk=1).update({any}=...)", ""),
    other("delete", "{M}.objects.filter(pk=1).delete()", ""),
    other("bulk_create", "{M}.objects.bulk_create([{M}({any}=...), {M}({any}=...)])", ""),
    other("bulk_update", "{M}.objects.bulk_update(objs, ['{any}'])", ""),
    other("in_bulk", "{M}.objects.in_bulk([1, 2])", "{M}.objects.filter(pk__in=[1, 2])"),
    other("iterator", "for obj in {M}.objects.iterator(): ...", "{M}.objects.all()"),
    other("explain", "print({M}.objects.filter({text}='B').explain())", "{M}.objects.filter({text}='B')"),
    same("raw", "{M}.objects.raw('SELECT * FROM {table}')"),
    other("save", "obj.save(update_fields=['{any}'])", ""),
    other("refresh_from_db", "obj.refresh_from_db()", "{M}.objects.filter(pk=1)"),
    other("add", "obj.{many}.add(other)", ""),
    other("remove", "obj.{many}.remove(other)", ""),
    other("set", "obj.{many}.set([other])", ""),
    other("clear", "obj.{many}.clear()", ""),
];

const FUNCTIONS: &[Example] = &[
    same("F", "{M}.objects.annotate(copy=F('{any}'))"),
    same("Q", "{M}.objects.filter(Q({text}__startswith='A') | Q({text}__startswith='B'))"),
    same("Count", "{M}.objects.annotate(n=Count('{many}'))"),
    same("Value", "{M}.objects.annotate(one=Value(1))"),
    same("Case", "{M}.objects.annotate(x=Case(When({text}='A', then=Value(1)), default=Value(0)))"),
    same("When", "{M}.objects.annotate(x=Case(When({text}='A', then=Value(1)), default=Value(0)))"),
    same(
        "OuterRef",
        "{M}.objects.filter(Exists({M}.objects.filter({text}=OuterRef('{text}'), pk__gt=OuterRef('pk'))))",
    ),
    same("Exists", "{M}.objects.filter(Exists({M}.objects.filter({text}=OuterRef('{text}'), pk__gt=OuterRef('pk'))))"),
    same("Subquery", "{M}.objects.annotate(x=Subquery({M}.objects.filter(pk=OuterRef('pk')).values('{any}')[:1]))"),
    other("Prefetch", "{M}.objects.prefetch_related(Prefetch('{many}', to_attr='found'))", ""),
    same("Coalesce", "{M}.objects.annotate(x=functions.Coalesce('{text}', Value('?')))"),
    same("Concat", "{M}.objects.annotate(x=functions.Concat('{text}', Value('!')))"),
    same("Substr", "{M}.objects.annotate(x=functions.Substr('{text}', 1, 3))"),
    same("Left", "{M}.objects.annotate(x=functions.Left('{text}', 3))"),
    same("Right", "{M}.objects.annotate(x=functions.Right('{text}', 3))"),
    same("Replace", "{M}.objects.annotate(x=functions.Replace('{text}', Value('a'), Value('b')))"),
    same("Trunc", "{M}.objects.annotate(x=functions.Trunc('{date}', 'month'))"),
    same("Extract", "{M}.objects.annotate(x=functions.Extract('{date}', 'year'))"),
    same("Cast", "{M}.objects.annotate(x=functions.Cast('{num}', models.CharField()))"),
    same("Greatest", "{M}.objects.annotate(x=functions.Greatest('{num}', Value(3)))"),
    same("Least", "{M}.objects.annotate(x=functions.Least('{num}', Value(3)))"),
];

/// What the words in braces stand for on a model; `None` where it has no such thing.
fn filled(session: &Session, model: &ModelRef, template: &str) -> Option<String> {
    let fields = model.concrete_fields();
    let plain = || fields.iter().filter(|f| !f.is_relation() && !f.options().auto_created);
    let kind = |is: fn(&str) -> bool| plain().find(|f| is(f.internal_type())).map(|f| f.name().to_string());
    let is_text: fn(&str) -> bool = |k| matches!(k, "CharField" | "TextField" | "SlugField");
    let mut out = template.replace("{M}", &model.object_name).replace("{table}", &model.db_table.borrow());
    let mut put = |word: &str, value: &dyn Fn() -> Option<String>| -> Option<()> {
        if out.contains(word) {
            out = out.replace(word, &value()?);
        }
        Some(())
    };
    // A text that is no key makes the better example.
    let text = || {
        let free = plain().find(|f| is_text(f.internal_type()) && !f.primary_key() && f.options().choices.is_none());
        free.map(|f| f.name().to_string()).or_else(|| kind(is_text))
    };
    put("{text}", &text)?;
    put("{any}", &|| plain().find(|f| !f.primary_key()).map(|f| f.name().to_string()).or_else(|| Some("pk".into())))?;
    put("{num}", &|| kind(|k| k.ends_with("IntegerField") || matches!(k, "DecimalField" | "FloatField")))?;
    put("{date}", &|| kind(|k| matches!(k, "DateField" | "DateTimeField")))?;
    put("{fk}", &|| fields.iter().find(|f| f.is_relation()).map(|f| f.name().to_string()))?;
    put("{many}", &|| {
        let all = model.get_fields(&session.rt, true, false);
        let many = all.iter().find(|f| f.one_to_many() || f.many_to_many())?;
        Some(if many.is_reverse() { many.accessor_name()?.to_string() } else { many.name().to_string() })
    })?;
    Some(out)
}

/// Code as an example, with the SQL of a query.
fn show(session: &Session, code: &str, query: &str, out: &mut Styled) {
    out.push(Role::Error, "Example:     ").push(Role::Plain, format!("{code}\n"));
    let Some(sql) = sql_of(session, query) else { return };
    out.push(Role::Error, "SQL:\n");
    let columns = terminal_size::terminal_size().map_or(80, |(w, _)| w.0 as usize);
    let laid = sql::lay_out(&sql, columns.saturating_sub(4)).pieces;
    let mut fresh = true;
    for (role, piece) in laid {
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                out.push(Role::Plain, "\n");
                fresh = true;
            }
            if !line.is_empty() {
                if std::mem::take(&mut fresh) {
                    out.push(Role::Plain, "    ");
                }
                out.push(role, line);
            }
        }
    }
    if !fresh {
        out.push(Role::Plain, "\n");
    }
}

/// The SQL of a query that is never run.
fn sql_of(session: &Session, query: &str) -> Option<String> {
    if query.is_empty() {
        return None;
    }
    let value = session.compiled(&format!("({query}).query.sql_with_params()")).ok()?(session).ok()??;
    let parts = value.as_tuple()?;
    let (sql, params) = (parts.first()?.as_str()?.to_string(), parts.get(1)?);
    let params = ops::collect(&session.rt, params).ok()?;
    Some(crate::db::log::with_params(&sql, &params))
}

fn put(session: &Session, example: &Example, model: Option<&ModelRef>, out: &mut Styled) {
    let all = describe::all_models(session);
    let mut tried = model.into_iter().chain(all.iter());
    let found = tried.find_map(|m| {
        let both = (filled(session, m, example.code)?, filled(session, m, example.query)?);
        // A table that a raw query names must be there; all others build.
        Some(both)
    });
    if let Some((code, query)) = found {
        show(session, &code, &query, out);
    }
}

/// An example of a method of managers, QuerySets, instances.
pub fn method(session: &Session, name: &str, model: Option<&ModelRef>, out: &mut Styled) {
    if let Some(example) = METHODS.iter().find(|e| e.name == name) {
        put(session, example, model, out);
    }
}

/// An example of a function or expression of queries.
pub fn function(session: &Session, name: &str, out: &mut Styled) {
    if let Some(example) = FUNCTIONS.iter().find(|e| e.name == name) {
        return put(session, example, None, out);
    }
    let Some(row) = crate::sql::functions::find(name) else { return };
    use crate::sql::functions::Family;
    let argument = match name {
        n if n.starts_with("Trunc") || n.starts_with("Extract") => "{date}",
        "Lower" | "Upper" | "Length" | "Trim" | "LTrim" | "RTrim" | "Reverse" | "MD5" | "SHA1" | "SHA224"
        | "SHA256" | "SHA384" | "SHA512" | "Ord" | "Chr" => "{text}",
        _ => "{num}",
    };
    let prefix = if session.main.get(crate::source::Name::new(name)).is_some() { "" } else { "functions." };
    let call = match row.family {
        Family::Aggregate => format!("{name}('{argument}')"),
        _ if row.arity.is_none_or(|n| n == 1) && row.special == crate::sql::functions::Special::None
            || argument == "{date}" =>
        {
            format!("{prefix}{name}('{argument}')")
        }
        _ => return,
    };
    let code = format!("{{M}}.objects.annotate(x={call})");
    let shown = match row.family {
        Family::Aggregate => format!("{{M}}.objects.aggregate({call})"),
        _ => code.clone(),
    };
    let all = describe::all_models(session);
    let found = all.iter().find_map(|m| Some((filled(session, m, &shown)?, filled(session, m, &code)?)));
    if let Some((shown, code)) = found {
        show(session, &shown, &code, out);
    }
}

/// An example of a model.
pub fn model(session: &Session, model: &ModelRef, out: &mut Styled) {
    let examples = [
        "{M}.objects.filter({text}__startswith='B').order_by('{any}')",
        "{M}.objects.filter({any}__isnull=False)",
        "{M}.objects.all()",
    ];
    if let Some(code) = examples.iter().find_map(|e| filled(session, model, e)) {
        show(session, &code, &code, out);
    }
}

/// An example of a lookup on a field of a model.
pub fn lookup(session: &Session, model: &ModelRef, path: &str, field: &FieldRef, lookup: &str, out: &mut Styled) {
    let one = match field.internal_type() {
        "DateField" => "'2001-02-03'",
        "DateTimeField" => "'2001-02-03T04:05Z'",
        "TimeField" => "'04:05'",
        "BooleanField" => "True",
        kind if kind.ends_with("IntegerField") || kind.ends_with("AutoField") => "3",
        "DecimalField" | "FloatField" => "3",
        _ if field.is_relation() => "1",
        _ => "'B'",
    };
    let value = match lookup {
        "in" => format!("[{one}]"),
        "range" => format!("({one}, {one})"),
        "isnull" => "True".to_string(),
        "regex" | "iregex" => "r'^B'".to_string(),
        "year" | "iso_year" => "2001".to_string(),
        "date" => "'2001-02-03'".to_string(),
        "month" | "day" | "week" | "week_day" | "quarter" | "hour" | "minute" | "second" | "iso_week_day" => {
            "3".to_string()
        }
        "has_keys" | "has_any_keys" => "['a', 'b']".to_string(),
        "has_key" => "'a'".to_string(),
        _ => one.to_string(),
    };
    let code = format!("{}.objects.filter({path}={value})", model.object_name);
    show(session, &code, &code, out);
}

/// The text of a class or function in what it was defined in.
pub fn source_of(text: &str, name: &str) -> Option<String> {
    use crate::syntax::ast::{Stmt, StmtKind};
    fn within(body: &[Stmt], name: &str) -> Option<crate::source::Span> {
        for stmt in body {
            let (own, inner) = match &stmt.kind {
                StmtKind::ClassDef(class) => (class.name, &class.body),
                StmtKind::FunctionDef(def) => (def.name, &def.body),
                _ => continue,
            };
            if own == name {
                return Some(stmt.full_span());
            }
            if let Some(found) = within(inner, name) {
                return Some(found);
            }
        }
        None
    }
    let tree = crate::syntax::parse(text, crate::syntax::Mode::Cell).ok()?;
    let span = within(&tree.body, name)?;
    text.get(span.range()).map(|s| s.trim_end().to_string())
}

/// The value of `__file__` of a module, read: where its classes stand.
pub fn module_text(session: &Session, module: &str) -> Option<String> {
    let found = session.rt.modules.borrow().get(&crate::source::Name::new(module)).cloned()?;
    let file = ops::get_attr_opt(&session.rt, &found, crate::source::Name::new("__file__")).ok().flatten()?;
    let file = file.as_str()?.to_string();
    std::fs::read_to_string(&file)
        .ok()
        .or_else(|| session.is_sample.then(|| crate::session::sample::MODELS.to_string()))
}
