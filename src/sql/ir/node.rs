use std::rc::Rc;

use crate::models::FieldRef;
use crate::object::Value;
use crate::source::Name;

use super::expr::{Expr, ExprRef, Rhs};

/// How conditions are joined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Connector {
    /// All of them.
    #[default]
    And,
    /// At least one.
    Or,
    /// An odd number of them.
    Xor,
}

impl Connector {
    /// As SQL and `Q` write it.
    pub fn text(self) -> &'static str {
        match self {
            Connector::And => "AND",
            Connector::Or => "OR",
            Connector::Xor => "XOR",
        }
    }

    /// From the text that `Q(_connector=...)` takes.
    pub fn from_text(text: &str) -> Option<Connector> {
        match text {
            "AND" => Some(Connector::And),
            "OR" => Some(Connector::Or),
            "XOR" => Some(Connector::Xor),
            _ => None,
        }
    }
}

/// Conditions of a query: lookups, further nodes, boolean expressions.
#[derive(Clone, Default)]
pub struct Where {
    /// How the children are joined.
    pub connector: Connector,
    /// Whether the whole is negated.
    pub negated: bool,
    /// Whether it was resolved as an expression, and so always stands in parentheses.
    pub resolved: bool,
    /// The conditions.
    pub children: Vec<ExprRef>,
}

impl Where {
    /// A node of one condition.
    pub fn of(child: ExprRef) -> Where {
        Where { children: vec![child], ..Where::default() }
    }

    /// A node of conditions.
    pub fn new(children: Vec<ExprRef>, connector: Connector, negated: bool) -> Where {
        Where { connector, negated, resolved: false, children }
    }

    /// Whether there are no conditions.
    pub fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    /// Adds a node, squashing it where that changes nothing, as Django's tree does.
    pub fn add(&mut self, data: ExprRef, connector: Connector) {
        if self.connector != connector {
            let old = Where { connector: self.connector, negated: self.negated, resolved: false, children: Vec::new() };
            let old = Where { children: std::mem::take(&mut self.children), ..old };
            self.connector = connector;
            // The tree keeps its own negation and pushes a copy of itself down.
            self.children = vec![Rc::new(Expr::Where(Rc::new(old))), data];
            return;
        }
        if let Expr::Where(node) = &*data
            && !node.negated
            && (node.connector == connector || node.children.len() == 1)
        {
            self.children.extend(node.children.iter().cloned());
            return;
        }
        self.children.push(data);
    }

    /// Adds a node that is not shared yet.
    pub fn add_node(&mut self, node: Where, connector: Connector) {
        if self.connector == connector && !node.negated && (node.connector == connector || node.children.len() == 1) {
            self.children.extend(node.children);
            return;
        }
        self.add(Rc::new(Expr::Where(Rc::new(node))), connector);
    }
}

/// `Q(...)`: conditions by keyword, yet to be resolved.
#[derive(Clone, Default)]
pub struct Q {
    /// The conditions.
    pub children: Vec<QChild>,
    /// How they are joined.
    pub connector: Connector,
    /// Whether the whole is negated.
    pub negated: bool,
}

/// One condition of a `Q`.
#[derive(Clone)]
pub enum QChild {
    /// `rel__field__lookup=value`.
    Filter(Rc<str>, Value),
    /// The same with the right side read already: what this crate itself builds.
    Keyword(Rc<str>, Rhs),
    /// Another `Q`.
    Q(Rc<Q>),
    /// A boolean expression.
    Expr(ExprRef),
    /// Something that is no condition: an error when it is used, and not before.
    Other(Value),
}

impl Q {
    /// Conditions by keyword, all of which must hold.
    pub fn filters(filters: impl IntoIterator<Item = (Rc<str>, Value)>) -> Q {
        Q { children: filters.into_iter().map(|(k, v)| QChild::Filter(k, v)).collect(), ..Q::default() }
    }

    /// One condition.
    pub fn filter(lookup: impl Into<Rc<str>>, value: Value) -> Q {
        Q { children: vec![QChild::Filter(lookup.into(), value)], ..Q::default() }
    }

    /// One condition with an expression or query on its right.
    pub fn keyword(lookup: impl Into<Rc<str>>, rhs: Rhs) -> Q {
        Q { children: vec![QChild::Keyword(lookup.into(), rhs)], ..Q::default() }
    }

    /// Whether there are no conditions.
    pub fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    /// The negation: the same conditions inside a negated node, as Django's tree makes it.
    pub fn negate(mut self) -> Q {
        self.negated = !self.negated;
        self
    }

    /// Adds a node, squashing it where that changes nothing.
    pub fn add(&mut self, child: QChild, connector: Connector) {
        if self.connector != connector {
            let old =
                Q { connector: self.connector, negated: self.negated, children: std::mem::take(&mut self.children) };
            self.connector = connector;
            self.children = vec![QChild::Q(Rc::new(old)), child];
            return;
        }
        if let QChild::Q(q) = &child
            && !q.negated
            && (q.connector == connector || q.children.len() == 1)
        {
            self.children.extend(q.children.iter().cloned());
            return;
        }
        self.children.push(child);
    }

    /// Both, joined; the other alone where one is empty.
    pub fn combine(self: &Rc<Q>, other: &Rc<Q>, connector: Connector) -> Rc<Q> {
        if self.is_empty() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let mut q = Q { connector, ..Q::default() };
        q.add(QChild::Q(self.clone()), connector);
        q.add(QChild::Q(other.clone()), connector);
        Rc::new(q)
    }
}

/// `FilteredRelation(...)`: a relation joined with a condition of its own.
#[derive(Clone)]
pub struct FilteredRelation {
    /// The relation's path.
    pub relation_name: Rc<str>,
    /// The name that the query knows it by; `None` until it is annotated.
    pub alias: Option<Name>,
    /// The condition as given, with the relation's path replaced by the alias once it is annotated.
    pub condition: Rc<Q>,
    /// The condition resolved for one join.
    pub resolved: Option<ExprRef>,
    /// The relation's first field, once it is resolved.
    pub field: Option<FieldRef>,
}
