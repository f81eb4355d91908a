//! What can stand in a call's brackets: keyword arguments, names of fields in strings, values.

use std::rc::Rc;

use super::expr::{Expr, Reader};
use super::place::{Frame, Place};
use super::tokens::{Tok, Token};
use super::types::{Infer, Inner, Notes, QueryTy, Shape, Ty};
use super::{Candidate, fields, members, names, values};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Params, Value};
use crate::shell::describe;
use crate::source::Name;
use crate::sql::functions::{self, Family};

/// A place with what is known around it.
pub struct Context<'a> {
    /// The text up to the cursor.
    pub text: &'a str,
    /// Its tokens.
    pub tokens: &'a [Token],
    /// Where the cursor is.
    pub place: &'a Place,
    /// Works types out.
    pub infer: &'a Infer<'a>,
    /// Names bound inside the brackets.
    pub inner: &'a Inner,
}

/// What a bracket's call is.
struct Call {
    callee: Expr,
    /// Its last name.
    name: String,
    /// What stands before the last dot.
    receiver: Option<Expr>,
}

/// What a query is about.
struct About {
    model: ModelRef,
    notes: Notes,
}

/// Methods of queries whose keywords are lookups.
const BY_LOOKUPS: &[&str] = &[
    "filter",
    "exclude",
    "get",
    "aget",
    "get_or_create",
    "aget_or_create",
    "update_or_create",
    "aupdate_or_create",
    "get_object_or_404",
    "get_list_or_404",
    "aget_object_or_404",
    "aget_list_or_404",
];

/// Methods of queries whose keywords are fields.
const BY_FIELDS: &[&str] = &["create", "acreate", "update", "aupdate"];

/// Expressions that are no functions of the table and take names of fields.
const EXPRESSIONS: &[&str] = &["F", "OuterRef", "Case", "When", "ExpressionWrapper", "Window", "OrderBy"];

const DATE_PARTS: &[&str] = &["year", "quarter", "month", "week", "day"];
const TIME_PARTS: &[&str] = &["hour", "minute", "second"];
const EXTRACTED: &[&str] =
    &["year", "iso_year", "quarter", "month", "week", "week_day", "iso_week_day", "day", "hour", "minute", "second"];

fn is_expression(name: &str) -> bool {
    EXPRESSIONS.contains(&name) || functions::find(name).is_some()
}

/// Whether a call only wraps parts of the query around it.
fn is_part_of_query(name: &str) -> bool {
    is_expression(name)
        || matches!(name, "Q" | "FilteredRelation" | "Prefetch" | "Value" | "Subquery" | "Exists" | "desc" | "asc")
}

impl<'a> Context<'a> {
    fn call(&self, frame: &Frame) -> Option<Call> {
        if frame.bracket != '(' {
            return None;
        }
        let (from, to) = frame.callee?;
        let callee = Reader::new(self.text, self.tokens.get(..to)?, from).expression();
        let (name, receiver) = match &callee {
            Expr::Name(name) => (name.clone(), None),
            Expr::Attr(value, name) => (name.clone(), Some((**value).clone())),
            _ => return None,
        };
        Some(Call { callee, name, receiver })
    }

    fn ty(&self, expr: &Expr) -> Ty {
        self.infer.of(expr, self.inner)
    }

    /// The first argument by position of a frame's call.
    fn first_argument(&self, frame: &Frame) -> Ty {
        let arguments = Reader::new(self.text, self.tokens, frame.open).arguments();
        match arguments.into_iter().find(|a| a.keyword.is_none()) {
            Some(argument) => self.ty(&argument.value),
            None => Ty::Unknown,
        }
    }

    /// What one frame's call is a query of.
    fn query_of(&self, frame: &Frame, call: &Call) -> Option<About> {
        if let Some(receiver) = &call.receiver
            && let Ty::Query(query) = self.ty(receiver)
        {
            return Some(About { model: query.model.clone(), notes: query.notes.clone() });
        }
        if call.name.ends_with("_or_404") || call.name == "prefetch_related_objects" {
            let first = match self.first_argument(frame) {
                Ty::Model(model) => Ty::Instance(model, Rc::from([])),
                Ty::Query(query) => self.infer.row(&query),
                other => self.infer.element(&other),
            };
            if let Ty::Instance(model, notes) = first {
                return Some(About { model, notes });
            }
        }
        match self.ty(&call.callee) {
            Ty::Model(model) => Some(About { model, notes: Rc::from([]) }),
            _ => None,
        }
    }

    /// The query around a frame; the `skip`-th one outward.
    fn about(&self, from: usize, mut skip: usize) -> Option<About> {
        for frame in self.place.frames.iter().skip(from) {
            let Some(call) = self.call(frame) else { continue };
            if let Some(found) = self.query_of(frame, &call) {
                if skip == 0 {
                    return Some(found);
                }
                skip -= 1;
            } else if !is_part_of_query(&call.name) {
                return None;
            }
        }
        None
    }

    /// The query that names in a frame's call are about: for `OuterRef` the one around the query it stands in.
    fn about_call(&self, at: usize, call: &Call) -> Option<About> {
        if call.name != "OuterRef" {
            return self.about(at, 0);
        }
        if let Some(outer) = self.about(at, 1) {
            return Some(outer);
        }
        // `filter(department=OuterRef('...'))` with the outer query still unwritten: most often that of the relation.
        let inner = self.about(at, 0)?;
        let keyword = self.place.frames.get(at + 1)?.keyword.clone()?;
        let field = fields::follow(self.infer.session, &inner.model, &keyword)?;
        let model = field.related_model()?;
        Some(About { model, notes: Rc::from([]) })
    }

    /// Whether the cursor's word begins the argument of a frame.
    fn begins(&self, frame: &Frame) -> bool {
        frame.argument == self.place.before
    }

    /// Candidates where a name or a keyword can begin; whether Python's own names make sense there too.
    pub fn at_name(&self, word: &str) -> (Vec<Candidate>, bool) {
        let mut out = self.compared(word, false);
        let Some(frame) = self.place.frames.first() else { return (out, true) };
        if !self.begins(frame) {
            return (out, true);
        }
        if frame.bracket == '[' && frame.callee.is_some() {
            out.extend(self.keys(frame).into_iter().map(|k| Candidate::new(format!("'{k}'"), "key")));
            out.retain(|c| c.text.starts_with(word));
            return (out, true);
        }
        if let Some(known) = self.values() {
            out.extend(values::as_code(self.infer.session, known, word));
            out.extend(self.instances(word));
            let chosen = word.is_empty() && !out.is_empty();
            return (out, !chosen);
        }
        if frame.keyword.is_some() {
            return (out, true);
        }
        let Some(call) = self.call(frame) else { return (out, true) };
        let taken = |c: &Candidate| c.text.strip_suffix('=').is_some_and(|n| frame.given.iter().any(|g| g == n));
        let is_query = call.receiver.as_ref().is_some_and(|r| matches!(self.ty(r), Ty::Query(_)));
        let by_lookups = BY_LOOKUPS.contains(&call.name.as_str()) && (is_query || call.receiver.is_none());
        if by_lookups || matches!(call.name.as_str(), "Q" | "When") {
            match self.about_call(0, &call) {
                Some(about) => {
                    out.extend(fields::lookups(self.infer.session, &about.model, &about.notes, word));
                    if call.name.contains("_or_create") {
                        out.extend(starting(&["defaults="], word, "values for a new object"));
                    }
                    if call.name.contains("update_or_create") {
                        out.extend(starting(&["create_defaults="], word, "values for a new object"));
                    }
                }
                None if matches!(call.name.as_str(), "Q" | "When") => out.extend(self.any_model(word)),
                None => {}
            }
            if call.name == "When" {
                out.extend(starting(&["then="], word, "the result"));
            }
            out.retain(|c| !taken(c));
            return (out, false);
        }
        if is_query && BY_FIELDS.contains(&call.name.as_str()) {
            if let Some(about) = self.about(0, 0) {
                out.extend(fields::assignments(&about.model, word));
                if call.name.ends_with("update") {
                    out.retain(|c| c.text != "pk=");
                }
            }
            out.retain(|c| !taken(c));
            return (out, false);
        }
        if let Ty::Model(model) = self.ty(&call.callee) {
            out.extend(fields::assignments(&model, word));
            out.retain(|c| !taken(c));
            return (out, false);
        }
        out.extend(self.parameters(frame, &call, word));
        out.retain(|c| !taken(c));
        (out, true)
    }

    /// Lookups of all models together, where the query is not known: a `Q` by itself.
    fn any_model(&self, word: &str) -> Vec<Candidate> {
        if word.is_empty() {
            return Vec::new();
        }
        let none: Notes = Rc::from([]);
        let all = describe::all_models(self.infer.session);
        all.iter().flat_map(|m| fields::lookups(self.infer.session, m, &none, word)).collect()
    }

    fn any_path(&self, word: &str) -> Vec<Candidate> {
        if word.is_empty() {
            return Vec::new();
        }
        let none: Notes = Rc::from([]);
        let all = describe::all_models(self.infer.session);
        all.iter().flat_map(|m| fields::paths(self.infer.session, m, &none, word, true)).collect()
    }

    /// Variables that hold an instance of the model that a relation wants.
    fn instances(&self, word: &str) -> Vec<Candidate> {
        let Some((field, _)) = self.field_of_keyword() else { return Vec::new() };
        let Some(model) = field.related_model() else { return Vec::new() };
        let own = names::own(self.infer, self.inner, word, true);
        own.into_iter()
            .filter(|c| {
                let ty = self.infer.name(&c.text, self.infer.end, self.inner, 0);
                matches!(ty, Ty::Instance(of, _) if crate::models::Model::same(&of, &model))
            })
            .collect()
    }

    /// The field that the keyword of the call around the cursor gives a value for, and the lookup.
    fn field_of_keyword(&self) -> Option<(FieldRef, Option<String>)> {
        let frames = &self.place.frames;
        let first = frames.first()?;
        // The items of a list or tuple belong to the keyword that it is given for.
        let (at, in_list) = match (first.bracket, &first.keyword, first.callee) {
            ('(', Some(_), _) => (0, false),
            ('[' | '(' | '{', None, None) => (1, true),
            _ => return None,
        };
        let frame = frames.get(at)?;
        let call = self.call(frame)?;
        let (model, notes, path) = match &frame.keyword {
            Some(keyword) if matches!(keyword.as_str(), "defaults" | "create_defaults") => {
                let about = self.about(at, 0)?;
                (about.model, about.notes, first.key.clone()?)
            }
            Some(keyword) => {
                let about = self.about_call(at, &call)?;
                (about.model, about.notes, keyword.clone())
            }
            None => return None,
        };
        let (field, lookup) = fields::follow_lookup(self.infer.session, &model, &notes, &path)?;
        let lookup = lookup.map(str::to_string);
        let listed = in_list && first.bracket != '{' || first.bracket == '{' && first.key.is_none();
        let many = matches!(lookup.as_deref(), Some("in" | "has_keys" | "has_any_keys" | "range"));
        (listed == many || frame.keyword.is_none()).then_some((field, lookup))
    }

    /// The values to choose from where the cursor is at a value of a field.
    fn values(&self) -> Option<Vec<values::Known>> {
        let (field, lookup) = self.field_of_keyword()?;
        match lookup.as_deref() {
            None | Some("exact" | "iexact" | "in") => Some(values::of_field(self.infer.session, &field)),
            Some("isnull") => {
                Some([true, false].map(|b| values::Known { value: Value::Bool(b), label: String::new() }).into())
            }
            Some("has_key" | "has_keys" | "has_any_keys") => Some(
                values::json_keys(self.infer.session, &field, &[])
                    .into_iter()
                    .map(|k| values::Known { value: Value::str(k), label: "a key".into() })
                    .collect(),
            ),
            _ => None,
        }
    }

    /// `student.rank == '` and `student.rank = '`: the choices of the field.
    fn compared(&self, word: &str, in_text: bool) -> Vec<Candidate> {
        let Some(last) = self.place.before.checked_sub(1) else { return Vec::new() };
        let Some(token) = self.tokens.get(last).filter(|t| t.kind == Tok::Op) else { return Vec::new() };
        let op = token.text(self.text);
        let fits = matches!(op, "==" | "!=") || op == "=" && self.place.frames.is_empty();
        if !fits {
            return Vec::new();
        }
        let Some(start) = super::tokens::operand_start(self.text, self.tokens, last) else { return Vec::new() };
        let operand = Reader::new(self.text, &self.tokens[..last], start).expression();
        let Expr::Attr(value, name) = operand else { return Vec::new() };
        let Ty::Instance(model, _) = self.ty(&value) else { return Vec::new() };
        let field = Name::existing(&name).and_then(|n| model.find_forward(n));
        let Some(field) = field.filter(|f| f.options().choices.is_some()) else { return Vec::new() };
        let known = values::of_field(self.infer.session, &field);
        match in_text {
            true => values::as_text(self.infer.session, known, word),
            false => values::as_code(self.infer.session, known, word),
        }
    }

    /// The parameters of what is called: `flat=`, `key=`.
    fn parameters(&self, frame: &Frame, call: &Call, word: &str) -> Vec<Candidate> {
        // Those that were given by position are taken.
        let given = frame.index;
        let names: Vec<String> = match self.ty(&call.callee) {
            Ty::Method(owner, name) => match self.method_of(&owner, &name) {
                Some(function) => parameters_of(&function, true, given),
                None => Vec::new(),
            },
            Ty::LocalDef(def) => def.parameters.iter().skip(given).cloned().collect(),
            Ty::Value(value) => match &value {
                Value::Class(class) => match functions::find(&class.name()).filter(|_| !class.is_heap) {
                    Some(row) => {
                        let mut names: Vec<String> = params(row.signature, true, given);
                        let common: &[&str] = match row.family {
                            Family::Aggregate => &["filter", "default", "distinct", "output_field"],
                            _ => &["output_field"],
                        };
                        names.extend(common.iter().map(|n| n.to_string()));
                        names
                    }
                    None => match field_row(class).or_else(|| known_class(class, given)) {
                        Some(names) => names,
                        None => ["__init__", "__new__"]
                            .iter()
                            .filter_map(|n| class.lookup(Name::new(n)))
                            .map(|f| parameters_of(&f, true, given))
                            .find(|names| !names.is_empty())
                            .unwrap_or_default(),
                    },
                },
                value => parameters_of(value, matches!(value, Value::Method(_)), given),
            },
            _ => Vec::new(),
        };
        let mut out: Vec<Candidate> = names
            .iter()
            .filter(|n| n.starts_with(word) && (word.starts_with('_') || !n.starts_with('_')))
            .map(|n| Candidate::new(format!("{n}="), "argument"))
            .collect();
        out.sort_by(|a, b| a.text.cmp(&b.text));
        out
    }

    fn method_of(&self, owner: &Ty, name: &str) -> Option<Value> {
        let name = Name::existing(name)?;
        let types = &self.infer.rt().types;
        match owner {
            // A manager's methods are those of its QuerySet, which knows their parameters.
            Ty::Query(query) => {
                let rows = QueryTy { shape: Shape::QuerySet, ..(**query).clone() };
                let of_rows = members::query_class(self.infer, &rows).and_then(|c| c.lookup(name));
                of_rows.or_else(|| members::query_class(self.infer, query)?.lookup(name))
            }
            Ty::Instance(model, _) | Ty::Model(model) => model.class().ok()?.lookup(name),
            Ty::Of(class) | Ty::Many(class, _) => class.lookup(name),
            Ty::Tuple(_) => types.tuple.lookup(name),
            Ty::Dict(..) => types.dict.lookup(name),
            Ty::Value(Value::Class(class)) => class.lookup(name),
            Ty::Value(value) => self.infer.rt().class_of(value).lookup(name),
            _ => None,
        }
    }

    /// The text keys of what a frame subscripts.
    fn keys(&self, frame: &Frame) -> Vec<String> {
        let Some((from, to)) = frame.callee else { return Vec::new() };
        let Some(tokens) = self.tokens.get(..to) else { return Vec::new() };
        self.keys_of(&self.ty(&Reader::new(self.text, tokens, from).expression()))
    }

    fn keys_of(&self, ty: &Ty) -> Vec<String> {
        match ty {
            Ty::Dict(known, _) => known.iter().map(|(k, _)| k.to_string()).collect(),
            Ty::Value(value) => match value.as_dict() {
                Some(dict) => dict.0.keys().iter().filter_map(|k| k.as_str().map(|s| s.to_string())).collect(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Candidates inside a string.
    pub fn in_text(&self, word: &str) -> Vec<Candidate> {
        let compared = self.compared(word, true);
        if !compared.is_empty() {
            return compared;
        }
        let frames = &self.place.frames;
        let Some(frame) = frames.first() else { return Vec::new() };
        if !self.begins(frame) {
            return Vec::new();
        }
        if frame.bracket == '[' && frame.callee.is_some() {
            let keys = self.keys(frame);
            return keys.into_iter().filter(|k| k.starts_with(word)).map(|k| Candidate::new(k, "key")).collect();
        }
        // The keys of `defaults={'...'`.
        if frame.bracket == '{'
            && frame.key.is_none()
            && let Some(outer) = frames.get(1)
            && let Some("defaults" | "create_defaults" | "through_defaults") = outer.keyword.as_deref()
            && let Some(about) = self.about(1, 0)
        {
            return trimmed(fields::assignments(&about.model, word));
        }
        if let Some(known) = self.values() {
            return values::as_text(self.infer.session, known, word);
        }
        // The items of a list are what the call around it takes.
        let (at, listed) = match (frame.bracket, frame.callee) {
            ('(', Some(_)) => (0, false),
            (_, None) => (1, true),
            _ => return Vec::new(),
        };
        let Some(frame) = frames.get(at) else { return Vec::new() };
        let Some(call) = self.call(frame) else { return Vec::new() };
        self.text_argument(at, frame, &call, listed, word)
    }

    fn text_argument(&self, at: usize, frame: &Frame, call: &Call, listed: bool, word: &str) -> Vec<Candidate> {
        let session = self.infer.session;
        let keyword = frame.keyword.as_deref();
        let receiver = call.receiver.as_ref().map(|r| self.ty(r));
        let signed = |list: &dyn Fn(&str) -> Vec<Candidate>| {
            let (sign, rest) = match word.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", word),
            };
            let mut out = list(rest);
            for candidate in &mut out {
                candidate.text.insert_str(0, sign);
            }
            out
        };
        if let Some(Ty::Query(query)) = &receiver {
            return self.query_text(query, frame, &call.name, listed, word, &signed);
        }
        let about = || self.about_call(at, call);
        match call.name.as_str() {
            "Value" => Vec::new(),
            "Trunc" if keyword == Some("kind") || frame.index == 1 && keyword.is_none() => {
                starting(DATE_PARTS, word, "unit").into_iter().chain(starting(TIME_PARTS, word, "unit")).collect()
            }
            "Extract" if keyword == Some("lookup_name") || frame.index == 1 && keyword.is_none() => {
                starting(EXTRACTED, word, "part")
            }
            "Window" if matches!(keyword, Some("partition_by" | "order_by")) => match about() {
                Some(about) => signed(&|word| fields::paths(session, &about.model, &about.notes, word, true)),
                None => Vec::new(),
            },
            name if is_expression(name) => {
                let takes = matches!(keyword, None | Some("expression" | "then" | "default" | "output" | "order_by"));
                match about() {
                    _ if !takes => Vec::new(),
                    Some(about) => fields::paths(session, &about.model, &about.notes, word, true),
                    None if listed => Vec::new(),
                    None => self.any_path(word),
                }
            }
            "Prefetch" | "prefetch_related_objects" | "FilteredRelation"
                if keyword.is_none() || keyword == Some("lookup") =>
            {
                match about() {
                    Some(about) => fields::relations(session, &about.model, word, true),
                    None => Vec::new(),
                }
            }
            "save" | "asave" if keyword == Some("update_fields") => self.columns(&receiver, word),
            "refresh_from_db" | "arefresh_from_db" if keyword == Some("fields") => self.columns(&receiver, word),
            "clean_fields" | "validate_unique" | "full_clean" if keyword == Some("exclude") => {
                self.columns(&receiver, word)
            }
            "serializable_value" => self.columns(&receiver, word),
            "get_field" => match &receiver {
                Some(Ty::Value(meta)) => match self.infer.model_of_meta(meta) {
                    Some(model) => fields::every_name(session, &model, word),
                    None => Vec::new(),
                },
                _ => Vec::new(),
            },
            "get_model" => model_names(session, word, frame.index),
            "ForeignKey" | "OneToOneField" | "ManyToManyField" if frame.index == 0 && keyword.is_none() => {
                let mut out = model_names(session, word, 1);
                out.extend(starting(&["self"], word, "the model itself"));
                out
            }
            "getattr" | "hasattr" | "setattr" | "delattr" if frame.index == 1 => {
                let mut out = members::attribute_names(self.infer, &self.first_argument(frame), word);
                out.sort_by(|a, b| a.text.cmp(&b.text));
                out
            }
            "attrgetter" | "itemgetter" => Vec::new(),
            "get" | "pop" | "setdefault" if frame.index == 0 => match &receiver {
                Some(ty) => {
                    let keys = self.keys_of(ty);
                    keys.into_iter().filter(|k| k.starts_with(word)).map(|k| Candidate::new(k, "key")).collect()
                }
                None => Vec::new(),
            },
            "open" if frame.index == 0 && receiver.is_none() => super::magics::files(word),
            _ => Vec::new(),
        }
    }

    fn columns(&self, receiver: &Option<Ty>, word: &str) -> Vec<Candidate> {
        match receiver {
            Some(Ty::Instance(model, _)) => fields::columns(model, word, |_| true),
            _ => Vec::new(),
        }
    }

    fn query_text(
        &self,
        query: &QueryTy,
        frame: &Frame,
        method: &str,
        listed: bool,
        word: &str,
        signed: &dyn Fn(&dyn Fn(&str) -> Vec<Candidate>) -> Vec<Candidate>,
    ) -> Vec<Candidate> {
        let session = self.infer.session;
        let (model, notes) = (&query.model, &query.notes);
        let keyword = frame.keyword.as_deref();
        let dated =
            |kinds: &'static [&'static str]| fields::columns(model, word, move |f| kinds.contains(&f.internal_type()));
        match method {
            "order_by" => {
                let mut out = signed(&|word| fields::paths(session, model, notes, word, true));
                if word.is_empty() {
                    out.push(Candidate::new("?", "at random"));
                }
                out
            }
            "latest" | "earliest" | "alatest" | "aearliest" => {
                signed(&|word| fields::paths(session, model, notes, word, true))
            }
            "values" | "values_list" | "distinct" if keyword.is_none() => {
                fields::paths(session, model, notes, word, true)
            }
            "only" | "defer" => fields::paths(session, model, &Rc::from([]), word, false),
            "select_related" => fields::relations(session, model, word, false),
            "select_for_update" if keyword == Some("of") => {
                let mut out = fields::relations(session, model, word, false);
                out.extend(starting(&["self"], word, "the model itself"));
                out
            }
            "prefetch_related" => fields::relations(session, model, word, true),
            "dates" | "datetimes" => {
                let order = keyword == Some("order") || keyword.is_none() && frame.index == 2;
                let kind = keyword == Some("kind") || keyword.is_none() && frame.index == 1;
                if order {
                    starting(&["ASC", "DESC"], word, "order")
                } else if kind {
                    let mut out = starting(DATE_PARTS, word, "unit");
                    if method == "datetimes" {
                        out.extend(starting(TIME_PARTS, word, "unit"));
                    }
                    out
                } else if method == "dates" {
                    dated(&["DateField", "DateTimeField"])
                } else {
                    dated(&["DateTimeField"])
                }
            }
            "in_bulk" if keyword == Some("field_name") => fields::columns(model, word, |f| f.unique()),
            "bulk_update" if listed && (frame.index == 1 || keyword == Some("fields")) => {
                fields::columns(model, word, |f| !f.primary_key())
            }
            "bulk_create" if matches!(keyword, Some("update_fields" | "unique_fields")) => {
                fields::columns(model, word, |_| true)
            }
            "using" => starting(&["default"], word, "the database"),
            _ => Vec::new(),
        }
    }
}

fn starting(all: &[&str], word: &str, doc: &str) -> Vec<Candidate> {
    all.iter().filter(|n| n.starts_with(word)).map(|n| Candidate::new(*n, doc)).collect()
}

fn trimmed(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    for candidate in &mut candidates {
        candidate.text = candidate.text.trim_end_matches('=').to_string();
    }
    candidates
}

fn model_names(session: &crate::session::Session, word: &str, index: usize) -> Vec<Candidate> {
    let mut out = Vec::new();
    for model in describe::all_models(session) {
        let label = format!("{}.{}", model.app_label, model.object_name);
        if index > 0 && model.object_name.starts_with(word) {
            out.push(Candidate::new(&*model.object_name, "model"));
        }
        if label.starts_with(word) {
            out.push(Candidate::new(label, "model"));
        }
        if index == 0 && model.app_label.starts_with(word) {
            out.push(Candidate::new(&*model.app_label, "app"));
        }
    }
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

fn params(signature: &str, bound: bool, given: usize) -> Vec<String> {
    by_keyword(&Params::parse(signature), bound, given)
}

/// The parameters that can still be given by keyword after so many by position; `bound` leaves out the first.
fn by_keyword(params: &Params, bound: bool, given: usize) -> Vec<String> {
    let bound = usize::from(bound);
    let taken = (bound + given).min(params.positional).max(bound).max(params.posonly);
    params.names.iter().skip(taken).map(|n| n.to_string()).collect()
}

/// The parameters of classes that read their arguments themselves.
fn known_class(class: &crate::object::Class, given: usize) -> Option<Vec<String>> {
    let names: &[&str] = match &*class.name() {
        "timedelta" => &["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
        "date" => &["year", "month", "day"],
        "datetime" => &["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
        "time" => &["hour", "minute", "second", "microsecond", "tzinfo", "fold"],
        _ => return None,
    };
    Some(names.iter().skip(given).map(|n| n.to_string()).collect())
}

/// The parameters of a function that can be given by keyword; `bound` leaves out the first.
fn parameters_of(function: &Value, bound: bool, given: usize) -> Vec<String> {
    match function {
        Value::Native(native) => params(native.signature, bound, given),
        Value::Func(function) => by_keyword(&function.params, bound, given),
        Value::Method(method) => parameters_of(&method.func, true, given),
        _ => Vec::new(),
    }
}

/// The options of a field class.
fn field_row(class: &Rc<crate::object::Class>) -> Option<Vec<String>> {
    let name = class.mro().find(|c| !c.is_heap)?.name();
    let row = crate::models::fields::find(&name)?;
    let mut out: Vec<String> = Vec::new();
    let mut next = Some(row);
    while let Some(row) = next {
        out.extend(row.positional.iter().chain(row.keywords).map(|o| o.to_string()));
        next = row.base;
    }
    out.extend(crate::models::arguments::FIELD.iter().map(|o| o.to_string()));
    let mut seen = std::collections::HashSet::new();
    out.retain(|o| !matches!(o.as_str(), "rel" | "name" | "serialize" | "auto_created") && seen.insert(o.clone()));
    Some(out)
}
