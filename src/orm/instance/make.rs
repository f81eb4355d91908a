//! Making model instances: `Model.__init__` and `from_db`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::state::{ModelState, deferred, is_deferred, state, with_state};
use crate::models::{FieldRef, Model, ModelRef, model_of};
use crate::object::class::epoch;
use crate::object::{Args, Attrs, CallArgs, Class, Exc, Instance, Res, RowKind, Rt, Shape, Value, ops};
use crate::orm::signals::{Signals, has_listeners, send};
use crate::source::Name;

/// `Model.__new__`.
pub fn new(_rt: &Rt, a: &mut Args) -> Res<Value> {
    match a.value(0) {
        Value::Class(class) => Ok(Value::Obj(super::state::blank(class))),
        _ => Err(Exc::TypeError.new("Model.__new__(X): X is not a type object")),
    }
}

fn take(kwargs: &mut Vec<(Name, Value)>, name: Name) -> Option<Value> {
    let at = kwargs.iter().position(|(n, _)| *n == name)?;
    Some(kwargs.remove(at).1)
}

/// Whether a field's value is computed by the database.
pub fn generated(field: &FieldRef) -> bool {
    field.options().expression.is_some()
}

/// Names of the class's properties (`_property_names`): what keywords may set besides fields.
pub fn is_property(class: &Rc<Class>, name: Name) -> bool {
    if name == "pk" {
        return true;
    }
    match class.lookup(name) {
        Some(Value::Obj(o)) => {
            let class = o.class().clone();
            class.mro().any(|c| &*c.name() == "property")
        }
        _ => false,
    }
}

/// Whether the class of a model instance is a property with a setter.
pub fn property_has_setter(rt: &Rt, class: &Rc<Class>, name: Name) -> bool {
    if name == "pk" {
        return true;
    }
    match class.lookup(name) {
        Some(found) => ops::get_attr_opt(rt, &found, "fset".into()).ok().flatten().is_some_and(|f| !f.is_none()),
        None => false,
    }
}

/// What making instances of a class by keywords has to know: worked out once, as long as no class changes.
struct Recipe {
    /// The fields that get a value, in order, and the attributes' names.
    fields: Vec<FieldRef>,
    shape: Rc<Shape>,
    /// Neither the class nor a descriptor has a say in setting these attributes.
    direct: bool,
    /// `__init__` of what is mixed in behind `Model`.
    next_init: Option<Value>,
}

#[derive(Default)]
struct Recipes {
    at: Cell<u64>,
    by_class: RefCell<FxHashMap<u64, Rc<Recipe>>>,
}

impl Recipe {
    fn of(rt: &Rt, class: &Rc<Class>, model: &ModelRef) -> Rc<Recipe> {
        let recipes = rt.state::<Recipes>();
        if recipes.at.replace(epoch()) != epoch() {
            recipes.by_class.borrow_mut().clear();
        }
        if let Some(known) = recipes.by_class.borrow().get(&class.id()) {
            return known.clone();
        }
        let fields: Vec<FieldRef> =
            model.fields().iter().filter(|f| f.column().is_some() && !generated(f)).cloned().collect();
        let names: Vec<Name> = fields.iter().map(|f| f.attname()).collect();
        // `super().__init__()`: what a class mixed in behind Model has to do.
        let root = crate::models::metaclass::model_class(rt);
        let next_init = match class.lookup_after(&root, "__init__".into()) {
            Some(Value::Native(f)) if f.owner.as_deref() == Some("object") => None,
            next => next,
        };
        let distinct = names.iter().enumerate().all(|(i, name)| !names[..i].contains(name));
        let direct = distinct && !class.flags().setattr && !has_data_descriptor(class, &names);
        let made = Rc::new(Recipe { shape: Shape::of(&names), fields, direct, next_init });
        recipes.by_class.borrow_mut().insert(class.id(), made.clone());
        made
    }

    /// Sets the fields of a blank instance: given values and defaults. What is left over stays in `kwargs`.
    fn fill(&self, rt: &Rt, this: &Value, object: &Instance, kwargs: &mut Vec<(Name, Value)>) -> Res<()> {
        let mut values = Vec::with_capacity(self.fields.len());
        let mut related: SmallVec<[(Name, Value); 2]> = SmallVec::new();
        for field in &self.fields {
            if field.is_relation()
                && let Some(object) = take(kwargs, field.name())
            {
                related.push((field.name(), object));
                values.push(Value::None);
                continue;
            }
            values.push(match take(kwargs, field.attname()) {
                Some(value) => value,
                None => field.get_default(rt)?,
            });
        }
        *object.attrs_mut() = Attrs::from_row(self.shape.clone(), values);
        // A related object sets its key too.
        for (name, object) in related {
            ops::set_attr(rt, this, name, object)?;
        }
        Ok(())
    }
}

/// Whether some attribute of a class is a data descriptor other than a field's own.
fn has_data_descriptor(class: &Rc<Class>, names: &[Name]) -> bool {
    names.iter().any(|&n| match class.lookup(n) {
        Some(Value::Obj(o)) => {
            o.class().flags().data_descriptor && o.native::<crate::orm::descriptors::Column>().is_none()
        }
        Some(Value::Native(f)) => f.kind == RowKind::Getter,
        _ => false,
    })
}

/// `Model.__init__`.
pub fn init(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.take(0);
    let Value::Obj(object) = &this else { return Ok(Value::None) };
    let class = object.class().clone();
    let class_value = Value::Class(class.clone());
    let Some(model) = model_of(&class_value) else {
        return Err(Exc::TypeError.new("Abstract models cannot be instantiated."));
    };
    if model.abstract_.get() {
        return Err(Exc::TypeError.new("Abstract models cannot be instantiated."));
    }
    let args = std::mem::take(&mut a.rest);
    let mut kwargs = std::mem::take(&mut a.kwargs);
    let signals = Signals::of(rt);
    if has_listeners(rt, &signals.pre_init, &class_value) {
        let dict = crate::object::Dict::new();
        for (name, value) in &kwargs {
            dict.set_str(rt, &name.text(), value.clone());
        }
        let named = [("args", Value::tuple(args.clone())), ("kwargs", Value::Dict(dict))];
        send(rt, &signals.pre_init, &class_value, &named)?;
    }
    if let Some(s) = state(&this) {
        s.adding.set(true);
    }
    let recipe = Recipe::of(rt, &class, &model);
    let by_keyword = args.is_empty()
        && recipe.direct
        && object.attrs().is_empty()
        && !kwargs.iter().any(|(_, value)| is_deferred(value));
    if by_keyword {
        recipe.fill(rt, &this, object, &mut kwargs)?;
    }
    let concrete = model.concrete_fields();
    if args.len() > concrete.len() {
        return Err(Exc::IndexError.new("Number of args exceeds number of fields"));
    }
    let fields = if kwargs.is_empty() { concrete } else { model.fields() };
    let mut left = fields.iter();
    for (value, field) in args.into_iter().zip(&mut left) {
        if is_deferred(&value) {
            continue;
        }
        ops::set_attr(rt, &this, field.attname(), value)?;
        if !kwargs.is_empty() && take(&mut kwargs, field.name()).is_some() {
            return Err(Exc::TypeError.new(format!(
                "{}() got both positional and keyword arguments for field '{}'.",
                class.qualname.borrow(),
                field.name()
            )));
        }
    }
    for field in left.filter(|_| !by_keyword) {
        if field.column().is_none() || generated(field) {
            continue;
        }
        let value = if kwargs.is_empty() {
            field.get_default(rt)?
        } else if field.is_relation() {
            if let Some(object) = take(&mut kwargs, field.name()) {
                if !is_deferred(&object) {
                    ops::set_attr(rt, &this, field.name(), object)?;
                }
                continue;
            }
            match take(&mut kwargs, field.attname()) {
                Some(value) => value,
                None => field.get_default(rt)?,
            }
        } else {
            match take(&mut kwargs, field.attname()) {
                Some(value) => value,
                None => field.get_default(rt)?,
            }
        };
        if !is_deferred(&value) {
            ops::set_attr(rt, &this, field.attname(), value)?;
        }
    }
    if !kwargs.is_empty() {
        let mut unexpected = Vec::new();
        for (name, value) in kwargs {
            if is_property(&class, name) || model.find_field(rt, name).is_some() {
                if !is_deferred(&value) {
                    ops::set_attr(rt, &this, name, value)?;
                }
            } else {
                unexpected.push(ops::repr(rt, &Value::from(name))?.to_string());
            }
        }
        if !unexpected.is_empty() {
            return Err(Exc::TypeError.new(format!(
                "{}() got unexpected keyword arguments: {}",
                class.name(),
                unexpected.join(", ")
            )));
        }
    }
    if let Some(next) = &recipe.next_init {
        ops::call(rt, next, CallArgs::new([this.clone()]))?;
    }
    send(rt, &signals.post_init, &class_value, &[("instance", this.clone())])?;
    Ok(Value::None)
}

/// `Model.from_db(db, field_names, values)`.
pub fn from_db(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Value::Class(class) = a.value(0) else { return Ok(Value::None) };
    let db = a.get(1).as_str().map_or_else(|| Name::new("default"), |s| Name::new(s));
    let names: Vec<Name> =
        ops::collect(rt, a.get(2))?.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect();
    let values = ops::collect(rt, a.get(3))?;
    instance_from_db(rt, &class, db, &names, values)
}

/// An instance of loaded values through the class's own `__init__`.
pub fn instance_from_db(rt: &Rt, class: &Rc<Class>, db: Name, names: &[Name], values: Vec<Value>) -> Res<Value> {
    let class_value = Value::Class(class.clone());
    let Some(model) = model_of(&class_value) else {
        return Err(Exc::TypeError.new("from_db() needs a model"));
    };
    let fields = model.concrete_fields();
    let args: Vec<Value> = if values.len() == fields.len() {
        values
    } else {
        let mut values = values.into_iter();
        fields
            .iter()
            .map(|f| if names.contains(&f.attname()) { values.next().unwrap_or_default() } else { deferred(rt) })
            .collect()
    };
    let new = ops::call(rt, &class_value, CallArgs::new(args))?;
    if let Some(s) = state(&new) {
        s.adding.set(false);
        s.db.set(Some(db));
    }
    Ok(new)
}

/// Turns rows into instances of one model: worked out once a query, so that a row costs one vector.
pub struct Loader {
    /// The class of the instances.
    pub class: Rc<Class>,
    /// The model of the class.
    pub model: ModelRef,
    /// The attribute names of a row's values.
    pub names: Rc<[Name]>,
    shape: Rc<Shape>,
    db: Name,
    /// `from_db` is called as the class has it: with names and values.
    hook: Option<Value>,
    /// Neither `__init__` nor anything else of the session has a say.
    direct: bool,
}

impl Loader {
    /// A loader for rows of these attributes.
    pub fn new(rt: &Rt, class: &Rc<Class>, names: Vec<Name>, db: Name) -> Res<Loader> {
        let class_value = Value::Class(class.clone());
        let Some(model) = model_of(&class_value) else {
            return Err(Exc::TypeError.new("rows need a model"));
        };
        let native = |name: &str| match class.lookup(name.into()) {
            Some(Value::Native(f)) => f.owner.as_deref() == Some("Model"),
            _ => false,
        };
        let signals = Signals::of(rt);
        let data_descriptor = has_data_descriptor(class, &names);
        let direct = native("__init__")
            && native("__new__")
            && !class.flags().setattr
            && !data_descriptor
            && !has_listeners(rt, &signals.pre_init, &class_value)
            && !has_listeners(rt, &signals.post_init, &class_value);
        let hook = if native("from_db") { None } else { Some(ops::get_attr(rt, &class_value, "from_db".into())?) };
        // A row in another order than the fields still fills them in the fields' order.
        let shape = Shape::of(&names);
        Ok(Loader { class: class.clone(), model, names: names.into(), shape, db, hook, direct })
    }

    /// Whether nothing of the session runs when a row is loaded.
    pub fn is_direct(&self) -> bool {
        self.direct && self.hook.is_none()
    }

    /// An instance of a row's values. Errors: what the class's own `from_db` or `__init__` raises.
    pub fn load(&self, rt: &Rt, values: Vec<Value>) -> Res<Value> {
        if let Some(hook) = &self.hook {
            let names = Value::list(self.names.iter().map(|&n| Value::from(n)).collect());
            return ops::call(rt, hook, CallArgs::new([Value::from(self.db), names, Value::list(values)]));
        }
        if self.direct {
            let attrs = Attrs::from_row(self.shape.clone(), values);
            return Ok(Value::Obj(with_state(self.class.clone(), attrs, ModelState::loaded(self.db))));
        }
        instance_from_db(rt, &self.class, self.db, &self.names, values)
    }
}

/// A copy of an instance as `copy.copy` makes it.
pub fn copy(_rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let (Some(object), Some(s)) = (this.as_obj(), state(&this)) else { return Ok(this) };
    let mut attrs = Attrs::default();
    for (name, value) in object.attrs().iter() {
        attrs.set(name, value.clone());
    }
    let class = object.class().clone();
    Ok(Value::Obj(with_state(class, attrs, s.copy())))
}

/// A deep copy of an instance; related objects stay the same.
pub fn deepcopy(rt: &Rt, a: &mut Args) -> Res<Value> {
    let memo = a.value(1);
    let out = copy(rt, a)?;
    if let (Some(dict), Value::Obj(object)) = (memo.as_dict(), &out) {
        dict.set(rt, Value::Int(a.get(0).id() as i64), out.clone())?;
        let names: Vec<Name> = object.attrs().iter().map(|(n, _)| n).collect();
        for name in names {
            let Some(Value::List(_) | Value::Dict(_) | Value::Set(_)) = object.get(name) else { continue };
            if let Some(value) = object.get(name) {
                let module = rt.exec()?.import(rt, "copy")?;
                let copied = ops::call_method(rt, &module, "deepcopy".into(), CallArgs::new([value, memo.clone()]))?;
                object.set(name, copied);
            }
        }
    }
    Ok(out)
}

/// The model class data of an instance's class.
pub fn model_of_class(class: &Rc<Class>) -> Option<ModelRef> {
    class.data::<Model>()
}
